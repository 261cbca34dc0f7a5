import { leavesOf } from './leaves';

/** One measured value and what it is called. */
export interface MeasuredValue {
  /** Keys of nested members are joined with a dot. */
  metric: string;
  value: number | string | boolean;
  /** As the platform names it. */
  unit?: string | undefined;
}

/**
 * The values of a reading, in its own order: the member `field` whatever it is (number, text or boolean), or, when that
 * is empty, each numeric one. Empty when the reading has none.
 *
 * @param units by metric
 */
export function measuredValues(
  reading: object,
  field: string,
  units: Readonly<Record<string, string>> = {},
): MeasuredValue[] {
  return leavesOf(reading).flatMap(({ keys, value }) => {
    const metric = keys.join('.');
    const wanted = field === '' ? typeof value === 'number' : metric === field;
    if (!wanted) return [];
    const unit = Object.hasOwn(units, metric) ? units[metric] : undefined;
    return [{ metric, value: value as MeasuredValue['value'], ...(unit !== undefined && { unit }) }];
  });
}
