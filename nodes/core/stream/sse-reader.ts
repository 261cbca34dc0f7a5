import { createParser, type EventSourceMessage, ParseError } from 'eventsource-parser';
import { PlatformError } from '../errors';
import { nextTurn } from '../timing';

/** One event of a Server-Sent-Events stream (WHATWG HTML §9.2.6). */
export interface SseEvent {
  /** The event type; undefined when the block had no `event:` line. */
  event?: string | undefined;
  /** The `data:` lines joined with LF; an empty `data:` line alone gives ''. */
  data: string;
}

export interface SseReaderOptions {
  onEvent(event: SseEvent): void;
  /** Bytes arrived, whatever they hold; or the flow has taken what came, and more is waited for. */
  onActivity?(): void;
  /** The server names the milliseconds until a new connection (`retry:`). */
  onRetry?(ms: number): void;
  /** What `onEvent` queued so far with `setImmediate` has run: the flow, if it still runs, has taken those events. */
  onTurn?(): void;
  /** An event that was left out; the stream goes on behind it. */
  onSkipped(error: PlatformError): void;
  /** Ends the reading between two events; `onTurn` is not called any more. */
  signal?: AbortSignal;
  /** Longest event in characters. */
  maxEventLength?: number;
}

/** A device's reading is a few hundred characters; eight million is a broken or hostile server. */
export const MAX_EVENT_LENGTH = 8 * 1024 * 1024;

/** Events handed on in one turn of the event loop. Each `node.send` queues work that runs before the next turn. */
const EVENTS_PER_TURN = 64;

/**
 * Reads a body to its end. The next chunk is asked for only when the flow has taken the last one's events,
 * so that a fast server is slowed down instead of filling memory.
 */
export async function readEvents(body: AsyncIterable<Uint8Array>, options: SseReaderOptions): Promise<void> {
  const { onEvent, onActivity, onTurn, onSkipped, signal, maxEventLength = MAX_EVENT_LENGTH } = options;
  const decoder = new TextDecoder('utf-8');
  const endLine = createLineEnder();
  let events: EventSourceMessage[] = [];
  let overflowed = false;
  let skipping: BlankLineFinder | undefined;

  const parser = createParser({
    maxBufferSize: maxEventLength,
    onEvent: (event) => events.push(event),
    onRetry: (ms) => options.onRetry?.(ms),
    onError(error) {
      // Unknown fields and bad `retry:` values are to be ignored (§9.2.6).
      if (error instanceof ParseError && error.type === 'max-buffer-size-exceeded') overflowed = true;
    },
  });

  /** Text in which the parser may read on, or nothing while an oversized event still runs. */
  const readable = (text: string): string => {
    if (!skipping) return text;
    const rest = skipping(text);
    if (rest === undefined) return '';
    skipping = undefined;
    parser.reset();
    return rest;
  };

  const turn = async (): Promise<void> => {
    await nextTurn();
    // A node that was closed meanwhile has not taken its events, nor have those behind it.
    if (!signal?.aborted) onTurn?.();
  };

  for await (const chunk of body) {
    onActivity?.();
    const text = readable(endLine(decoder.decode(chunk, { stream: true })));
    if (text === '') continue;
    parser.feed(text);
    const batch = events;
    events = [];
    for (let index = 0; index < batch.length; index++) {
      if (signal?.aborted) return;
      onEvent(batch[index] as EventSourceMessage);
      if (index % EVENTS_PER_TURN === EVENTS_PER_TURN - 1) await turn();
    }
    if (overflowed) {
      overflowed = false;
      // Blank lines further in front belong to events that have been handed on.
      skipping = findBlankLine(text.slice(-LINE_ENDS));
      onSkipped(tooLarge(maxEventLength));
    }
    await turn();
    if (signal?.aborted) return;
    // Only now the next piece is asked for: the time that the flow took is no silence of the peer.
    onActivity?.();
  }
}

function tooLarge(limit: number): PlatformError {
  return new PlatformError('EVENT_TOO_LARGE', `an event longer than ${limit} characters was left out`);
}

/**
 * The parser waits behind a CR at the end of a chunk for the LF that may follow, and with it the event that is complete.
 * So such a CR becomes CRLF, and an LF that does follow is taken away.
 */
function createLineEnder(): (text: string) => string {
  let afterCr = false;
  return (text) => {
    if (text === '') return '';
    const rest = afterCr && text.startsWith('\n') ? text.slice(1) : text;
    afterCr = text.endsWith('\r');
    return afterCr ? `${rest}\n` : rest;
  };
}

/** Takes text piece by piece; gives what follows the first blank line once that has come. */
type BlankLineFinder = (text: string) => string | undefined;

/** A blank line is two line ends. Split over chunks, it has up to three of its four characters in the first. */
const LINE_ENDS = 3;

function findBlankLine(start: string): BlankLineFinder {
  let tail = start;
  return (text) => {
    const seen = tail + text;
    const match = /(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)/.exec(seen);
    if (match) return seen.slice(match.index + match[0].length);
    tail = seen.slice(-LINE_ENDS);
    return undefined;
  };
}
