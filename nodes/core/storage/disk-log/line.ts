import { isObject } from '../../values/json';
import { checkOf } from '../checksum';
import type { LogEntry, StoredItem } from './types';

/**
 * One message is one line: `<CRC-32 of the rest> <seq> <at> <count> <bytes> <JSON of records and note>`, so that what
 * memory holds of it is known without a look into the JSON.
 */
const HEADER = /^([0-9a-f]{8}) (\d{1,16}) (\d{1,16}) (\d{1,9}) (\d{1,12}) /;

/** No header is longer. */
const HEADER_LENGTH = 80;

/** A message of a line, and the checksum that tells it from every other of the same number. */
export interface LineHeader extends LogEntry {
  readonly check: number;
}

export function encodeLine({ seq, at, count, bytes }: LogEntry, { records, note }: StoredItem): Buffer {
  const rest = `${seq} ${at} ${count} ${bytes} ${JSON.stringify({ records, ...(note && { note }) })}`;
  return Buffer.from(`${checkOf(rest)} ${rest}\n`);
}

/** What memory holds of a line; undefined when it is damaged. `line` has no line feed at its end. */
export function readHeader(line: Buffer): LineHeader | undefined {
  const [whole, check, seq, at, count, bytes] = HEADER.exec(line.toString('latin1', 0, HEADER_LENGTH)) ?? [];
  if (whole === undefined || check !== checkOf(line.subarray(9))) return undefined;
  return { seq: Number(seq), at: Number(at), count: Number(count), bytes: Number(bytes), check: checkOfLine(line) };
}

export function checkOfLine(line: Buffer): number {
  return Number.parseInt(line.toString('latin1', 0, 8), 16);
}

/** The message of a line; undefined when it is damaged or that of another number. */
export function decodeLine(line: Buffer, seq: number): StoredItem | undefined {
  if (readHeader(line)?.seq !== seq) return undefined;
  const [header = ''] = HEADER.exec(line.toString('latin1', 0, HEADER_LENGTH)) ?? [];
  const item: unknown = JSON.parse(line.toString('utf8', header.length));
  return isObject(item) && Array.isArray(item.records) ? (item as unknown as StoredItem) : undefined;
}
