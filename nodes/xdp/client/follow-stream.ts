import type { BackoffBounds } from '../../core/backoff';
import { PlatformError, toPlatformError } from '../../core/errors';
import type { Cursor } from '../../core/storage/cursor-store';
import { MAX_EVENT_LENGTH, readEvents, type SseEvent } from '../../core/stream/sse-reader';
import {
  type Attempt,
  type StreamDetail,
  type StreamState,
  type StreamSupervisor,
  superviseStream,
} from '../../core/stream/supervisor';
import { monotonicNow } from '../../core/timing';
import { streamOperation } from '../operations';
import type { StreamName } from '../streams';
import { isHeartbeat, parseEvent, type XdpEvent } from './events';
import { chooseOffsets, createOffsetFilter, OFFSETS_LENGTH, type OffsetChoice, shorterAfter } from './offset-choice';
import { createOffsetKeeper } from './offset-keeper';
import { createPastFilter, type PastFilter, readKept } from './past-filter';
import { trackReplay } from './replay-tracker';
import type { XdpClient } from './xdp-client';

export interface FollowOptions {
  stream: StreamName;
  /** `includeDeviceSecrets`. */
  secrets: boolean;
  /** Where to begin, for each source, or what `onSettled` gave. Ignored by streams without offsets. */
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
  const { offsets, passing } = readKept(options.offsets);
  const place: Place = {
    seen: { ...offsets },
    offsetsLength: OFFSETS_LENGTH,
    unsent: {},
    past:
      (options.onlyNew || passing) && options.stream === 'recordings'
        ? createPastFilter(Object.keys(offsets), () => options.onSettled({ ...place.seen }))
        : undefined,
  };
  return superviseStream({
    connect: (attempt) => runConnection(client, options, place, attempt),
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
  /** Those that had no room in the last request. */
  unsent: Cursor;
  past: PastFilter | undefined;
}

/** A connection that has held so many milliseconds ended for its own reasons: longer requests may be tried again. */
const HELD = 600_000;

/** So many milliseconds are given to other sources that are lost too, before all of them are asked for anew. */
const LOST_TOGETHER = 5000;

async function runConnection(
  client: XdpClient,
  { stream, secrets, maxEventLength = MAX_EVENT_LENGTH, onEvent, onSettled, onSkipped }: FollowOptions,
  place: Place,
  attempt: Attempt,
): Promise<void> {
  const { seen, past } = place;
  const choice = chooseOffsets(stream === 'recordings' ? seen : {}, place.offsetsLength, place.unsent);
  place.unsent = choice.unsent;
  const known = createOffsetFilter(choice);
  const keeper = createOffsetKeeper(seen);
  const { headers, body } = await openFrom(client, { stream, secrets, choice, place, signal: attempt.signal });
  attempt.enter('replaying');
  const replay = trackReplay(serverTime(headers.date));
  const openedAt = monotonicNow();
  const lost = new Set<string>();
  let lostAt = 0;
  let unsettled = false;
  let last: XdpEvent | undefined;

  /** What has been passed over of these was new after all: it has to come once more, rather repeated than lost. */
  const breakForLost = (): void => {
    if (lost.size === 0 || (!replay.finished && monotonicNow() - lostAt < LOST_TOGETHER)) return;
    throw forgotten([...lost]);
  };

  const lookForLost = (event: XdpEvent, replayed: boolean): void => {
    for (const source of known.notFound(event, replayed)) {
      if (lost.size === 0) lostAt = monotonicNow();
      lost.add(source);
      Reflect.deleteProperty(seen, source);
    }
  };

  const take = (event: XdpEvent): void => {
    const replayed = replay.isStored(event);
    // A live event of a connection that still replays another source changes nothing.
    attempt.enter(replay.finished ? 'connected' : 'replaying');
    lookForLost(event, replayed);
    // All of it comes again.
    if (event.source !== undefined && lost.has(event.source)) return;
    if (known.isKnown(event)) return;
    last = event;
    keeper.note(event);
    // A Done too: that nothing was there is worth keeping.
    unsettled = true;
    attempt.progressed();
    if (!past?.isPast(event, replayed, replay.finished)) onEvent(event, replayed);
  };

  try {
    await readEvents(body, {
      signal: attempt.signal,
      maxEventLength,
      onActivity: () => attempt.heard(),
      onRetry: (ms) => attempt.waitAtLeast(ms),
      onTurn() {
        if (!unsettled) return;
        unsettled = false;
        onSettled(past ? past.kept(seen) : { ...seen });
      },
      onEvent(raw: SseEvent) {
        if (!isHeartbeat(raw)) {
          let event: XdpEvent;
          try {
            event = parseEvent(raw, stream);
          } catch (error) {
            return onSkipped(placed(toPlatformError(error), last));
          }
          take(event);
        }
        breakForLost();
      },
      onSkipped: (error) => onSkipped(placed(error, last)),
    });
  } finally {
    past?.connectionEnded();
    if (monotonicNow() - openedAt >= HELD) place.offsetsLength = Math.min(OFFSETS_LENGTH, 2 * place.offsetsLength);
  }
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
    const shorter = shorterAfter(error, choice);
    if (shorter === undefined) throw error;
    place.offsetsLength = shorter;
    throw tooLong(error, Object.keys(choice.sent).length);
  }
}

function tooLong(error: PlatformError, count: number): PlatformError {
  const message = `${error.message}; perhaps the request with the offsets of ${count} observation types was too long: fewer go with the next`;
  return error.with({ message, retryable: true });
}

function forgotten(sources: readonly string[]): PlatformError {
  const few = sources.slice(0, 3).join(', ');
  const which = sources.length > 3 ? `${few} and ${sources.length - 3} more` : few;
  const message = `the platform no longer has the last recording of ${which} that has come: what it stores of it comes again`;
  return new PlatformError('INVALID_RESPONSE', message, { retryable: true });
}

/** Says behind which event an unreadable one stood, for a person to find it. */
function placed(error: PlatformError, last: XdpEvent | undefined): PlatformError {
  if (last?.source === undefined || last.offset === undefined) return error;
  return error.with({ message: `${error.message}; the last offset before it: ${last.source}=${last.offset}` });
}

/** The server's clock, whose header knows whole seconds only, or this machine's where the server does not tell. */
function serverTime(date: string | string[] | undefined): number {
  const time = Date.parse(String(date));
  return Number.isNaN(time) ? Date.now() : time + 1000;
}
