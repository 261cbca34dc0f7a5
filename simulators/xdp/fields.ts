import { field, isObject } from '../core/fields';

/** A position in degrees. */
export interface Position {
  readonly lat: number;
  readonly lng: number;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const HEX = /^(?:[0-9a-f]{2})+$/i;

/** The types of the platform text's tables, by their names there. */
export const uint32 = field<number>('a UInt32', (value) => isInteger(value, 0xffffffff));
export const uint64 = field<number>('a UInt64', (value) => isInteger(value, Number.MAX_SAFE_INTEGER));
export const isoTime = field<string>('an ISO 8601 time in UTC, such as 2019-09-03T08:30:29.858Z', isIsoTime);
export const base64 = field<string>('Base64', (value) => matches(value, BASE64) && value !== '');
export const devEui = field<string>('Base64 of 64 bits', (value) => base64.accepts(value) && bytesOf(value) === 8);
export const uuid = field<string>('a UUID', (value) => matches(value, UUID));
export const hexValues = field<Record<string, string>>(
  'an object of hex strings',
  (value) => isObject(value) && Object.values(value).every((secret) => matches(secret, HEX)),
);
export const jsonObject = field<Record<string, unknown>>('a JSON object', isObject);
export const position = field<Position>(
  'an object of the numbers lat (-90 to 90) and lng (-180 to 180)',
  (value) => isObject(value) && Object.keys(value).length === 2 && isWithin(value.lat, 90) && isWithin(value.lng, 180),
);

/** The 32-bit id in a path, or undefined when it is none. */
export function parseNwkAddr(text: string): number | undefined {
  const value = Number(text);
  return /^\d{1,10}$/.test(text) && uint32.accepts(value) ? value : undefined;
}

/** Base64 as the hex digits in which secrets are conveyed. */
export function base64ToHex(text: string): string {
  return Buffer.from(text, 'base64').toString('hex').toUpperCase();
}

function isInteger(value: unknown, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}

function isWithin(value: unknown, most: number): boolean {
  return typeof value === 'number' && Math.abs(value) <= most;
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isIsoTime(value: unknown): boolean {
  return typeof value === 'string' && ISO_TIME.test(value) && !Number.isNaN(Date.parse(value));
}

function bytesOf(text: string): number {
  return Buffer.from(text, 'base64').length;
}
