import { checkObject, field, optional, type Shape, type ShapeOf } from '../../core/fields';
import { HttpError, readText } from '../../core/http-answer';
import type { Exchange } from '../../core/http-api';
import { type EdgePort, PORTS } from './edge-port';
import type { Thread } from './thread';

export const BAUD_RATES = [230400, 115200, 57600, 38400, 19200, 9600, 4800, 1200];

/** A number of a range, both ends included. */
export function within(least: number, most: number) {
  return field<number>(
    `a whole number from ${least} to ${most}`,
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  );
}

export function oneOf<T extends string | number>(...values: T[]) {
  return field<T>(`one of ${values.join(', ')}`, (value) => values.includes(value as T));
}

export const boolean = field<boolean>('true or false', (value) => typeof value === 'boolean');
/** The LED and the cloud connection take it as a string in every example of the text. */
export const booleanText = oneOf('true', 'false');
/** The port number is a number in the table and the example bodies, a string in the curl example of POST message. */
export const portNumber = field<number | string>('1, 2 or 3', (value) =>
  PORTS.some((port) => value === port || value === String(port)),
);
const delimiters = field<string | string[]>('hex digits, or an array of them', (value) =>
  [value].flat().every((one) => typeof one === 'string' && /^(?:[0-9A-F]{2})+$/i.test(one)),
);
const tcpPort = field<string | number>('a port number', (value) => /^\d{1,5}$/.test(String(value)));

/** The table "Device Port properties that can be set". */
export const PORT_PROPERTIES = {
  COMM_TYPE: optional(oneOf('RS232', 'RS485', 'USB')),
  BAUD_RATE: optional(oneOf(...BAUD_RATES)),
  DATA_BITS: optional(oneOf(8, 7, 6, 5)),
  PARITY_BIT: optional(oneOf('NONE', 'ODD', 'EVEN', 'MARK', 'SPACE')),
  DELIMITERS_HEX: optional(delimiters),
  PORT: optional(tcpPort),
  HOST: optional(field<string>('a string', (value) => typeof value === 'string')),
};

/** The body as the shape describes it; its content type does not matter, for the text's curl examples send none. */
export async function bodyOf<S extends Shape>({ req }: Exchange, shape: S): Promise<ShapeOf<S>> {
  const text = await readText(req);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new HttpError(400, `the body is not JSON: ${(error as Error).message}`);
  }
  return checkObject(value, shape);
}

/** The port of the query parameter `port`. */
export function portIn({ query }: Exchange, thread: Thread): EdgePort {
  return portOf(thread, query.get('port') ?? '');
}

export function portOf({ ports }: Thread, number: number | string): EdgePort {
  const port = /^[123]$/.test(String(number)) ? ports.get(Number(number)) : undefined;
  if (!port) throw new HttpError(400, 'the port must be 1, 2 or 3');
  return port;
}
