import type { PlatformError } from '../errors';
import { abortable } from '../timing';
import type { HttpStream } from './request';
import type { RequestTurns } from './request-turns';

/** Has its turn until the body has been read, or the signal ends it. */
export function openInTurn(
  turns: RequestTurns,
  open: () => Promise<HttpStream>,
  signal: AbortSignal,
  noTurn: (thrown: unknown) => PlatformError,
): Promise<HttpStream> {
  return new Promise((resolve, reject) => {
    let begun = false;
    const work = async (): Promise<void> => {
      begun = true;
      const stream = await open();
      const read = new Promise<void>((end) => resolve({ ...stream, body: endingWith(stream.body, end) }));
      // Who ends it by the signal may never read it.
      await abortable(read, signal).catch(() => undefined);
    };
    turns.run(work, signal).catch((thrown) => reject(begun ? thrown : noTurn(thrown)));
  });
}

async function* endingWith(body: AsyncIterable<Uint8Array>, end: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } finally {
    end();
  }
}

/** The bytes as they arrive; what goes wrong on the way becomes an error of ours. */
export async function* bodyOf(
  body: AsyncIterable<unknown>,
  failed: (thrown: unknown) => PlatformError,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (thrown) {
    throw failed(thrown);
  }
}
