import type { Cursor } from '../../core/cursor-store';
import { PlatformError, toPlatformError } from '../../core/errors';
import { readEvents } from '../../core/sse-reader';
import { deadline } from '../../core/timing';
import { streamOperation } from '../operations';
import type { StreamName } from '../streams';
import { isHeartbeat, parseEvent, type XdpEvent } from './events';
import {
  chooseOffsets,
  createOffsetFilter,
  mayBeTooLong,
  OFFSETS_LENGTH,
  type OffsetChoice,
  shorterThan,
} from './offset-choice';
import type { XdpClient } from './xdp-client';

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
      const shorter = !begun && mayBeTooLong(error) ? shorterThan(length, choice) : undefined;
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
  let complete = false;
  let anyDone = false;
  const limit = deadline(timeout, options.signal);
  const finished = new AbortController();
  let lost: readonly string[] = [];

  const take = (event: XdpEvent): void => {
    complete = event.storedDone;
    anyDone ||= event.storedDone;
    lost = [...lost, ...known.notFound(event)];
    // Nothing more will come, whether or not the service closes the connection as it should.
    if (event.storedDone && event.source === undefined) finished.abort();
    if (event.storedDone || known.isKnown(event)) return;
    // What offset a Done event carries is not said; that of an event which has come is sure.
    if (event.source !== undefined && event.offset !== undefined) newest[event.source] = event.offset;
    options.onEvent(event);
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
    });
    // "A StoredXXXDone will occur when all known events have been streamed."
    if (!anyDone || (!framed && !complete)) throw cutShort(stream);
    if (lost.length > 0) throw unknownOffsets(lost);
  } finally {
    limit.clear();
  }
  return newest;
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
