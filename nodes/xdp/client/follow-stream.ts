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
import {
  chooseOffsets,
  createOffsetFilter,
  mayBeTooLong,
  OFFSETS_LENGTH,
  type OffsetChoice,
  shorterThan,
} from './offset-choice';
import { createPastFilter, type PastFilter } from './past-filter';
import { trackReplay } from './replay-tracker';
import type { XdpClient } from './xdp-client';

export interface FollowOptions {
  stream: StreamName;
  /** `includeDeviceSecrets`. */
  secrets: boolean;
  /** Where to begin, for each source. Ignored by streams without offsets. */
  offsets: Cursor;
  /** Recordings: begin with what is new. What is stored by now is passed over, and only its offsets are kept. */
  onlyNew?: boolean;
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
  const place: Place = {
    seen: { ...options.offsets },
    offsetsLength: OFFSETS_LENGTH,
    past: options.onlyNew && options.stream === 'recordings' ? createPastFilter() : undefined,
  };
  return superviseStream({
    connect: (session) => runConnection(client, options, place, session),
    onState: options.onState,
    onOutage: options.onOutage,
    backoff: options.backoff,
    handshakeTimeout: options.handshakeTimeout,
    idleTimeout: options.idleTimeout,
    costly: options.stream !== 'recordings',
  });
}

/** Where a stream stands, over its connections. */
interface Place {
  /** The newest offset of each source that has come. */
  seen: Cursor;
  /** Characters of a query that the platform, and what is in between, has not refused so far. */
  offsetsLength: number;
  past: PastFilter | undefined;
}

async function runConnection(
  client: XdpClient,
  { stream, secrets, maxEventLength = MAX_EVENT_LENGTH, onEvent, onSettled, onSkipped }: FollowOptions,
  place: Place,
  session: StreamSession,
): Promise<void> {
  const { seen, past } = place;
  const choice = chooseOffsets(stream === 'recordings' ? seen : {}, place.offsetsLength);
  const known = createOffsetFilter(choice);
  const { headers, body } = await openFrom(client, { stream, secrets, choice, place, signal: session.signal });
  session.enter('replaying');
  const replay = trackReplay(serverTime(headers.date));
  let unsettled = false;

  /** What has been passed over was new after all: it has to come once more, rather repeated than lost. */
  const lookForLost = (event: XdpEvent): void => {
    const lost = known.notFound(event);
    if (lost.length === 0) return;
    for (const source of lost) Reflect.deleteProperty(seen, source);
    throw forgotten(lost);
  };

  const take = (event: XdpEvent): void => {
    const replayed = replay.isStored(event);
    // A live event of a connection that still replays another source changes nothing.
    session.enter(replay.finished ? 'connected' : 'replaying');
    lookForLost(event);
    if (known.isKnown(event)) return;
    if (event.source !== undefined && event.offset !== undefined && !event.storedDone) {
      // What offset a Done event carries is not said; that of an event which has come is sure.
      seen[event.source] = event.offset;
      unsettled = true;
    }
    session.progressed();
    if (!past?.isPast(event, replayed, replay.finished)) onEvent(event, replayed);
  };

  await readEvents(body, {
    signal: session.signal,
    maxEventLength,
    onActivity: () => session.heard(),
    onRetry: (ms) => session.waitAtLeast(ms),
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

interface OpenFrom {
  stream: StreamName;
  secrets: boolean;
  choice: OffsetChoice;
  place: Pick<Place, 'offsetsLength'>;
  signal: AbortSignal;
}

/** Opens the stream; where a long request is not taken, the next is shorter. */
async function openFrom(
  client: XdpClient,
  { stream, secrets, choice, place, signal }: OpenFrom,
): ReturnType<XdpClient['openStream']> {
  const resuming = Object.keys(choice.sent).length > 0;
  const values = { ...(secrets && { includeDeviceSecrets: true }), ...(resuming && { offsets: choice.sent }) };
  try {
    return await client.openStream(streamOperation('xdp-events', stream), values, signal);
  } catch (thrown) {
    const error = toPlatformError(thrown);
    const shorter = mayBeTooLong(error) ? shorterThan(place.offsetsLength, choice) : undefined;
    if (shorter === undefined) throw error;
    place.offsetsLength = shorter;
    throw tooLong(error, Object.keys(choice.sent).length);
  }
}

function tooLong({ code, statusCode, message }: PlatformError, count: number): PlatformError {
  const words = `${message}; perhaps the request with the offsets of ${count} observation types was too long: fewer go with the next`;
  return new PlatformError(code, words, { ...(statusCode !== undefined && { statusCode }), retryable: true });
}

function forgotten(sources: readonly string[]): PlatformError {
  const message = `the platform no longer has the last recording of ${sources.join(', ')} that has come: what it stores of it comes again`;
  return new PlatformError('INVALID_RESPONSE', message, { retryable: true });
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
