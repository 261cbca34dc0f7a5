import { anyText, field, isObject, optional } from '../core/fields';
import { type Call, object, paramsOf, sensorOf } from './call';
import type { Sensor } from './entity';
import { CODES, RpcError } from './json-rpc';
import type { Calculation, MetricParameters } from './metrics';
import type { SensorMetric } from './sensor-metrics';
import { convert } from './units';

const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** "the time stamp, in ISO date format". */
export const isoDate = field<string>('a date and time in ISO format', (value) => isDate(value));
/** The only limits there are: `{function: "first" | "last", params: {size: 1}}`. */
const limit = field<{ function: 'first' | 'last' }>(
  '{"function": "first" or "last", "params": {"size": 1}}',
  (value) =>
    isObject(value) &&
    (value.function === 'first' || value.function === 'last') &&
    isObject(value.params) &&
    value.params.size === 1,
);
const metricParameters = field<MetricParameters>(
  'an object of {"value": …} by metric parameter',
  (value) => isObject(value) && Object.values(value).every((one) => isObject(one) && one.value !== undefined),
);
/** What `getData` and `subscribeData` have in common. */
export const VALUE_SHAPE = { metric: anyText, unit: anyText, params: optional(metricParameters) };
const RANGE_SHAPE = { startDate: optional(isoDate), endDate: optional(isoDate), limit: optional(limit) };

/** A query for the observations of one sensor: those from rank `from` up to, but without, rank `to`. */
export interface DataQuery {
  readonly sensor: Sensor;
  readonly from: number;
  readonly to: number;
  /** In the metric and unit asked for; undefined when none was. */
  readonly value: Calculation | undefined;
}

/** Reads the params of `getData`: "you must always specify a sensor id, a metric id and a unit id". */
export function dataQuery(call: Call): DataQuery {
  const { params, project } = paramsOf(call, { sensor: anyText, ...VALUE_SHAPE, ...RANGE_SHAPE });
  const sensor = sensorOf(call, params.sensor, project);
  return { sensor, ...rangeOf(call, sensor, params), value: valueIn(sensor, params, sensor.metrics) };
}

/** The same for raw metrics, which need not be named: then the values of all come. */
export function rawQuery(call: Call): DataQuery {
  const value = { metric: optional(anyText), unit: optional(anyText), params: optional(object) };
  const { params, project } = paramsOf(call, { sensor: anyText, ...value, ...RANGE_SHAPE });
  const sensor = sensorOf(call, params.sensor, project);
  const range = rangeOf(call, sensor, params);
  const { metric, unit } = params;
  if (metric === undefined) return { sensor, ...range, value: undefined };
  const native = sensor.rawMetrics.find((one) => one.metric.id === metric)?.native.id ?? '';
  return { sensor, ...range, value: valueIn(sensor, { metric, unit: unit ?? native }, sensor.rawMetrics) };
}

/** What turns a position of the sensor's series into a value of the metric in the unit; refused when there is none. */
export function valueIn(
  sensor: Sensor,
  { metric: id, unit: unitId, params = {} }: { metric: string; unit: string; params?: MetricParameters },
  among: readonly SensorMetric[],
): Calculation {
  const found = among.find(({ metric }) => metric.id === id);
  if (!found) throw new RpcError(CODES.invalidParams, `the sensor has no metric "${id}"`);
  const unit = found.metric.units.find((one) => one.id === unitId);
  if (!unit) throw new RpcError(CODES.invalidParams, `the metric "${id}" has no unit "${unitId}"`);
  for (const { id: name, mandatory } of found.metric.params) {
    if (mandatory && !params[name]) throw new RpcError(CODES.invalidParams, `the metric "${id}" wants "${name}"`);
  }
  const { series } = sensor;
  const { column, native, metric } = found;
  const raw = metric.derived?.calculate(series, column, params) ?? ((position) => series.value(position, column));
  return (position) => {
    const value = raw(position);
    return value === undefined ? undefined : convert(value, native, unit);
  };
}

function rangeOf(
  { platform }: Call,
  { series }: Sensor,
  params: { startDate?: string; endDate?: string; limit?: { function: 'first' | 'last' } },
): { from: number; to: number } {
  const step = platform.settings.datesInclusive ? 0 : 1;
  const from = params.startDate === undefined ? 0 : series.rankFrom(Date.parse(params.startDate) + step);
  const to = params.endDate === undefined ? series.count : series.rankFrom(Date.parse(params.endDate) + 1 - step);
  if (!params.limit || to <= from) return { from, to };
  return params.limit.function === 'first' ? { from, to: from + 1 } : { from: to - 1, to };
}

function isDate(value: unknown): boolean {
  return typeof value === 'string' && DATE.test(value) && !Number.isNaN(Date.parse(value));
}
