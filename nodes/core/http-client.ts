import type { Dispatcher } from 'undici';
import { backoffDelay, FIRST_WAIT } from './backoff';
import { PlatformError } from './errors';
import { type AgentOptions, createAgent, undici } from './http-agent';
import type { HttpAnswer, HttpHeaders } from './http-answer';
import { type ErrorContext, networkError, statusError } from './http-errors';
import { abortable, deadline, sleep } from './timing';
import type { TokenHolder } from './token-holder';

export interface HttpClientOptions extends AgentOptions {
  /** The platform as people call it, for error messages. */
  platform: string;
  /** Upper bound of the waits between repetitions, in milliseconds. */
  retryMax: number;
  /** Sent with every request. */
  headers?: Record<string, string>;
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
  /** false: no token goes with it (the request that fetches one). */
  authorized?: boolean;
  signal?: AbortSignal;
}

export interface HttpStream {
  statusCode: number;
  headers: HttpHeaders;
  body: AsyncIterable<Uint8Array>;
}

export interface HttpClient {
  /**
   * One request and its whole answer. Repeats what is safe to repeat on network errors, 429 and 502–504 within
   * the time-out, honours `Retry-After`, and renews the token once on 401.
   *
   * @throws PlatformError for every status but 2xx
   */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /**
   * A request whose answer has no end. The time-out covers the answer's head only; `signal` ends the body.
   * Nothing is repeated but a 401: the caller reconnects.
   */
  open(request: HttpRequest & { signal: AbortSignal }): Promise<HttpStream>;
  /** Cuts every connection. Requests under way fail with CLOSED. */
  close(): Promise<void>;
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { baseUrl, platform, authorization } = options;
  const life = new AbortController();
  const closed = (): PlatformError => new PlatformError('CLOSED', 'the account has been closed');
  let agent: Dispatcher | undefined;

  const send = async (
    { method, path, query, headers, body }: HttpRequest,
    token: Record<string, string>,
    signal: AbortSignal,
    timeout: number,
  ): Promise<Dispatcher.ResponseData> => {
    if (life.signal.aborted) throw closed();
    agent ??= createAgent(options);
    const answer = undici().request(baseUrl + path + searchOf(query), {
      method,
      dispatcher: agent,
      headers: { ...options.headers, ...headers, ...token },
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

  const failed = (thrown: unknown, signal: AbortSignal, context: ErrorContext): PlatformError =>
    life.signal.aborted ? closed() : networkError(signal.aborted ? signal.reason : thrown, context);

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
    if (answer.statusCode !== 401) return answer;
    await answer.body.dump();
    tokens.reject(token);
    const second = await attempt(header(await next()));
    if (second.statusCode === 401) tokens.refuse(statusError(401, second.headers, '', { platform, baseUrl }));
    return second;
  };

  const tryOnce = async (wanted: HttpRequest, signal: AbortSignal, timeout: number): Promise<HttpAnswer> => {
    const context = contextOf(wanted);
    const attempt = (token: Record<string, string>) => send(wanted, token, signal, timeout);
    try {
      const answer = await (wanted.authorized === false ? attempt({}) : withToken(signal, context.secrets, attempt));
      const body = await answer.body.text();
      if (answer.statusCode < 200 || answer.statusCode > 299) {
        throw statusError(answer.statusCode, answer.headers, body, context);
      }
      return { statusCode: answer.statusCode, headers: answer.headers, body };
    } catch (thrown) {
      throw failed(thrown, signal, context);
    }
  };

  return {
    async request(wanted) {
      const limit = deadline(options.timeout, wanted.signal, life.signal);
      const repeatable = wanted.repeatable ?? ['GET', 'PUT', 'DELETE'].includes(wanted.method);
      try {
        for (let attempt = 0; ; attempt++) {
          try {
            return await tryOnce(wanted, limit.signal, Math.max(1, limit.remaining()));
          } catch (thrown) {
            const error = thrown as PlatformError;
            // A `Retry-After: 0` leaves the wait to us.
            const wait = error.retryAfter || backoffDelay(attempt, { base: FIRST_WAIT, max: options.retryMax });
            if (!repeatable || !error.retryable || limit.signal.aborted || wait >= limit.remaining()) throw error;
            await sleep(wait, limit.signal);
          }
        }
      } finally {
        limit.clear();
      }
    },

    async open(wanted) {
      const { signal } = wanted;
      const context = contextOf(wanted);
      try {
        const answer = await withToken(signal, context.secrets, (token) => send(wanted, token, signal, 0));
        if (answer.statusCode >= 200 && answer.statusCode <= 299) {
          return {
            statusCode: answer.statusCode,
            headers: answer.headers,
            body: bodyOf(answer, (thrown) => failed(thrown, signal, context)),
          };
        }
        throw statusError(answer.statusCode, answer.headers, await answer.body.text(), context);
      } catch (thrown) {
        throw failed(thrown, signal, context);
      }
    },

    async close() {
      life.abort(closed());
      authorization?.tokens.close();
      await agent?.destroy();
    },
  };
}

function searchOf(query: HttpRequest['query'] = []): string {
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

async function* bodyOf(
  answer: Dispatcher.ResponseData,
  failed: (thrown: unknown) => PlatformError,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of answer.body) yield chunk as Uint8Array;
  } catch (thrown) {
    throw failed(thrown);
  }
}
