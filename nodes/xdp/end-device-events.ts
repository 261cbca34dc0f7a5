import { fromBase64 } from '../core/binary-text';
import { isoTime } from '../core/iso-time';
import { isObject } from '../core/json';
import { meantWords } from '../core/nearest-name';
import { MAX_NWK_ADDR } from './device-address';
import { positionProblem, uuidProblem } from './field-checks';
import { END_DEVICE_EVENT_TYPES } from './streams';

/** Returns what a value must be, or undefined when it is. */
type Check = (value: unknown) => string | undefined;

const uint32: Check = (value) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_NWK_ADDR
    ? undefined
    : `must be a whole number from 0 to ${MAX_NWK_ADDR}`;

const uint64: Check = (value) =>
  Number.isInteger(value) && (value as number) >= 0 ? undefined : 'must be a whole number of at least 0';

const text: Check = (value) => (typeof value === 'string' ? undefined : 'must be a text');

const time: Check = (value) =>
  typeof value === 'string' && isoTime(value) === value ? undefined : 'must be an ISO 8601 time in UTC';

const eui: Check = (value) =>
  typeof value === 'string' && fromBase64(value.slice(0, 20))?.length === 8 && value.length <= 12
    ? undefined
    : 'must be 8 bytes as Base64';

/** "Each secret is conveyed as a hex string value". */
const secrets: Check = (value) => {
  if (!isObject(value)) return 'must be an object of texts';
  const wrong = Object.keys(value).find((name) => !isHex(value[name]));
  if (wrong === undefined) return undefined;
  return `.${wrong.slice(0, 40)} must be hexadecimal digits, two a byte: only putEndDevice takes keys as Base64`;
};

function isHex(value: unknown): boolean {
  return typeof value === 'string' && value.length % 2 === 0 && /^[0-9a-f]+$/i.test(value);
}

/** The fields of each event besides `nwkAddr` (platform text, "GET (SSE) /end-devices/events"). */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  BatteryLevelUpdated: { time, voltage: uint64 },
  NameUpdated: { name: text },
  NoncesUpdated: { devNonce: uint32, joinNonce: uint32 },
  NwkAddrRemoved: {},
  NwkAddrUpdated: { devEUI: eui },
  PositionUpdated: { position: positionProblem, time },
  SecretsUpdated: { nonce: uuidProblem, secrets },
  TopicUpdated: { topic: text },
  VersionUpdated: { version: uint32 },
};

/** What is wrong with the events of `postEndDeviceEvents`, without a word of their values: they may be secrets. */
export function endDeviceEventsProblem(value: unknown): string | undefined {
  const events = value as unknown[];
  if (events.length === 0) return 'must hold at least one event';
  for (const [index, event] of events.entries()) {
    const problem = eventProblem(event);
    if (problem !== undefined) return `[${index}]${problem}`;
  }
  return undefined;
}

function eventProblem(event: unknown): string | undefined {
  const type = isObject(event) && typeof event.type === 'string' ? event.type : '';
  if (!isObject(event) || !Object.hasOwn(FIELDS, type))
    return ` must be an object whose "type" is one of ${END_DEVICE_EVENT_TYPES.join(', ')}`;
  const checks: Readonly<Record<string, Check>> = { nwkAddr: uint32, ...FIELDS[type] };
  if (event.nwkAddr === undefined) return ` needs "nwkAddr": which device ${type} is about`;
  for (const [name, value] of Object.entries(event)) {
    if (name === 'type' || value === undefined) continue;
    const names = Object.keys(checks);
    if (!Object.hasOwn(checks, name))
      return ` has "${name.slice(0, 40)}", which ${type} has not${meantWords(name, names)} (it has ${names.join(', ')})`;
    const problem = checks[name]?.(value);
    if (problem !== undefined) return `.${name}${problem.startsWith('.') ? '' : ' '}${problem}`;
  }
  return undefined;
}
