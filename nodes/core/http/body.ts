import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { PlatformError } from '../errors';
import { createTurns } from '../turns';
import type { HttpHeaders } from './answer';

/** Bytes of an answer that is read whole, unless the account says otherwise. */
export const MAX_ANSWER = 20_000_000;

/** Bytes of an error's body or of a token: nobody needs more of them. */
export const SHORT_ANSWER = 64 * 1024;

/**
 * The bytes of a body, with its content coding undone. None is asked for, but some servers and proxies use one all the
 * same (RFC 9110 §8.4).
 *
 * @throws PlatformError INVALID_RESPONSE for a coding that is not known
 */
export function decoded(body: Readable, headers: HttpHeaders): Readable {
  const coding = String(headers['content-encoding'] ?? '')
    .trim()
    .toLowerCase();
  if (coding === '' || coding === 'identity') return body;
  const decoder = decoderOf(coding);
  if (!decoder) {
    // Its error has been told by then.
    body.on('error', () => undefined).destroy();
    const message = `the answer is compressed in a way that is not understood (content-encoding: ${coding.slice(0, 40)})`;
    throw new PlatformError('INVALID_RESPONSE', message);
  }
  // An error of either end reaches whoever reads the decoder.
  return pipeline(body, decoder, () => undefined);
}

function decoderOf(coding: string): ReturnType<typeof createGunzip> | undefined {
  if (coding === 'gzip' || coding === 'x-gzip') return createGunzip();
  if (coding === 'deflate') return createInflate();
  if (coding === 'br') return createBrotliDecompress();
  return undefined;
}

/**
 * A whole body as text.
 *
 * @param limit bytes, counted after decompression
 * @param onTooLarge what to make of more; `cut`: what has come is enough
 * @throws PlatformError ANSWER_TOO_LARGE
 */
export async function readText(body: Readable, limit: number, onTooLarge: 'fail' | 'cut' = 'fail'): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;

  /** @returns true when the body is at its end, or enough has come */
  const readTo = async (size: number): Promise<boolean> => {
    while (bytes <= size) {
      const { value, done } = await pieces.next();
      if (done) return true;
      bytes += value.length;
      if (bytes <= limit) chunks.push(value);
      else if (onTooLarge === 'cut') return true;
      else throw tooLarge(limit);
    }
    return false;
  };

  try {
    if (!(await readTo(LARGE))) await largeInTurn(() => readTo(limit));
  } finally {
    // Ends a body that is not at its end.
    await pieces.return?.();
  }
  // As TextDecoder does it: without a byte order mark.
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/**
 * What is beyond so many bytes of a body is read for a few requests at a time, whoever makes them: a flow asks as often
 * as it likes, and twenty answers of the largest size are more than a small machine has. The others wait, and their
 * time-outs run.
 */
const LARGE = 1_000_000;
const largeInTurn = createTurns(3);

function tooLarge(limit: number): PlatformError {
  const message = `the answer is longer than ${limit} bytes and was not read to its end; the account's "maxAnswer" is the limit`;
  return new PlatformError('ANSWER_TOO_LARGE', message);
}
