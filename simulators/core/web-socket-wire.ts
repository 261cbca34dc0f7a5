import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { untilStopped } from './signal';
import type { Wire, WireOptions } from './wire';

/** One text a WebSocket message; a binary message is taken as its UTF-8 text unless `onBinary` takes it. */
export class WebSocketWire implements Wire {
  readonly closed: AbortSignal;
  onText: (text: string) => void = () => undefined;
  onBinary: ((bytes: Buffer) => void) | undefined;
  readonly #client: WebSocket;
  readonly #socket: Socket;
  readonly #fragment: number;
  readonly #silenced: () => boolean;
  #draining: Promise<void> | undefined;

  /** `client` as a server made it with `autoPong: false`, on `socket`. */
  constructor(client: WebSocket, socket: Socket, { fragment, silenced }: WireOptions) {
    this.#client = client;
    this.#socket = socket;
    this.#fragment = fragment;
    this.#silenced = silenced;
    const closed = new AbortController();
    this.closed = closed.signal;
    // Whatever waits on the connection listens: there is no number of them that would be a leak.
    setMaxListeners(0, closed.signal);
    playDeadWhen(silenced, socket);
    client.on('message', (data: RawData, isBinary: boolean) => {
      if (isBinary && this.onBinary) this.onBinary(data as Buffer);
      else this.onText(data.toString());
    });
    client.on('ping', (data) => client.pong(data));
    // What a client does wrong closes the connection: 'close' says all there is to say.
    client.on('error', () => undefined);
    client.once('close', () => closed.abort());
  }

  send(text: string): Promise<void> | undefined {
    if (this.#client.readyState !== this.#client.OPEN || this.#silenced()) return undefined;
    if (this.#fragment > 0) this.#sendInPieces(Buffer.from(text));
    else this.#client.send(text);
    return this.#socket.writableNeedDrain ? this.#drained() : undefined;
  }

  /** Sends a binary message. */
  sendBinary(bytes: Buffer): void {
    if (this.#client.readyState === this.#client.OPEN && !this.#silenced()) this.#client.send(bytes);
  }

  cut(text: string): void {
    const frame = textFrame(text);
    this.#socket.write(frame.subarray(0, frame.length >> 1), () => this.#socket.destroy());
  }

  close(): void {
    this.#client.close();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** One message in several WebSocket frames (RFC 6455, 5.4). */
  #sendInPieces(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += this.#fragment) {
      const end = at + this.#fragment;
      this.#client.send(bytes.subarray(at, end), { fin: end >= bytes.length, binary: false });
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

/** Keeps what arrives from the WebSocket library while `silenced`: no pong, no closing handshake; a FIN is still seen. */
function playDeadWhen(silenced: () => boolean, socket: Socket): void {
  for (const listener of socket.listeners('data')) {
    const receive = listener as (this: Socket, chunk: Buffer) => void;
    socket.off('data', receive);
    socket.on('data', (chunk: Buffer) => {
      if (!silenced()) receive.call(socket, chunk);
    });
  }
}

/** A whole unmasked text frame, as a server sends it (RFC 6455, 5.2). */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(10);
  header[0] = 0x81;
  if (payload.length < 126) {
    header[1] = payload.length;
    return Buffer.concat([header.subarray(0, 2), payload]);
  }
  if (payload.length < 65_536) {
    header[1] = 126;
    header.writeUInt16BE(payload.length, 2);
    return Buffer.concat([header.subarray(0, 4), payload]);
  }
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([header, payload]);
}
