import type { BackoffBounds } from '../../core/backoff';
import type { Cursor } from '../../core/cursor-store';
import { PlatformError, toPlatformError } from '../../core/errors';
import { MAX_EVENT_LENGTH, readEvents, type SseEvent } from '../../core/sse-reader';
import {
  type StreamDetail,
  type StreamSession,
  type StreamState,
  type StreamSupervisor,
  superviseStream,
} from '../../core/stream-supervisor';
import { streamOperation } from '../operations';
import type { StreamName } from '../streams';
import { isHeartbeat, parseEvent, type XdpEvent } from './events';
import { trackReplay } from './replay-tracker';
import type { XdpClient } from './xdp-client';

export interface FollowOptions {
  stream: StreamName;
  /** `includeDeviceSecrets`. */
  secrets: boolean;
  /** Where to begin, for each source. Ignored by streams without offsets. */
  offsets: Cursor;
  backoff: BackoffBounds;
  handshakeTimeout: number;
  idleTimeout: number;
  maxEventLength?: number;
  onEvent(event: XdpEvent, replayed: boolean): void;
  /** The events handed on up to these offsets have reached the flow. */
  onSettled(offsets: Cursor): void;
  /** One event could not be read; the stream goes on behind it. */
  onSkipped(error: PlatformError): void;
  onState(state: StreamState, detail: StreamDetail): void;
  onOutage(error: PlatformError): void;
}

/**
 * Follows a stream for ever. After every interruption recordings go on where they stopped; the other streams have no
 * offsets, so the platform sends all their stored events again.
 */
export function followStream(client: XdpClient, options: FollowOptions): StreamSupervisor {
  const seen: Cursor = { ...options.offsets };
  return superviseStream({
    connect: (session) => runConnection(client, options, seen, session),
    onState: options.onState,
    onOutage: options.onOutage,
    backoff: options.backoff,
    handshakeTimeout: options.handshakeTimeout,
    idleTimeout: options.idleTimeout,
  });
}

async function runConnection(
  client: XdpClient,
  { stream, secrets, maxEventLength = MAX_EVENT_LENGTH, onEvent, onSettled, onSkipped }: FollowOptions,
  seen: Cursor,
  session: StreamSession,
): Promise<void> {
  const operation = streamOperation('xdp-events', stream);
  const resumedFrom = { ...seen };
  const resuming = stream === 'recordings' && Object.keys(resumedFrom).length > 0;
  const values = { ...(secrets && { includeDeviceSecrets: true }), ...(resuming && { offsets: resumedFrom }) };
  const { headers, body } = await client.openStream(operation, values, session.signal);
  session.enter('replaying');
  const replay = trackReplay(serverTime(headers.date));
  let unsettled = false;

  const take = (event: XdpEvent): void => {
    const replayed = replay.isStored(event);
    // A live event of a connection that still replays another source changes nothing.
    session.enter(replay.finished ? 'connected' : 'replaying');
    if (event.source !== undefined && event.offset !== undefined) {
      // Whether `offsets` is inclusive is not said: the event it names has been here already.
      if (!event.storedDone && event.offset === resumedFrom[event.source]) return;
      // What offset a Done event carries is not said; that of an event which has come is sure.
      if (!event.storedDone || seen[event.source] === undefined) seen[event.source] = event.offset;
      unsettled = true;
    }
    session.progressed();
    onEvent(event, replayed);
  };

  await readEvents(body, {
    signal: session.signal,
    maxEventLength,
    onActivity: () => session.heard(),
    onTurn() {
      if (!unsettled) return;
      unsettled = false;
      onSettled({ ...seen });
    },
    onEvent(raw: SseEvent) {
      if (isHeartbeat(raw)) return;
      let event: XdpEvent;
      try {
        event = parseEvent(raw, stream);
      } catch (error) {
        return onSkipped(placed(toPlatformError(error), seen));
      }
      take(event);
    },
    onSkipped: (error) => onSkipped(placed(error, seen)),
  });
}

/** Says behind which offsets an unreadable event stood, for a person to find it. */
function placed(error: PlatformError, seen: Cursor): PlatformError {
  const last = Object.entries(seen).map(([source, offset]) => `${source}=${offset}`);
  if (last.length === 0) return error;
  return new PlatformError(error.code, `${error.message}; the last offsets before it: ${last.join(', ')}`);
}

/** The server's clock, whose header knows whole seconds only, or this machine's where the server does not tell. */
function serverTime(date: string | string[] | undefined): number {
  const time = Date.parse(String(date));
  return Number.isNaN(time) ? Date.now() : time + 1000;
}
