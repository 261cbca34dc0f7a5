import { unixSeconds } from '../values/iso-time';
import { isValue, type Leaf, leavesOf } from '../values/leaves';
import { senmlName } from './names';

/** One record of a SenML pack in JSON (RFC 8428 §4, labels of table 1). */
export interface SenmlRecord {
  bn?: string;
  /** Base time in Unix seconds; values below 2^28 are relative to now. */
  bt?: number;
  bu?: string;
  bv?: number;
  bs?: number;
  bver?: number;
  n?: string;
  u?: string;
  v?: number;
  vs?: string;
  vb?: boolean;
  vd?: string;
  s?: number;
  t?: number;
  ut?: number;
}

/** Below this, times are relative to now (RFC 8428 §4.5.3). */
export const RELATIVE_BELOW = 2 ** 28;

export const SENML_CONTENT_TYPE = 'application/senml+json';

/** A pack without a value says nothing: it is not sent. */
export function isEmptyPack({ payload, contentType }: { payload?: unknown; contentType?: unknown }): boolean {
  return contentType === SENML_CONTENT_TYPE && Array.isArray(payload) && payload.length === 0;
}

export interface Observation {
  platform: string;
  /** The device in the platform's own id. */
  device: string;
  /** ISO 8601; left out when unknown. */
  time?: string | undefined;
  /** Any JSON object; what is nested gets names joined with a dot, null is left out. */
  values: Record<string, unknown>;
  /** Unit of a name, where the platform states one that RFC 8428 or RFC 8798 has. */
  units?: Readonly<Record<string, string>>;
}

/**
 * One measurement as a SenML pack: an empty one when it holds no value. Base name and base time stand once, in the first
 * record.
 */
export function toSenml({ platform, device, time, values, units = {} }: Observation): SenmlRecord[] {
  const records: SenmlRecord[] = [];
  for (const { path, value } of named(leavesOf(values))) {
    const unit = Object.hasOwn(units, path.plain) ? units[path.plain] : undefined;
    records.push({ n: path.name, ...(unit !== undefined && { u: unit }), ...valueField(value) });
  }
  const seconds = time === undefined ? Number.NaN : unixSeconds(time);
  const [first, ...rest] = records;
  if (!first) return [];
  const base: SenmlRecord = { bn: `urn:dev:${platform}:${senmlName(device)}:` };
  // A smaller time would be read as relative to now: what a device without a clock gives (1970) stays unknown.
  if (seconds >= RELATIVE_BELOW) base.bt = seconds;
  return [{ ...base, ...first }, ...rest];
}

/** One metric of one device. */
export interface Series {
  platform: string;
  device: string;
  name: string;
  unit?: string | undefined;
}

/**
 * Writes a series as a SenML pack, piece by piece: base name and base time stand in the first record, the times of the
 * others count from there. Each piece is the value by ISO 8601 time.
 */
export function seriesWriter(series: Series): (points: Readonly<Record<string, unknown>>) => SenmlRecord[] {
  const n = senmlName(series.name);
  const named = series.unit === undefined ? { n } : { n, u: series.unit };
  let base: number | undefined;
  return (points) => {
    const records: SenmlRecord[] = [];
    for (const [time, value] of Object.entries(points)) {
      const seconds = unixSeconds(time);
      if (!isValue(value) || !(seconds >= RELATIVE_BELOW)) continue;
      const first = base === undefined;
      base ??= seconds;
      // Microseconds: a difference of two such numbers is no longer exact to the last digit.
      const t = Math.round((seconds - base) * 1e6) / 1e6;
      const where = first ? { bn: `urn:dev:${series.platform}:${senmlName(series.device)}:`, bt: base } : {};
      records.push({ ...where, ...named, ...(t !== 0 && { t }), ...valueField(value) });
    }
    return records;
  };
}

function valueField(value: unknown): Pick<SenmlRecord, 'v' | 'vb' | 'vs'> {
  if (typeof value === 'number') return { v: value };
  if (typeof value === 'boolean') return { vb: value };
  return { vs: typeof value === 'object' ? JSON.stringify(value) : String(value) };
}

/** Keys joined with a dot; a dot within a key is escaped where another value would have the same name. */
function named(leaves: readonly Leaf[]): { path: { plain: string; name: string }; value: unknown }[] {
  const times = new Map<string, number>();
  const paths = leaves.map(({ keys }) => {
    const plain = keys.join('.');
    times.set(plain, (times.get(plain) ?? 0) + 1);
    return plain;
  });
  return leaves.map(({ keys, value }, index) => {
    const plain = paths[index] as string;
    const name =
      times.get(plain) === 1 ? senmlName(plain) : keys.map((key) => senmlName(key).replaceAll('.', '_x2e_')).join('.');
    return { path: { plain, name }, value };
  });
}
