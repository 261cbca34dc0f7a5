import { PlatformError } from '../../core/errors';
import { isEmpty } from '../../core/operation/given-value';
import { inBody } from '../../core/operation/operation';
import { checkParameter } from '../../core/operation/parameters';
import { checkForeign, groupValues, type SenmlGroup } from '../../core/senml/groups';
import { fromSenml, isSenml } from '../../core/senml/reader';
import { isoTime, timeProblem } from '../../core/values/iso-time';
import { isObject } from '../../core/values/json';
import { meantWords } from '../../core/values/nearest-name';
import { itemsOf } from '../../core/values/payload-items';
import { ADDRESS } from '../device-address';

/** One line of POST /recordings/events (platform text, "Recording resources"). */
export interface Recording {
  data: Record<string, unknown>;
  nwkAddr: number;
  source: string;
  /** ISO 8601, UTC. */
  time: string;
}

const KINDS = 'a reading, a recording, a list of them or a SenML pack';

/** What a payload leaves out is taken from here. */
export interface RecordingDefaults {
  source: unknown;
  nwkAddr: unknown;
}

/**
 * The recordings in a payload: recordings as xDP streams them, bare readings, a list of either, or a SenML pack.
 *
 * @throws PlatformError INVALID_PARAMETER naming field and position
 */
export function recordingsOf(payload: unknown, defaults: RecordingDefaults, now: () => number = Date.now): Recording[] {
  if (isSenml(payload)) return fromPack(groupValues(fromSenml(payload, now)), defaults, now);
  return itemsOf(payload, KINDS, '{"humidity": 45}').map(({ item, where }) => recordingOf(item, defaults, where, now));
}

function recordingOf(
  item: Record<string, unknown>,
  defaults: RecordingDefaults,
  where: string,
  now: () => number,
): Recording {
  // A recording wraps its reading in `data`; anything else is the reading itself.
  const wrapped = isObject(item.data);
  if (wrapped) checkMembers(item, where);
  const { time, ...reading } = item;
  return {
    data: wrapped ? (item.data as Record<string, unknown>) : reading,
    nwkAddr: addressOf(wrapped ? (item.nwkAddr ?? defaults.nwkAddr) : defaults.nwkAddr, where),
    source: sourceOf(wrapped ? (item.source ?? defaults.source) : defaults.source, where),
    time: timeOf(time, where, now),
  };
}

const BESIDE_DATA = ['nwkAddr', 'source', 'time'];

/** @throws PlatformError for a member that would be dropped: a misspelt one, or the value of a reading */
function checkMembers(item: Record<string, unknown>, where: string): void {
  const strange = Object.keys(item).find((name) => name !== 'data' && !BESIDE_DATA.includes(name));
  if (strange === undefined) return;
  const name = strange.slice(0, 60);
  throw new PlatformError(
    'INVALID_PARAMETER',
    `a recording can only hold "data", ${BESIDE_DATA.join(', ')}, but this one${where} also has "${name}"${meantWords(name, BESIDE_DATA)} (if your reading itself has an object "data", wrap the reading: {"data": {…}})`,
  );
}

/** Values of one device at one time make one recording. */
function fromPack(pack: readonly SenmlGroup[], defaults: RecordingDefaults, now: () => number): Recording[] {
  const where = ' (SenML pack)';
  checkForeign(pack, 'xdp');
  return pack.map(({ platform, device, time, values }) => ({
    data: values,
    // A device of another platform has no nwkAddr: the node's own stands for it.
    nwkAddr: addressOf(platform === 'xdp' ? device : defaults.nwkAddr, where),
    source: sourceOf(defaults.source, where),
    time: timeOf(time, where, now),
  }));
}

const NWK_ADDR = inBody('nwkAddr', ADDRESS);

function addressOf(value: unknown, where: string): number {
  if (isEmpty(value)) throw missing('nwkAddr', 'msg.device', where);
  return checkParameter(NWK_ADDR, value, 'postRecordings', where) as number;
}

function sourceOf(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '') throw missing('source', 'msg.params.source', where);
  return value;
}

function missing(name: string, place: string, where: string): PlatformError {
  const message = `postRecordings needs the parameter "${name}"${where}: set it in the dialog, in the recording or in ${place}`;
  return new PlatformError('INVALID_PARAMETER', message, { operation: 'postRecordings' });
}

/** "All timestamps return in ISO 8601 format and expressed as UTC time": a Date or Unix milliseconds are converted. */
function timeOf(value: unknown, where: string, now: () => number): string {
  if (isEmpty(value)) return new Date(now()).toISOString();
  const time = isoTime(value, now);
  if (time !== undefined) return time;
  const why = timeProblem(value);
  throw new PlatformError(
    'INVALID_PARAMETER',
    `"time"${where} must be an ISO 8601 time or Unix milliseconds (or -90s, -30m, -1h, -7d from now)${why === undefined ? '' : ` (${why})`}, but is ${shortly(value)}`,
  );
}

function shortly(value: unknown): string {
  if (typeof value !== 'string') return typeof value === 'object' ? 'an object' : String(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
