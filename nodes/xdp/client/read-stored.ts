import { PlatformError, toPlatformError } from '../../core/errors';
import type { Cursor } from '../../core/storage/cursor-store';
import { readEvents } from '../../core/stream/sse-reader';
import { deadline, startTimer } from '../../core/timing';
import { streamOperation } from '../operations';
import type { StreamName } from '../streams';
import { isHeartbeat, parseEvent, type XdpEvent } from './events';
import { chooseOffsets, createOffsetFilter, OFFSETS_LENGTH, type OffsetChoice, shorterAfter } from './offset-choice';
import { createOffsetKeeper } from './offset-keeper';
import type { XdpClient } from './xdp-client';

/** Milliseconds behind a Done without a source in which that of another source may follow. */
const QUIET = 1000;

export interface ReadOptions {
  stream: StreamName;
  secrets: boolean;
  /** Where to begin, for each source; `{}`: at the beginning. */
  offsets: Cursor;
  /** Milliseconds until the head of the answer, and then between two events. */
  timeout: number;
  signal: AbortSignal;
  /** Every event but the `Stored…Done` ones. */
  onEvent(event: XdpEvent): void;
  /** One event could not be read; the reading goes on behind it. */
  onSkipped(error: PlatformError): void;
}

/**
 * Reads all stored events once (`finite=true`: "the service [closes] the connection once all events have been received").
 *
 * @returns the newest offset of each source, to begin the next reading with
 * @throws PlatformError
 */
export async function readStored(client: XdpClient, options: ReadOptions): Promise<Cursor> {
  for (let length = OFFSETS_LENGTH; ; ) {
    const choice = chooseOffsets(options.stream === 'recordings' ? options.offsets : {}, length);
    let begun = false;
    const onEvent = (event: XdpEvent): void => {
      begun = true;
      options.onEvent(event);
    };
    try {
      return await readOnce(client, { ...options, onEvent }, choice);
    } catch (thrown) {
      const error = toPlatformError(thrown);
      const shorter = begun ? undefined : shorterAfter(error, choice);
      if (shorter === undefined) throw error;
      length = shorter;
    }
  }
}

async function readOnce(client: XdpClient, options: ReadOptions, choice: OffsetChoice): Promise<Cursor> {
  const { stream, secrets, timeout } = options;
  const operation = streamOperation('xdp-query', stream);
  const given = Object.keys(choice.sent).length > 0;
  const offsets = given ? { offsets: choice.sent } : {};
  const values = { finite: true, ...(secrets && { includeDeviceSecrets: true }), ...offsets };
  const known = createOffsetFilter(choice);
  const newest: Cursor = { ...options.offsets };
  const keeper = createOffsetKeeper(newest);
  const ends = trackEnds();
  const finished = new AbortController();
  const limit = deadline(timeout, options.signal, finished.signal);
  const lost = new Set<string>();
  let quiet: NodeJS.Timeout | undefined;

  const take = (event: XdpEvent): void => {
    ends.note(event);
    clearTimeout(quiet);
    for (const source of known.notFound(event, true)) lost.add(source);
    // Nothing more will come, whether or not the service closes the connection as it should. Recordings have a Done for
    // each source, in which naming it is optional.
    if (event.storedDone && event.source === undefined)
      quiet = startTimer(() => finished.abort(), stream === 'recordings' ? QUIET : 0);
    if (known.isKnown(event)) return;
    keeper.note(event);
    if (!event.storedDone) options.onEvent(event);
  };

  try {
    const { headers, body } = await client.openStream(operation, values, limit.signal);
    // With these the answer has an end of its own. Without, a cut connection looks like a complete answer.
    const framed = headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;
    await readEvents(body, {
      signal: finished.signal,
      onEvent(raw) {
        // A heartbeat is no progress: a service that ignores "finite" would keep this waiting for ever.
        if (isHeartbeat(raw)) return;
        limit.restart();
        let event: XdpEvent;
        try {
          event = parseEvent(raw, stream);
        } catch (error) {
          return options.onSkipped(toPlatformError(error));
        }
        take(event);
      },
      onSkipped: options.onSkipped,
    }).catch((error) => {
      if (!finished.signal.aborted) throw error;
    });
    // "A StoredXXXDone will occur when all known events have been streamed."
    if (!ends.all || (!framed && !ends.last)) throw cutShort(stream);
    if (lost.size > 0) throw unknownOffsets([...lost]);
  } finally {
    limit.clear();
    clearTimeout(quiet);
  }
  return newest;
}

/** Whether all stored events have come: "A StoredXXXDone will occur when all known events have been streamed". */
interface Ends {
  note(event: XdpEvent): void;
  /** A Done without a source has come, or one for each source of which there were events, and one at least. */
  readonly all: boolean;
  /** The newest event was a Done. */
  readonly last: boolean;
}

function trackEnds(): Ends {
  const open = new Set<string | undefined>();
  const done = new Set<string | undefined>();
  let last = false;

  return {
    note({ source, storedDone }) {
      last = storedDone;
      if (storedDone) {
        done.add(source);
        open.delete(source);
      } else if (!done.has(source)) open.add(source);
    },
    get all() {
      return done.has(undefined) || (done.size > 0 && open.size === 0);
    },
    get last() {
      return last;
    },
  };
}

/** There was no room for these in the request, and among all that the platform has stored they have not come. */
function unknownOffsets(sources: readonly string[]): PlatformError {
  const message = `the platform does not have the offsets given for ${sources.join(', ')}: leave those out to read everything of them`;
  return new PlatformError('INVALID_PARAMETER', message, { operation: 'recordings' });
}

function cutShort(stream: StreamName): PlatformError {
  return new PlatformError(
    'DISCONNECTED',
    `the stream ${stream} ended before its stored events were complete: no "Stored…Done" came at its end`,
    {
      operation: stream,
      retryable: true,
    },
  );
}
