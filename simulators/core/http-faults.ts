import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import {
  type BrotliCompress,
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  type Deflate,
  deflateSync,
  type Gzip,
  gzipSync,
} from 'node:zlib';
import type { Encoding, FaultRegistry, FaultTarget } from './faults';
import { type Answer, sendAnswer } from './http-answer';
import { nextTurn, pause, stopped, untilStopped } from './signal';

/** Lets the armed faults hit a request that has just arrived; true when it is dealt with and must not be carried out. */
export async function applyFaultsBefore(
  faults: FaultRegistry,
  target: FaultTarget,
  res: ServerResponse,
  closed: AbortSignal,
): Promise<boolean> {
  const slow = faults.take('slow', target);
  if (slow) await pause(slow.ms, closed);
  if (faults.take('continue', target) && res.socket?.writable) res.writeContinue();
  if (faults.take('half-open', target)) {
    await stopped(closed);
    return true;
  }
  if (faults.take('endless', target)) {
    await sendWithoutEnd(res, closed);
    return true;
  }
  const answer = faultyAnswer(faults, target);
  if (answer) sendAnswer(res, answer);
  return answer !== undefined;
}

/** Sends the answer of a request that was carried out, unless a fault loses it on the way. */
export function sendOrLose(faults: FaultRegistry, target: FaultTarget, res: ServerResponse, answer: Answer): void {
  if (faults.take('lose-answer', target)) {
    res.socket?.destroy();
    return;
  }
  const compressed = faults.take('compressed', target);
  sendAnswer(res, compressed && answer.body !== undefined ? inCoding(answer, compressed.encoding) : answer);
}

const COMPRESS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync } as const;

function inCoding(answer: Answer, encoding: Encoding): Answer {
  const body = COMPRESS[encoding](answer.body ?? '');
  return { ...answer, body, headers: { ...answer.headers, 'content-encoding': encoding } };
}

/** A stream in that coding before `res`; each piece written leaves at once. */
export function compressorTo(res: ServerResponse, encoding: Encoding): Writable {
  const compressor = compressorOf(encoding);
  compressor.pipe(res);
  return compressor;
}

function compressorOf(encoding: Encoding): Gzip | Deflate | BrotliCompress {
  if (encoding === 'br') return createBrotliCompress({ flush: constants.BROTLI_OPERATION_FLUSH });
  const options = { flush: constants.Z_SYNC_FLUSH };
  return encoding === 'gzip' ? createGzip(options) : createDeflate(options);
}

/** A JSON array whose first member never comes, as fast as the client reads. */
async function sendWithoutEnd(res: ServerResponse, closed: AbortSignal): Promise<void> {
  res.writeHead(200, { 'content-type': 'application/json' });
  res.write('[');
  const blanks = ' '.repeat(64 * 1024);
  while (!closed.aborted) {
    if (res.write(blanks)) await nextTurn();
    else
      await untilStopped(closed, (wake) => {
        res.once('drain', wake);
        return () => res.off('drain', wake);
      });
  }
}

function faultyAnswer(faults: FaultRegistry, target: FaultTarget): Answer | undefined {
  const another = faults.take('answer', target);
  if (another) return another;
  const fault = faults.take('status', target);
  if (!fault) return undefined;
  const headers = fault.retryAfter === undefined ? {} : { 'retry-after': retryAfter(fault.retryAfter) };
  return { status: fault.status, body: `simulated ${fault.status}`, headers };
}

/** Seconds as they are, a date as an HTTP-date (RFC 9110, 10.2.3). */
function retryAfter(value: number | string | Date): string {
  return value instanceof Date ? value.toUTCString() : String(value);
}
