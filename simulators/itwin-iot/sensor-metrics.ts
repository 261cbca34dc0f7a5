import { isObject } from '../core/fields';
import { METRICS, type Metric, unitsAround, unknownMetric } from './metrics';
import type { SensorType } from './types';
import type { Unit } from './units';

/** A metric as one sensor has it. */
export interface SensorMetric {
  readonly metric: Metric;
  /** The unit its values are calculated in, before they are converted. */
  readonly native: Unit;
  /** Column of the series with the raw metric it is, or comes from. */
  readonly column: number;
}

/**
 * The raw metrics of a sensor: those of its type, or, for a generic sensor, what its properties name by index:
 * `KNOWN_METRICS`/`UNKNOWN_METRICS` and `KNOWN_UNITS`/`UNKNOWN_UNITS`, each `{"0": id, "1": id}`. Undefined when a
 * generic sensor names none, a metric without a unit, or a known metric that is not known.
 */
export function rawMetricsOf(type: SensorType, props: Record<string, unknown>): SensorMetric[] | undefined {
  if (type.rawMetrics) {
    return type.rawMetrics.flatMap((id, column) => {
      const metric = METRICS.get(id);
      const native = metric?.units[0];
      return metric && native ? [{ metric, native, column }] : [];
    });
  }
  const named: SensorMetric[] = [];
  for (let column = 0; ; column += 1) {
    const known = entry(props.KNOWN_METRICS, column);
    const id = known ?? entry(props.UNKNOWN_METRICS, column);
    if (id === undefined) return named.length > 0 ? named : undefined;
    const unit = entry(props.KNOWN_UNITS, column) ?? entry(props.UNKNOWN_UNITS, column);
    const sensorMetric = unit === undefined ? undefined : generic(known, id, unit, column);
    if (!sensorMetric) return undefined;
    named.push(sensorMetric);
  }
}

/** The raw metrics, and all that are calculated from them. */
export function allMetricsOf(raw: readonly SensorMetric[]): SensorMetric[] {
  const derived = [...METRICS.values()].flatMap((metric) => {
    const source = raw.find((one) => one.metric.id === metric.derived?.from);
    const native = metric.units.find(({ id }) => id === source?.native.id);
    return source && native ? [{ metric, native, column: source.column }] : [];
  });
  return [...derived, ...raw];
}

/** A metric object of the socket API; its units are asked for with `getUnits`. */
export function metricObject({ metric, native }: SensorMetric): Record<string, unknown> {
  const { id, name, displayName, notation, params } = metric;
  return { id, name, displayName, defaultUnit: native.id, notation, hidden: false, params };
}

/** The same as REST writes it, with its units. */
export function metricWithUnits({ metric, native }: SensorMetric): Record<string, unknown> {
  const { id, name, displayName, notation, units } = metric;
  return { defaultUnit: native.id, hidden: false, displayName, notation, name, id, units: units.map(unitObject) };
}

export function unitObject({ id, name, notation }: Unit): { id: string; name: string; notation: string } {
  return { id, name, notation };
}

function generic(known: string | undefined, id: string, unit: string, column: number): SensorMetric | undefined {
  if (known === undefined) {
    const [native, ...others] = unitsAround(unit);
    return native && { metric: { ...unknownMetric(id, native), units: [native, ...others] }, native, column };
  }
  const metric = METRICS.get(known);
  const native = metric?.units.find((one) => one.id === unit) ?? unitsAround(unit)[0];
  return metric && native && { metric: withUnit(metric, native), native, column };
}

function withUnit(metric: Metric, unit: Unit): Metric {
  return metric.units.includes(unit) ? metric : { ...metric, units: [unit] };
}

function entry(list: unknown, index: number): string | undefined {
  const value = isObject(list) ? list[index] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
