import type { Dispatcher } from 'undici';
import { backoffDelay, FIRST_WAIT } from '../backoff';
import { PlatformError } from '../errors';
import { proxyRefused } from '../proxy-refused';
import { abortable, deadline, monotonicNow, sleep } from '../timing';
import { type AgentOptions, createAgent, proxyOf, tunnelRefused, undici } from './agent';
import type { HttpAnswer, HttpHeaders } from './answer';
import { decoded, MAX_ANSWER, readText, SHORT_ANSWER } from './body';
import { type ErrorContext, networkError, statusError } from './errors';
import { createRequestTurns, type RequestLoad, type RequestTurns, withWait } from './request-turns';
import type { TokenHolder } from './token-holder';

export interface HttpClientOptions extends AgentOptions {
  /** The platform as people call it, for error messages. */
  platform: string;
  /** Upper bound of the waits between repetitions, in milliseconds. */
  retryMax: number;
  /** Sent with every request. */
  headers?: Record<string, string>;
  /** Bytes of an answer that is read whole; default: 20 MB. */
  maxAnswer?: number | undefined;
  /** Requests under way at the same time; the others wait for their turn. Default: no bound. */
  maxRequests?: number | undefined;
  /** Where tokens come from, and the header that carries one. */
  authorization?: { tokens: TokenHolder; header(token: string): Record<string, string> };
}

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** Below the base URL, already percent-encoded, beginning with a slash. */
  path: string;
  query?: readonly (readonly [name: string, value: string])[];
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Operation id, for errors. */
  operation?: string;
  /** Sending it twice does no harm. Default: GET, PUT and DELETE yes, the rest no. */
  repeatable?: boolean;
  /** Values an error message must not quote. */
  secrets?: readonly string[];
  /** false: no token goes with it (the request that fetches one), and its answer is short. */
  authorized?: boolean;
  signal?: AbortSignal;
  onRetry?: OnRetry | undefined;
}

/** Told why a try failed, and in how many milliseconds the next one begins. */
export type OnRetry = (error: PlatformError, wait: number) => void;

export interface HttpStream {
  statusCode: number;
  headers: HttpHeaders;
  body: AsyncIterable<Uint8Array>;
}

export interface HttpClient {
  /**
   * One request and its whole answer. Repeats what is safe to repeat on network errors, 429 and 502–504 within
   * the time-out, honours `Retry-After`, and renews the token once on 401. The wait for its turn counts in the time-out.
   *
   * @throws PlatformError for every status but 2xx; when the time-out ends the tries, the last real error
   */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /**
   * A request whose answer is read while it arrives. The time-out covers the answer's head only; `signal` ends the body.
   * Nothing is repeated but a 401: the caller reconnects.
   *
   * @param request `finite`: the answer has an end, so it takes a turn like any other until its body has been read
   */
  open(request: HttpRequest & { signal: AbortSignal; finite?: boolean }): Promise<HttpStream>;
  load(): RequestLoad;
  /** Cuts every connection. Requests under way fail with CLOSED. */
  close(): Promise<void>;
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { baseUrl, platform, authorization } = options;
  const life = new AbortController();
  const turns = createRequestTurns(Math.floor(options.maxRequests ?? Infinity));
  const closed = (): PlatformError => new PlatformError('CLOSED', 'the account has been closed');
  let agent: Dispatcher | undefined;
  let proxy: URL | undefined;
  /** When a token was last renewed and refused all the same, by the monotonic clock. */
  let renewedInVainAt = Number.NEGATIVE_INFINITY;

  const send = async (
    { method, path, query, headers, body }: HttpRequest,
    token: Record<string, string>,
    signal: AbortSignal,
    timeout: number,
  ): Promise<Dispatcher.ResponseData> => {
    if (life.signal.aborted) throw closed();
    if (!agent) {
      proxy = proxyOf(options);
      agent = createAgent(options);
    }
    const answer = undici().request(baseUrl + path + searchOf(query), {
      method,
      dispatcher: agent,
      headers: { 'accept-encoding': 'identity', ...options.headers, ...headers, ...token },
      body: body ?? null,
      signal,
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
    // undici looks at the signal only once it has a connection; a proxy may leave it without one for minutes.
    return abortable(answer, signal);
  };

  const contextOf = ({ operation, secrets = [] }: HttpRequest) => ({
    platform,
    baseUrl,
    operation,
    secrets: [...secrets],
  });

  const failed = (thrown: unknown, signal: AbortSignal, context: ErrorContext): PlatformError => {
    if (life.signal.aborted) return closed();
    if (signal.aborted) return networkError(signal.reason, context);
    return tunnelRefused(thrown, proxy) ?? networkError(thrown, { ...context, proxy: proxy?.host });
  };

  const refusal = async (answer: Dispatcher.ResponseData, context: ErrorContext): Promise<PlatformError> => {
    const { statusCode, headers } = answer;
    if (statusCode === 407 && proxy) {
      await answer.body.dump({ limit: SHORT_ANSWER });
      return proxyRefused(proxy.host, statusCode);
    }
    // What cannot be read of an error's words does not matter.
    const body = await readText(decoded(answer.body, headers), SHORT_ANSWER, 'cut').catch(() => '');
    return statusError(statusCode, headers, body, context);
  };

  /**
   * Runs one try with a token, and once more with a new one when the platform answers 401.
   *
   * @param secrets gets each token used
   */
  const withToken = async (
    signal: AbortSignal,
    secrets: string[],
    attempt: (token: Record<string, string>) => Promise<Dispatcher.ResponseData>,
  ): Promise<Dispatcher.ResponseData> => {
    if (!authorization) return attempt({});
    const { tokens, header } = authorization;
    const next = async (): Promise<string> => {
      const token = await abortable(tokens.get(), signal);
      secrets.push(token);
      return token;
    };
    const token = await next();
    const answer = await attempt(header(token));
    if (answer.statusCode !== 401 || !mayRenew(tokens, token)) return answer;
    await answer.body.dump({ limit: SHORT_ANSWER });
    tokens.reject(token);
    const again = await attempt(header(await next()));
    if (again.statusCode === 401) renewedInVainAt = monotonicNow();
    return again;
  };

  /**
   * A token that the platform no longer takes is renewed at once. But a 401 may be meant for the one request, whatever
   * the token: that must neither end the token for all others nor mean a login for every message.
   */
  const mayRenew = (tokens: TokenHolder, token: string): boolean =>
    !tokens.isCurrent(token) || monotonicNow() - renewedInVainAt >= RENEWAL_PAUSE;

  const tryOnce = async (wanted: HttpRequest, signal: AbortSignal, remaining: () => number): Promise<HttpAnswer> => {
    // The request that fetches a token waits for nobody: those who have their turn wait for it.
    if (wanted.authorized === false) return tryNow(wanted, signal, remaining());
    let waited: number | undefined;
    try {
      const work = () => tryNow(wanted, signal, remaining());
      return await turns.run(work, signal, (ms) => {
        waited = ms;
      });
    } catch (thrown) {
      if (waited !== undefined) throw withWait(thrown as PlatformError, waited);
      throw noTurn(thrown, contextOf(wanted));
    }
  };

  const noTurn = (thrown: unknown, context: ErrorContext): PlatformError =>
    life.signal.aborted ? closed() : networkError(thrown, context);

  const tryNow = async (wanted: HttpRequest, signal: AbortSignal, timeout: number): Promise<HttpAnswer> => {
    const context = contextOf(wanted);
    const attempt = (token: Record<string, string>) => send(wanted, token, signal, timeout);
    try {
      const answer = await (wanted.authorized === false ? attempt({}) : withToken(signal, context.secrets, attempt));
      const { statusCode, headers } = answer;
      if (statusCode < 200 || statusCode > 299) throw await refusal(answer, context);
      const limit = wanted.authorized === false ? SHORT_ANSWER : (options.maxAnswer ?? MAX_ANSWER);
      // One that waits for its turn to be read is over in time as well.
      return { statusCode, headers, body: await abortable(readText(decoded(answer.body, headers), limit), signal) };
    } catch (thrown) {
      throw failed(thrown, signal, context);
    }
  };

  const openNow: HttpClient['open'] = async (wanted) => {
    const { signal } = wanted;
    const context = contextOf(wanted);
    try {
      const answer = await withToken(signal, context.secrets, (token) => send(wanted, token, signal, 0));
      if (answer.statusCode >= 200 && answer.statusCode <= 299) {
        const body = decoded(answer.body, answer.headers);
        return {
          statusCode: answer.statusCode,
          headers: answer.headers,
          body: bodyOf(body, (thrown) => failed(thrown, signal, context)),
        };
      }
      throw await refusal(answer, context);
    } catch (thrown) {
      throw failed(thrown, signal, context);
    }
  };

  return {
    async request(wanted) {
      const limit = deadline(options.timeout, wanted.signal, life.signal);
      const repeatable = wanted.repeatable ?? ['GET', 'PUT', 'DELETE'].includes(wanted.method);
      const begin = monotonicNow();
      let last: PlatformError | undefined;
      try {
        for (let attempt = 0; ; attempt++) {
          try {
            return await tryOnce(wanted, limit.signal, () => Math.max(1, limit.remaining()));
          } catch (thrown) {
            const error = thrown as PlatformError;
            const inTime = !limit.signal.aborted;
            // The time is up in the middle of a try: what the tries before it met says more.
            if (!inTime && error.code === 'TIMEOUT' && last) throw tried(last, begin);
            // A `Retry-After: 0` leaves the wait to us.
            const wait = error.retryAfter || backoffDelay(attempt, { base: FIRST_WAIT, max: options.retryMax });
            if (!repeatable || !error.retryable || !inTime) throw error;
            if (wait >= limit.remaining()) throw attempt === 0 ? error : tried(error, begin);
            last = error;
            wanted.onRetry?.(error, wait);
            await sleep(wait, limit.signal);
          }
        }
      } finally {
        limit.clear();
      }
    },

    open(wanted) {
      if (!wanted.finite) return openNow(wanted);
      return openInTurn(
        turns,
        () => openNow(wanted),
        wanted.signal,
        (thrown) => noTurn(thrown, contextOf(wanted)),
      );
    },

    load: turns.load,

    async close() {
      life.abort(closed());
      authorization?.tokens.close();
      await agent?.destroy();
    },
  };
}

/** Milliseconds in which a token is not renewed because of a 401, after that was in vain. */
const RENEWAL_PAUSE = 5000;

/** The last error of several tries, with how long they took. */
function tried(error: PlatformError, begin: number): PlatformError {
  const { code, message, statusCode, operation, retryable, retryAfter, verdict } = error;
  const seconds = Math.max(1, Math.round((monotonicNow() - begin) / 1000));
  return new PlatformError(code, `${message}; tried for ${seconds} s`, {
    ...(statusCode !== undefined && { statusCode }),
    ...(operation !== undefined && { operation }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(verdict !== undefined && { verdict }),
    retryable,
    cause: error.cause,
  });
}

function searchOf(query: HttpRequest['query'] = []): string {
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** Has its turn until the body has been read, or the signal ends it. */
function openInTurn(
  turns: RequestTurns,
  open: () => Promise<HttpStream>,
  signal: AbortSignal,
  noTurn: (thrown: unknown) => PlatformError,
): Promise<HttpStream> {
  return new Promise((resolve, reject) => {
    let begun = false;
    const work = async (): Promise<void> => {
      begun = true;
      const stream = await open();
      const read = new Promise<void>((end) => resolve({ ...stream, body: endingWith(stream.body, end) }));
      // Who ends it by the signal may never read it.
      await abortable(read, signal).catch(() => undefined);
    };
    turns.run(work, signal).catch((thrown) => reject(begun ? thrown : noTurn(thrown)));
  });
}

async function* endingWith(body: AsyncIterable<Uint8Array>, end: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } finally {
    end();
  }
}

async function* bodyOf(
  body: AsyncIterable<unknown>,
  failed: (thrown: unknown) => PlatformError,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (thrown) {
    throw failed(thrown);
  }
}
