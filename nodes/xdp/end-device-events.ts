import { fromBase64, toBase64 } from '../core/values/binary-text';
import { isoTime } from '../core/values/iso-time';
import { isObject } from '../core/values/json';
import { meantWords } from '../core/values/nearest-name';
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
  return `.${wrong.slice(0, 40)} must be hexadecimal digits, two a byte (or 16 bytes as Base64)`;
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

/** Bytes of a LoRaWAN key. */
const KEY_BYTES = 16;

/**
 * The same keys and identifiers are hexadecimal in some places of the platform text and Base64 in others: in events
 * secrets are hexadecimal and `devEUI` is Base64. Whichever way people have them, they go out as the event wants them.
 */
export function withFormsOfEvents(value: unknown): unknown {
  return Array.isArray(value) ? value.map(withFormsOfEvent) : value;
}

function withFormsOfEvent(event: unknown): unknown {
  if (!isObject(event)) return event;
  const { devEUI, secrets: keys } = event;
  if (event.type === 'NwkAddrUpdated' && devEUI !== undefined)
    return { ...event, devEUI: toBase64(devEUI, 8) ?? devEUI };
  if (event.type !== 'SecretsUpdated' || !isObject(keys)) return event;
  const secretsAsHex = Object.entries(keys).map(([name, key]) => [name, isHex(key) ? key : (keyAsHex(key) ?? key)]);
  return { ...event, secrets: Object.fromEntries(secretsAsHex) };
}

function keyAsHex(key: unknown): string | undefined {
  const bytes = typeof key === 'string' && key.length <= 24 ? fromBase64(key) : undefined;
  if (bytes?.length !== KEY_BYTES) return undefined;
  return Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

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
