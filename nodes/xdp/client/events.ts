import { PlatformError } from '../../core/errors';
import type { SseEvent } from '../../core/stream/sse-reader';
import { isObject, numberText, parseJson } from '../../core/values/json';
import { isStoredDone, type StreamName } from '../streams';

/** One event of a stream, its envelope opened (platform text, "Server Sent Events (SSE)"). */
export interface XdpEvent {
  /** The event type: `ObservationRecorded`, `NameUpdated`, … */
  name: string;
  /** The inner `data`, as the platform gave it. */
  data: Record<string, unknown>;
  /** "An opaque data structure that can be used to randomly access an event": digit for digit; most events have none. */
  offset: string | undefined;
  /** Recordings only: the observation type topic, which offsets belong to. */
  source: string | undefined;
  /** A `Stored…Done` event. */
  storedDone: boolean;
}

/** "SSE heartbeats are also provided and have an empty SSE data field with no event type." */
export function isHeartbeat({ event, data }: SseEvent): boolean {
  return data === '' && event === undefined;
}

/**
 * Opens one SSE event.
 *
 * @throws PlatformError INVALID_RESPONSE naming stream and event type, without a word of the content
 */
export function parseEvent({ event, data }: SseEvent, stream: StreamName): XdpEvent {
  const name = event ?? 'message';
  const what = `an event "${name}" of the stream ${stream}`;
  const envelope = parseJson(data, what);
  const inner = isObject(envelope) ? envelope.data : undefined;
  if (!isObject(envelope) || !isObject(inner)) {
    throw new PlatformError('INVALID_RESPONSE', `${what} has no object "data"`);
  }
  const storedDone = isStoredDone(name);
  return {
    name,
    data: inner,
    offset: offsetText(envelope.offset, data),
    source: stream === 'recordings' ? sourceOf(inner, storedDone) : undefined,
    storedDone,
  };
}

/** The field table calls it `source`; in the text's example of a Done event it is `topic`. */
function sourceOf({ source, topic }: Record<string, unknown>, storedDone: boolean): string | undefined {
  const name = source ?? (storedDone ? topic : undefined);
  return typeof name === 'string' ? name : undefined;
}

/** Offsets may exceed 2^53, where JSON.parse rounds. */
function offsetText(offset: unknown, text: string): string | undefined {
  if (offset === undefined || offset === null) return undefined;
  if (typeof offset === 'string') return offset;
  if (typeof offset !== 'number') return JSON.stringify(offset);
  return Number.isSafeInteger(offset) ? String(offset) : numberText(text, 'offset');
}
