import type { Cursor } from '../../core/cursor-store';
import { PlatformError, toPlatformError } from '../../core/errors';
import { readEvents } from '../../core/sse-reader';
import { deadline } from '../../core/timing';
import { streamOperation } from '../operations';
import type { StreamName } from '../streams';
import { isHeartbeat, parseEvent, type XdpEvent } from './events';
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
  const { stream, secrets, offsets, timeout } = options;
  const operation = streamOperation('xdp-query', stream);
  const given = Object.keys(offsets).length > 0;
  const values = { finite: true, ...(secrets && { includeDeviceSecrets: true }), ...(given && { offsets }) };
  const newest: Cursor = { ...offsets };
  let complete = false;
  const limit = deadline(timeout, options.signal);
  const finished = new AbortController();

  const take = (event: XdpEvent): void => {
    complete = event.storedDone;
    // Nothing more will come, whether or not the service closes the connection as it should.
    if (event.storedDone && event.source === undefined) finished.abort();
    if (event.source !== undefined && event.offset !== undefined) newest[event.source] = event.offset;
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
    });
    if (!framed && !complete) throw cutShort(stream);
  } finally {
    limit.clear();
  }
  return newest;
}

function cutShort(stream: StreamName): PlatformError {
  return new PlatformError('DISCONNECTED', `the stream ${stream} ended before its stored events were complete`, {
    operation: stream,
    retryable: true,
  });
}
