import { setMaxListeners } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { JsonTexts, UnreadableInput } from './json-texts';
import { type ListenOptions, LocalPort } from './local-port';
import { nextTurn, untilStopped } from './signal';
import { MAX_TEXT, type Wire, type WireOptions } from './wire';

/** JSON texts back to back over a bare TCP socket: no framing, no delimiter. */
export class TcpWire implements Wire {
  readonly closed: AbortSignal;
  onText: (text: string) => void = () => undefined;
  readonly #socket: Socket;
  readonly #fragment: number;
  readonly #silenced: () => boolean;
  #draining: Promise<void> | undefined;
  /** What waits to go out in pieces, whatever texts they cut through. */
  #waiting = Buffer.alloc(0);
  #pumping: Promise<void> | undefined;

  /** `onUnreadable` is called for input that is no JSON; the connection is closed after it. */
  constructor(socket: Socket, { fragment, silenced }: WireOptions, onUnreadable: (error: UnreadableInput) => void) {
    this.#socket = socket;
    this.#fragment = fragment;
    this.#silenced = silenced;
    const closed = new AbortController();
    this.closed = closed.signal;
    // Whatever waits on the connection listens: there is no number of them that would be a leak.
    setMaxListeners(0, closed.signal);
    const texts = new JsonTexts(MAX_TEXT);
    socket.on('data', (piece: Buffer) => {
      if (silenced()) return;
      try {
        texts.push(piece, (text) => this.onText(text));
      } catch (error) {
        if (!(error instanceof UnreadableInput)) throw error;
        onUnreadable(error);
        this.close();
      }
    });
    // A reset is followed by 'close', which says all there is to say.
    socket.on('error', () => undefined);
    socket.once('close', () => closed.abort());
  }

  send(text: string): Promise<void> | undefined {
    if (!this.#socket.writable || this.#silenced()) return undefined;
    if (this.#fragment > 0) return this.#sendInPieces(text);
    return this.#socket.write(text) ? undefined : this.#drained();
  }

  cut(text: string): void {
    const bytes = Buffer.from(text);
    this.#socket.write(bytes.subarray(0, bytes.length >> 1), () => this.#socket.destroy());
  }

  close(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #sendInPieces(text: string): Promise<void> {
    this.#waiting = Buffer.concat([this.#waiting, Buffer.from(text)]);
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
    });
    return this.#pumping;
  }

  async #pump(): Promise<void> {
    while (this.#waiting.length > 0 && this.#socket.writable) {
      const piece = this.#waiting.subarray(0, this.#fragment);
      this.#waiting = this.#waiting.subarray(piece.length);
      if (!this.#socket.write(piece)) await this.#drained();
      // The next piece goes out in a turn of its own, so that it arrives as one.
      await nextTurn();
    }
  }

  /** One wait for all who send: many subscriptions may share the connection. */
  #drained(): Promise<void> {
    this.#draining ??= untilStopped(this.closed, (wake) => {
      this.#socket.once('drain', wake);
      return () => this.#socket.off('drain', wake);
    }).finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }
}

/** A local port that hands over each socket it accepts. */
export async function openTcpPort(onSocket: (socket: Socket) => void, options: ListenOptions): Promise<LocalPort> {
  const port = new LocalPort(createServer(onSocket), options.host);
  await port.open(options.port);
  return port;
}
