import { FIRST_WAIT } from '../../core/backoff';
import { PlatformError } from '../../core/errors';
import { openWebSocket, type WebSocketConnection } from '../../core/socket/web-socket';
import { type StreamUser, shareStream } from '../../core/stream/shared-stream';
import type { Attempt } from '../../core/stream/supervisor';
import { abortable, deadline } from '../../core/timing';
import type { ThreadSettings } from './settings';

/** Somebody who listens to a port, or wants to write to it. */
export interface PortUser extends StreamUser {
  /** One message of the device; the same Buffer for all users. */
  onData?(data: Buffer): void;
}

/** A device port of a THREAD: one WebSocket for all its users. */
export interface ThreadPort {
  /** @returns ends the use */
  use(user: PortUser): () => Promise<void>;
  /**
   * Text goes as a text message, bytes as a binary one. Resolves when the message is on its way.
   *
   * @throws PlatformError at once while the port is not connected: nothing is kept to be sent later
   */
  send(data: string | Buffer): Promise<void>;
  close(): Promise<void>;
}

/** A peer that leaves so many pings unanswered counts as dead. */
const MISSED = 3;

/** Longest message of a device in bytes. */
const LONGEST_MESSAGE = 16 * 1024 * 1024;

/** `<wsUrl>/port/<number>` (platform text, "iTwin IoT Edge WebSocket API"). Connects nothing before its first user. */
export function createThreadPort(settings: ThreadSettings, number: number): ThreadPort {
  const url = portUrl(settings, number);
  let socket: WebSocketConnection | undefined;

  const connect = async (attempt: Attempt): Promise<void> => {
    const opened = await openWebSocket({
      platform: 'THREAD',
      url,
      tls: settings.tls,
      proxy: settings.proxy,
      signal: attempt.signal,
      limit: LONGEST_MESSAGE,
      // "Any data that comes in from the device will be sent to the websocket client": what a device says may be anything.
      onBytes(data) {
        for (const { onData } of shared.users) onData?.(data);
      },
      onActivity() {
        attempt.heard();
        // Not before: a THREAD that takes a connection and drops it at once has done no work.
        attempt.progressed();
      },
    });
    const pings = setInterval(() => opened.ping(), settings.keepalive);
    try {
      socket = opened;
      attempt.enter('connected');
      await abortable(opened.ended, attempt.signal);
    } finally {
      socket = undefined;
      clearInterval(pings);
      opened.close();
    }
  };

  const shared = shareStream<PortUser>({
    connect,
    backoff: { base: FIRST_WAIT, max: settings.retryMax },
    handshakeTimeout: settings.timeout,
    idleTimeout: settings.keepalive * MISSED,
  });

  return {
    use: shared.use,
    async send(data) {
      if (!socket) throw notConnected(url, shared.trouble);
      await socket.send(data);
    },
    close: shared.close,
  };
}

function portUrl({ wsUrl }: ThreadSettings, number: number): string {
  return `${wsUrl}/port/${number}`;
}

/**
 * Opens the WebSocket of port 1 and closes it at once.
 *
 * @throws PlatformError
 */
export async function probePort(settings: ThreadSettings, closing: AbortSignal): Promise<void> {
  const { timeout, tls, proxy } = settings;
  const limit = deadline(timeout, closing);
  try {
    const url = portUrl(settings, 1);
    const { signal } = limit;
    const opened = await openWebSocket({ platform: 'THREAD', url, tls, proxy, signal, limit: LONGEST_MESSAGE });
    opened.ended.catch(() => undefined);
    opened.close();
  } finally {
    limit.clear();
  }
}

function notConnected(url: string, trouble: PlatformError | undefined): PlatformError {
  const because = trouble ? `: ${trouble.message}` : '';
  const message = `not sent, and not kept to be sent later: ${url} is not connected${because}`;
  return new PlatformError('DISCONNECTED', message, { retryable: true });
}
