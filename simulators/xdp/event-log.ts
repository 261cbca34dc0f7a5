import { Signal } from '../core/signal';
import type { Feed } from './feed';

/** Events that go into one piece at most. */
const PIECE = 500;

/**
 * The stored events of one resource: the newest event of each key, in order of time.
 * An event that says something anew takes the place of the older one, so the log is as large as what it describes.
 */
export class EventLog<E> {
  readonly #events = new Map<string, { position: number; event: E }>();
  readonly grown = new Signal();
  #end = 0;

  get end(): number {
    return this.#end;
  }

  /** Stores the event as the newest, in place of the key's older one. */
  put(key: string, event: E): void {
    this.#events.delete(key);
    this.#events.set(key, { position: this.#end, event });
    this.#end += 1;
    this.grown.notify();
  }

  /** Forgets the events whose key begins with `prefix`. */
  forget(prefix: string): void {
    for (const key of this.#events.keys()) if (key.startsWith(prefix)) this.#events.delete(key);
  }

  /** The log as one stream sees it, each event written by `encode`. */
  feed(encode: (event: E) => string): Feed {
    const end = () => this.#end;
    return {
      get end() {
        return end();
      },
      grown: this.grown,
      read: (position, until) => this.#read(position, until, encode),
    };
  }

  #read(position: number, until: number, encode: (event: E) => string) {
    const frames: string[] = [];
    let next = until;
    for (const stored of this.#events.values()) {
      if (stored.position < position || stored.position >= until) continue;
      if (frames.length === PIECE) {
        next = stored.position;
        break;
      }
      frames.push(encode(stored.event));
    }
    return { bytes: Buffer.from(frames.join('')), next };
  }
}
