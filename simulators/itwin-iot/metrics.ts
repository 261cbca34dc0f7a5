import type { Series } from './series';
import { UNITS, type Unit, unknownUnit } from './units';

/** A parameter of a metric, as the metric object lists it. */
export interface MetricParameter {
  readonly id: string;
  readonly mandatory: boolean;
}

/** Values of metric parameters by id, as checked: `{ZERO_DATE: {value: "…"}}`. */
export type MetricParameters = Readonly<Record<string, { value: unknown; unit?: string }>>;

/** Value of an observation, by its position in the series; undefined when it cannot be calculated there. */
export type Calculation = (position: number) => number | undefined;

/** A metric as the catalogue has it. */
export interface Metric {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly notation: string;
  /** The first is the default. */
  readonly units: readonly Unit[];
  readonly params: readonly MetricParameter[];
  /** For a metric that is calculated: the raw metric it comes from, and how. */
  readonly derived?: {
    readonly from: string;
    calculate(series: Series, column: number, params: MetricParameters): Calculation;
  };
}

const ZERO_PARAMETERS = ['dt', 'START_DATE', 'ZERO_DATE'].map((id) => ({ id, mandatory: false }));

/** The catalogue of known metrics, by id. Ids and texts are the platform text's where it has them. */
export const METRICS: ReadonlyMap<string, Metric> = new Map(
  [
    metric('T', 'temperature', 'Temperature', 'T', UNITS.temperature),
    metric('RH', 'relative humidity', 'Relative Humidity', 'RH', UNITS.ratio),
    metric('P_raw', 'raw pressure', 'Raw Pressure', 'P_raw', UNITS.pressure),
    metric('f', 'frequency', 'Frequency', 'f', UNITS.frequency),
    metric('cum_distance', 'cumulative distance', 'Cumulative Distance', 'Σd', UNITS.length),
    {
      ...metric('dT', 'delta temperature', '∆ Temperature', '∆T', UNITS.temperatureDifference),
      params: ZERO_PARAMETERS,
      derived: { from: 'T', calculate: sinceZeroDate },
    },
    {
      ...metric('dT_dt', 'temperature change', '∆ Temperature over dt', '∆T/dt', UNITS.temperatureDifference),
      params: [{ id: 'dt', mandatory: true }],
      derived: { from: 'T', calculate: overPeriod },
    },
  ].map((one) => [one.id, one]),
);

/** A metric only its own sensor knows, as `UNKNOWN_METRICS` names them. */
export function unknownMetric(id: string, unit: Unit): Metric {
  return metric(id, id, id, id, [unit]);
}

/** The unit of this id among all that are known, with the units it converts to; alone when it is not known. */
export function unitsAround(id: string): readonly Unit[] {
  for (const units of Object.values(UNITS)) {
    const found = units.find((unit) => unit.id === id);
    if (found) return [found, ...units.filter((unit) => unit !== found)];
  }
  return [unknownUnit(id)];
}

function metric(id: string, name: string, displayName: string, notation: string, units: readonly Unit[]): Metric {
  return { id, name, displayName, notation, units, params: [] };
}

/** Difference to the first observation from ZERO_DATE on; without ZERO_DATE to the first of all. */
function sinceZeroDate(series: Series, column: number, params: MetricParameters): Calculation {
  const zeroDate = params.ZERO_DATE ? Date.parse(String(params.ZERO_DATE.value)) : Number.NEGATIVE_INFINITY;
  return (position) => {
    const zero = series.firstFrom(zeroDate);
    return zero === undefined ? undefined : series.value(position, column) - series.value(zero, column);
  };
}

/** Difference to the latest observation that is `dt` seconds or more older. */
function overPeriod(series: Series, column: number, params: MetricParameters): Calculation {
  const period = Number(params.dt?.value) * 1000;
  return (position) => {
    const before = series.lastUntil(series.time(position) - period);
    return before === undefined ? undefined : series.value(position, column) - series.value(before, column);
  };
}
