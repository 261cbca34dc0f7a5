import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import type { FaultRegistry } from '../core/faults';
import type { Exchange } from '../core/http-api';
import { compressorTo } from '../core/http-faults';
import { pause, stopped, untilStopped } from '../core/signal';
import type { Feed } from './feed';
import { faultyFrame, HEARTBEAT, splitFrames } from './frames';

/** What one GET (SSE) streams. */
export interface StreamPlan {
  feed: Feed;
  /** The `Stored…Done` events, to be sent after the events that were stored when the stream opened. */
  done: readonly string[];
  /** Close after the stored events ("finite=true"). */
  finite: boolean;
}

/** What all streams of a simulator share. */
export interface StreamContext {
  faults: FaultRegistry;
  /** Seconds between heartbeats; 0: none. */
  heartbeat: number;
  /** Counts the streams that are open. */
  onOpen(): void;
  onClose(): void;
}

/** Streams the plan until the client goes away or, when finite, until the stored events and their `Done` are out. */
export async function runEventStream(exchange: Exchange, plan: StreamPlan, context: StreamContext): Promise<void> {
  const stream = new EventStream(exchange, context.faults);
  const stored = plan.feed.end;
  const timer = context.heartbeat > 0 ? setInterval(() => stream.heartbeat(), context.heartbeat * 1000) : undefined;
  context.onOpen();
  context.faults.streamOpened(exchange);
  try {
    stream.open(plan.finite);
    let position = await stream.deliver(plan.feed, 0, stored);
    for (const event of plan.done) await stream.send(Buffer.from(event));
    while (!plan.finite && !exchange.closed.aborted) {
      position = await stream.deliver(plan.feed, position, plan.feed.end);
      if (position >= plan.feed.end) await plan.feed.grown.wait(exchange.closed);
    }
    stream.end();
  } finally {
    clearInterval(timer);
    context.faults.streamClosed(exchange);
    context.onClose();
  }
}

/** The response side of one stream: writes whole events, no faster than the client reads, and lets faults happen. */
class EventStream {
  readonly #exchange: Exchange;
  readonly #res: ServerResponse;
  /** What is written to: the answer, or a compressor before it. */
  #out: Writable;
  readonly #faults: FaultRegistry;
  #cutting = false;

  constructor(exchange: Exchange, faults: FaultRegistry) {
    this.#exchange = exchange;
    this.#res = exchange.res;
    this.#out = exchange.res;
    this.#faults = faults;
  }

  open(finite: boolean): void {
    const compressed = this.#faults.take('compressed', this.#exchange);
    const coding = compressed ? { 'content-encoding': compressed.encoding } : {};
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', ...coding };
    // "causes the service to close the connection": the connection, not only the answer.
    this.#res.writeHead(200, finite ? { ...headers, connection: 'close' } : headers);
    this.#res.flushHeaders();
    if (compressed) this.#out = compressorTo(this.#res, compressed.encoding);
  }

  /** Sends what the feed has from `position` to `until`; returns the position reached. */
  async deliver(feed: Feed, position: number, until: number): Promise<number> {
    let at = position;
    while (at < until && !this.#exchange.closed.aborted) {
      const { bytes, next } = feed.read(at, until);
      await this.send(bytes);
      at = next;
    }
    return at;
  }

  /** Sends a piece of whole events: as it is, or event by event while a fault may hit one. */
  async send(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return;
    if (!this.#faults.concernsEvents(this.#exchange)) {
      await this.#write(bytes);
      return;
    }
    for (const event of splitFrames(bytes)) await this.#sendEvent(event);
  }

  /** Sent between two events only, and not to a client that does not read: it would only pile up. */
  heartbeat(): void {
    const free = this.#out.writable && !this.#out.writableNeedDrain && !this.#cutting;
    if (free && !this.#silenced) this.#out.write(HEARTBEAT);
  }

  end(): void {
    if (!this.#silenced) this.#out.end();
  }

  async #sendEvent(event: string): Promise<void> {
    const { closed } = this.#exchange;
    const slow = this.#faults.take('slow', this.#exchange);
    if (slow) await pause(slow.ms, closed);
    if (closed.aborted) return;
    const { text, cut } = faultyFrame(event, this.#faults.takeForEvent(this.#exchange));
    if (cut) await this.#cutAfter(text);
    else await this.#write(text);
  }

  async #write(text: string | Buffer): Promise<void> {
    const { closed } = this.#exchange;
    if (this.#silenced) await stopped(closed);
    if (closed.aborted || this.#out.write(text)) return;
    await untilStopped(closed, (wake) => {
      this.#out.once('drain', wake);
      return () => this.#out.off('drain', wake);
    });
  }

  /** Destroys the socket once the half event has left; the client sees it, then the connection break. */
  async #cutAfter(half: string): Promise<void> {
    this.#cutting = true;
    this.#out.write(half, () => this.#res.socket?.destroy());
    await stopped(this.#exchange.closed);
  }

  get #silenced(): boolean {
    return this.#faults.isSilenced(this.#exchange);
  }
}
