import { PlatformError } from '../errors';
import { isObject } from '../values/json';
import { plainName } from './names';
import { RELATIVE_BELOW, type SenmlRecord } from './pack';

/** One resolved value of a pack (RFC 8428 §4.6). */
export interface ResolvedValue {
  /** The platform, of `urn:dev:<platform>:<device>:`; undefined for any other name. */
  platform: string | undefined;
  /**
   * The device in the platform's own id, of `urn:dev:<platform>:<device>:`; else the base name, or the beginning of a name
   * that is an address; undefined for a name that is nothing but a metric.
   */
  device: string | undefined;
  /** The metric: what follows the base name, or the whole name. */
  name: string;
  value: number | string | boolean;
  unit: string | undefined;
  /** ISO 8601 UTC; undefined when the pack gives no time. */
  time: string | undefined;
}

/** True for an array whose first element looks like a SenML record rather than a platform's own object. */
export function isSenml(payload: unknown): payload is SenmlRecord[] {
  const first: unknown = Array.isArray(payload) ? payload[0] : undefined;
  if (!isObject(first)) return false;
  if (hasValue(first)) return typeof first.n === 'string' || typeof first.bn === 'string';
  // Base values may stand in a record of their own.
  const labels = Object.keys(first);
  return (
    labels.length > 0 &&
    labels.every((label) => BASE_LABELS.includes(label)) &&
    (payload as unknown[]).some(
      (each) => hasValue(each) && ['n', 'bn'].some((label) => typeof (first[label] ?? each[label]) === 'string'),
    )
  );
}

function hasValue(record: unknown): record is Record<string, unknown> {
  return isObject(record) && VALUE_LABELS.some((label) => label in record);
}

const VALUE_LABELS = ['v', 'vs', 'vb', 'vd', 's', 'bv', 'bs'];

/** A record of these alone says what those behind it begin with (RFC 8428 §4.1). */
const BASE_LABELS = ['bn', 'bt', 'bu', 'bv', 'bs', 'bver'];

/**
 * Every value of a pack with its full name and time; at least one.
 *
 * @throws PlatformError INVALID_PARAMETER naming the record
 */
export function fromSenml(pack: readonly SenmlRecord[], now: () => number = Date.now): ResolvedValue[] {
  // Once: a pack means one moment by "now", however long it is.
  const present = now();
  const base: Base = { name: '', time: undefined, unit: undefined, value: 0, sum: undefined };
  const resolved: ResolvedValue[] = [];
  pack.forEach((record, index) => {
    checkRecord(record, index);
    if (record.bn !== undefined) base.name = record.bn;
    if (record.bt !== undefined) base.time = finite(record.bt, index, 'bt');
    if (record.bu !== undefined) base.unit = record.bu;
    if (record.bv !== undefined) base.value = finite(record.bv, index, 'bv');
    if (record.bs !== undefined) base.sum = finite(record.bs, index, 'bs');
    const value = recordValue(record, base, index);
    // One of base values alone is for those behind it.
    if (value === undefined) return;
    const full = base.name + (record.n ?? '');
    if (full === '') throw badRecord(index, 'has neither "bn" nor "n"');
    const given = base.time !== undefined || record.t !== undefined;
    const seconds = (base.time ?? 0) + (record.t === undefined ? 0 : finite(record.t, index, 't'));
    resolved.push({
      ...splitName(base.name, record.n, full),
      value,
      unit: record.u ?? base.unit,
      time: given ? isoTime(seconds, present, index) : undefined,
    });
  });
  if (resolved.length === 0) throw new PlatformError('INVALID_PARAMETER', 'the SenML pack holds no value');
  return resolved;
}

/** What applies to a record from those before it. */
interface Base {
  name: string;
  time: number | undefined;
  unit: string | undefined;
  value: number;
  sum: number | undefined;
}

const TEXT_LABELS = ['bn', 'bu', 'n', 'u', 'vs', 'vd'];

/** A record has one of them; a sum may stand beside it (RFC 8428 §4.2). */
const VALUES = ['v', 'vs', 'vb', 'vd'];

/** The highest version there is (RFC 8428 §4.4). */
const VERSION = 10;

function checkRecord(record: unknown, index: number): void {
  if (!isObject(record)) throw badRecord(index, 'is not an object');
  const text = TEXT_LABELS.find((label) => record[label] !== undefined && typeof record[label] !== 'string');
  if (text !== undefined) throw badRecord(index, `has a "${text}" that is not a text`);
  const values = VALUES.filter((label) => record[label] !== undefined);
  if (values.length > 1) throw badRecord(index, `has several values (${values.join(', ')})`);
  if (typeof record.vd === 'string' && !/^[A-Za-z0-9_-]*={0,2}$/.test(record.vd))
    throw badRecord(index, 'has a "vd" that is not Base64 in the alphabet for URLs');
  const strange = Object.keys(record).find((label) => label.endsWith('_'));
  if (strange !== undefined) throw badRecord(index, `holds "${strange}", which must be understood and is not`);
  if (Number(record.bver) > VERSION) throw badRecord(index, `has version ${record.bver}; known is ${VERSION}`);
}

function recordValue(record: SenmlRecord, base: Base, index: number): number | string | boolean | undefined {
  if (record.v !== undefined) return base.value + finite(record.v, index, 'v');
  if (record.vs !== undefined) return record.vs;
  if (record.vb !== undefined) {
    if (typeof record.vb !== 'boolean') throw badRecord(index, 'has a "vb" that is neither true nor false');
    return record.vb;
  }
  if (record.vd !== undefined) return record.vd;
  if (record.s !== undefined) return (base.sum ?? 0) + finite(record.s, index, 's');
  if (record.n === undefined) return undefined;
  if (base.sum !== undefined) return base.sum;
  throw badRecord(index, 'has a name, but neither a value nor a sum');
}

/** Device ids and metrics may both hold colons: where the base name ends as ours do, it tells them apart. */
function splitName(
  base: string,
  name: string | undefined,
  full: string,
): Pick<ResolvedValue, 'platform' | 'device' | 'name'> {
  if (full.length > LONGEST_NAME) throw new PlatformError('INVALID_PARAMETER', TOO_LONG);
  const own = /^urn:dev:([^:]+):(.+):$/.exec(base);
  if (own) return { platform: own[1], device: plainName(own[2] as string), name: plainName(name || full) };
  const match = /^urn:dev:([^:]+):(.+):([^:]+)$/.exec(full);
  if (match) return { platform: match[1], device: plainName(match[2] as string), name: plainName(match[3] as string) };
  // Another base name, a MAC or IPv6 address say, is a device too; so is the beginning of a name that is an address.
  const device = base !== '' ? base : ADDRESS.exec(full)?.[0];
  return { platform: undefined, device, name: name ?? full };
}

const LONGEST_NAME = 2000;

const TOO_LONG = `the SenML pack holds a name of more than ${LONGEST_NAME} characters`;

/** RFC 9039's names, and IPv6 addresses with what they call their own behind a slash. */
const ADDRESS = /^urn:[^/_;]{1,200}|^[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?=\/)/i;

function isoTime(seconds: number, present: number, index: number): string {
  const absolute = seconds < RELATIVE_BELOW ? present / 1000 + seconds : seconds;
  const date = new Date(Math.round(absolute * 1000));
  if (Number.isNaN(date.getTime())) throw badRecord(index, 'has a "t" or "bt" outside the calendar');
  return date.toISOString();
}

function finite(value: unknown, index: number, label: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw badRecord(index, `has a "${label}" that is not a number`);
}

function badRecord(index: number, what: string): PlatformError {
  return new PlatformError('INVALID_PARAMETER', `record ${index + 1} of the SenML pack ${what}`);
}
