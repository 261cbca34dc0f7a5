import { randomUUID } from 'node:crypto';
import { jsonText } from '../values/json-text';

/** First bytes of the kinds of file whose type a platform may look at, and what the parts that hold them are called. */
const KINDS = [
  { begins: [0xff, 0xd8, 0xff], type: 'image/jpeg', ending: 'jpg' },
  { begins: [0x89, 0x50, 0x4e, 0x47], type: 'image/png', ending: 'png' },
  { begins: [0x47, 0x49, 0x46, 0x38], type: 'image/gif', ending: 'gif' },
];

/** A form as `multipart/form-data` (RFC 7578): bytes go as a file, all else as a text. */
export function multipartBody(parts: readonly (readonly [name: string, value: unknown])[]): {
  body: Buffer;
  headers: Record<string, string>;
} {
  const boundary = `farfield-${randomUUID()}`;
  const pieces = parts.flatMap(([name, value]) => [
    Buffer.from(`--${boundary}\r\n${headOf(name, value)}\r\n\r\n`),
    Buffer.isBuffer(value) ? value : Buffer.from(textOf(name, value)),
    Buffer.from('\r\n'),
  ]);
  return {
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

/** A file has to have a name (RFC 7578 §4.2): without one, servers take it for a text. */
function headOf(name: string, value: unknown): string {
  const disposition = `Content-Disposition: form-data; name="${escaped(name)}"`;
  if (!Buffer.isBuffer(value)) return disposition;
  const kind = KINDS.find(({ begins }) => begins.every((byte, index) => value[index] === byte));
  const file = kind ? `${name}.${kind.ending}` : name;
  return `${disposition}; filename="${escaped(file)}"\r\nContent-Type: ${kind?.type ?? 'application/octet-stream'}`;
}

/** As browsers do (WHATWG HTML, "multipart form data"). */
function escaped(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function textOf(name: string, value: unknown): string {
  return typeof value === 'object' ? jsonText(value, name) : String(value);
}
