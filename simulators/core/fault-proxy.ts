import { createServer, connect as dial, type NetConnectOpts, type Socket } from 'node:net';
import { fragmentsOf, NO_FAULTS, type PipeFaults, type Towards } from './fault-pipe';
import { type ListenOptions, LocalPort } from './local-port';
import { nextTurn, pause, untilStopped } from './signal';

/** A connection through the proxy. */
interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** Aborted when it is gone. */
  readonly gone: AbortController;
  /** Half-open: what comes is swallowed, and the other side never hears of it. */
  dead: boolean;
}

/** When a cut strikes. */
export interface ProxyCut {
  /** The side that gets half a piece; default the client. */
  towards?: Towards;
  /** Bytes that go through whole first, counted from the connection's opening. Default 0. */
  afterBytes?: number;
  /** Only so many connections; left out: until cleared. */
  times?: number;
}

/**
 * A TCP proxy in front of any server, which does what networks do: it refuses, cuts, falls silent, is slow, breaks what
 * is sent into pieces. It knows nothing of the protocol, so a server that is not ours can be broken as well. Names are
 * those of `FaultControls`.
 */
export class FaultProxy {
  readonly #port: LocalPort;
  readonly #stop = new AbortController();
  readonly #links = new Set<Link>();
  #faults: PipeFaults = NO_FAULTS;
  #cut: Required<Omit<ProxyCut, 'times'>> & { left: number } = { towards: 'client', afterBytes: 0, left: 0 };

  private constructor(to: NetConnectOpts, host?: string) {
    const server = createServer({ allowHalfOpen: true }, (client) => this.#join(client, to));
    this.#port = new LocalPort(server, host);
  }

  /** Listens, and carries each connection to `to`: host and port, or the path of a socket. */
  static async start(to: NetConnectOpts, options: ListenOptions = {}): Promise<FaultProxy> {
    const proxy = new FaultProxy(to, options.host);
    await proxy.#port.open(options.port);
    return proxy;
  }

  get host(): string {
    return this.#port.host;
  }

  /** The port, the same before and after `refuse()`. */
  get port(): number {
    return this.#port.port;
  }

  /** Connections accepted since the start. */
  get connections(): number {
    return this.#port.connections;
  }

  get openConnections(): number {
    return this.#port.openConnections;
  }

  /** Closes the port and every connection. With `forMs`, resolves when the port is open again. */
  async refuse({ forMs }: { forMs?: number } = {}): Promise<void> {
    await this.#port.refuse();
    if (forMs === undefined) return;
    await pause(forMs, this.#stop.signal);
    await this.#port.listenAgain();
  }

  /** Opens the same port again after `refuse()`. */
  async listenAgain(): Promise<void> {
    await this.#port.listenAgain();
  }

  /** Destroys every open connection. */
  cutConnections(): void {
    this.#port.cut();
  }

  /** Lets half of what comes next through, and destroys the connection. */
  cutMidFrame({ towards = 'client', afterBytes = 0, times = Number.POSITIVE_INFINITY }: ProxyCut = {}): void {
    this.#cut = { towards, afterBytes, left: times };
  }

  /** Accepts and says nothing. Connections that are open fall silent, too, and stay so after `clear()`, as a dead peer. */
  halfOpen(): void {
    this.#faults = { ...this.#faults, halfOpen: true };
    for (const link of this.#links) link.dead = true;
  }

  /** Waits `ms` before each piece, in both directions. */
  slow({ ms }: { ms: number }): void {
    this.#faults = { ...this.#faults, slowMs: ms };
  }

  /** Hands on at most so many bytes at once, in both directions. */
  fragment({ bytes }: { bytes: number }): void {
    this.#faults = { ...this.#faults, fragment: bytes };
  }

  /** All well again, but for connections that are dead, and for a closed port: see `listenAgain()`. */
  clear(): void {
    this.#faults = NO_FAULTS;
    this.#cut = { ...this.#cut, left: 0 };
  }

  /** Closes port and connections for good. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#port.stop();
  }

  #join(client: Socket, to: NetConnectOpts): void {
    const server = dial({ ...to, allowHalfOpen: true });
    server.setNoDelay(true);
    const link: Link = { client, server, gone: new AbortController(), dead: this.#faults.halfOpen };
    this.#links.add(link);
    client.once('close', () => {
      this.#links.delete(link);
      link.gone.abort();
      server.destroy();
    });
    // An end that is not in order: the other side hears of it in the same way, unless the link is dead.
    server.once('close', () => {
      if (!link.dead && !client.writableEnded) client.destroy();
    });
    for (const socket of [client, server]) socket.on('error', () => undefined);
    void this.#carry(link, 'server');
    void this.#carry(link, 'client');
  }

  /** Carries what one side says to the other, no faster than that reads. */
  async #carry(link: Link, towards: Towards): Promise<void> {
    const [from, to] = towards === 'server' ? [link.client, link.server] : [link.server, link.client];
    let carried = 0;
    try {
      // Its end is handed on as such: the other direction goes on.
      for await (const piece of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        if (this.#faults.slowMs > 0) await pause(this.#faults.slowMs, link.gone.signal);
        if (link.dead || link.gone.signal.aborted) continue;
        if (this.#cuts(towards, carried + piece.length)) {
          to.write(piece.subarray(0, piece.length >> 1), () => link.client.destroy());
          return;
        }
        carried += piece.length;
        for (const fragment of fragmentsOf(piece, this.#faults.fragment)) {
          await written(to, fragment, link.gone.signal);
          if (this.#faults.fragment > 0) await nextTurn();
        }
      }
    } catch {
      // A reset: 'close' of the socket says all there is to say.
      return;
    }
    if (!link.dead) to.end();
    else if (towards === 'server') link.client.destroy();
  }

  #cuts(towards: Towards, upTo: number): boolean {
    const cut = this.#cut;
    if (cut.left < 1 || cut.towards !== towards || upTo <= cut.afterBytes) return false;
    cut.left -= 1;
    return true;
  }
}

async function written(to: Socket, piece: Buffer, gone: AbortSignal): Promise<void> {
  if (!to.writable || to.write(piece)) return;
  await untilStopped(gone, (wake) => {
    to.once('drain', wake);
    to.once('close', wake);
    return () => {
      to.off('drain', wake);
      to.off('close', wake);
    };
  });
}
