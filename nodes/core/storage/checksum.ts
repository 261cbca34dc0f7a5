import { crc32 } from 'node:zlib';

/** CRC-32 of a Buffer, or of a text as UTF-8: eight hexadecimal digits. */
export function checkOf(data: Buffer | string): string {
  return crc32(data).toString(16).padStart(8, '0');
}
