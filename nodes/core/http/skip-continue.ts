import type { Socket } from 'node:net';

const START = Buffer.from('HTTP/1.1 100');

/** Bytes of a head that an interim answer may have at the most. */
const LONGEST = 8192;

/**
 * Takes every `100 Continue` out of what a socket reads. Some proxies and small servers send it although nobody asked,
 * and "a client MUST be able to parse one or more 1xx responses" (RFC 9110 §15.2); undici ends the connection instead,
 * and a POST that was taken would be sent again. One request at a time is under way on a connection: what comes first
 * after something was written is the head of an answer.
 */
export function skipContinue<S extends Socket>(socket: S): S {
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket);
  let atHead = false;
  let held = Buffer.alloc(0);

  /** What of a piece is not an interim answer, or its beginning. */
  const rest = (chunk: Buffer): Buffer => {
    if (!atHead) return chunk;
    let data = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
    held = Buffer.alloc(0);
    while (startsAlike(data)) {
      const end = data.indexOf('\r\n\r\n');
      if (end === -1 && data.length < LONGEST) {
        held = Buffer.from(data);
        return Buffer.alloc(0);
      }
      if (end === -1) break;
      data = data.subarray(end + 4);
    }
    if (data.length > 0) atHead = false;
    return data;
  };

  socket.write = ((...args: Parameters<typeof write>) => {
    atHead = true;
    return write(...args);
  }) as typeof socket.write;
  socket.read = ((size?: number) => {
    for (;;) {
      const chunk: unknown = read(size);
      if (!Buffer.isBuffer(chunk)) return chunk;
      const piece = rest(chunk);
      if (piece.length > 0) return piece;
    }
  }) as typeof socket.read;
  return socket;
}

/** It begins as `100 Continue` does, as far as it goes; `HTTP/1.0` as well. */
function startsAlike(data: Buffer): boolean {
  if (data.length === 0) return false;
  for (let at = 0; at < START.length && at < data.length; at++) {
    const minorVersion = at === 7 && data[at] === 48;
    if (data[at] !== START[at] && !minorVersion) return false;
  }
  return true;
}
