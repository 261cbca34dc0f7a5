import { PlatformError } from '../../core/errors';
import { isoTime } from '../../core/iso-time';
import { isObject } from '../../core/json';
import { inBody } from '../../core/operation';
import { checkParameter } from '../../core/parameters';
import { fromSenml, isSenml, type ResolvedValue } from '../../core/senml';
import { MAX_NWK_ADDR } from '../device-address';

/** One line of POST /recordings/events (platform text, "Recording resources"). */
export interface Recording {
  data: Record<string, unknown>;
  nwkAddr: number;
  source: string;
  /** ISO 8601, UTC. */
  time: string;
}

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
  if (isSenml(payload)) return fromPack(fromSenml(payload, now), defaults, now);
  const items = Array.isArray(payload) ? payload : [payload];
  if (items.length === 0)
    throw new PlatformError('INVALID_PARAMETER', 'the payload is an empty list: there is nothing to record');
  return items.map((item, index) => {
    const where = items.length > 1 ? ` (item ${index + 1} of ${items.length})` : '';
    if (!isObject(item)) {
      throw new PlatformError(
        'INVALID_PARAMETER',
        `the payload must be a reading, a recording, a list of them or a SenML pack${where}`,
      );
    }
    return recordingOf(item, defaults, where, now);
  });
}

function recordingOf(
  item: Record<string, unknown>,
  defaults: RecordingDefaults,
  where: string,
  now: () => number,
): Recording {
  // A recording wraps its reading in `data`; anything else is the reading itself.
  const wrapped = isObject(item.data);
  const { time, ...reading } = item;
  return {
    data: wrapped ? (item.data as Record<string, unknown>) : reading,
    nwkAddr: addressOf(wrapped ? (item.nwkAddr ?? defaults.nwkAddr) : defaults.nwkAddr, where),
    source: sourceOf(wrapped ? (item.source ?? defaults.source) : defaults.source, where),
    time: timeOf(time, where, now),
  };
}

/** Values of one device at one time make one recording; a value whose name is taken already begins another. */
function fromPack(values: readonly ResolvedValue[], defaults: RecordingDefaults, now: () => number): Recording[] {
  const recordings: Recording[] = [];
  const open = new Map<string, Recording>();
  for (const { platform, device, name, value, time } of values) {
    const key = `${platform} ${device} ${time}`;
    let recording = open.get(key);
    if (!recording || Object.hasOwn(recording.data, name)) {
      // A device of another platform has no nwkAddr: the node's own stands for it.
      const own = platform === 'xdp' ? device : undefined;
      recording = {
        data: {},
        nwkAddr: addressOf(own ?? defaults.nwkAddr, ' (SenML pack)'),
        source: sourceOf(defaults.source, ' (SenML pack)'),
        time: timeOf(time, ' (SenML pack)', now),
      };
      open.set(key, recording);
      recordings.push(recording);
    }
    recording.data[name] = value;
  }
  return recordings;
}

const NWK_ADDR = inBody('nwkAddr', { type: 'integer', min: 0, max: MAX_NWK_ADDR });

function addressOf(value: unknown, where: string): number {
  if (isEmpty(value)) throw missing('nwkAddr', 'msg.device', where);
  return checkParameter(NWK_ADDR, value, `postRecordings${where}`) as number;
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
  const time = isoTime(value);
  if (time !== undefined) return time;
  throw new PlatformError(
    'INVALID_PARAMETER',
    `"time"${where} must be an ISO 8601 time or Unix milliseconds, but is ${JSON.stringify(value)}`,
  );
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
