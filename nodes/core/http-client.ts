import { isIP } from 'node:net';
import type { Dispatcher } from 'undici';
import { backoffDelay, FIRST_WAIT } from './backoff';
import { PlatformError } from './errors';
import { type ErrorContext, isHtml, networkError, statusError } from './http-errors';
import { parseJson } from './json';
import { abortable, deadline, sleep } from './timing';
import type { TokenHolder } from './token-holder';

export type HttpHeaders = Record<string, string | string[] | undefined>;

/** TLS options as `tls.connect` takes them, read from core's `tls-config` node. */
export interface TlsSettings {
  key?: string | Buffer;
  cert?: string | Buffer;
  ca?: string | Buffer;
  passphrase?: string;
  servername?: string;
  rejectUnauthorized?: boolean;
}

/** A proxy of core's `http proxy` node. Without one the environment decides (`HTTPS_PROXY`, `NO_PROXY`, …). */
export interface ProxySettings {
  /** With the credentials, if any: `http://user:password@host:port`. */
  url: string;
  /** Hosts that are reached directly. */
  noProxy: readonly string[];
}

export interface HttpClientOptions {
  /** The platform as people call it, for error messages. */
  platform: string;
  /** Without a slash at its end. */
  baseUrl: string;
  /** Milliseconds for one request, repetitions included. */
  timeout: number;
  /** Upper bound of the waits between repetitions, in milliseconds. */
  retryMax: number;
  /** Sent with every request. */
  headers?: Record<string, string>;
  /** Where tokens come from, and the header that carries one. */
  authorization?: { tokens: TokenHolder; header(token: string): Record<string, string> };
  tls?: TlsSettings | undefined;
  proxy?: ProxySettings | undefined;
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

export interface HttpAnswer {
  statusCode: number;
  headers: HttpHeaders;
  body: string;
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

/** Loaded with the first request: an account whose nodes speak something else never pays for it. */
function undici(): typeof import('undici') {
  return require('undici');
}

function searchOf(query: HttpRequest['query'] = []): string {
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** An Agent of its own for each client, so that closing one account cuts no other's connections. */
function createAgent({ baseUrl, tls, proxy, timeout }: HttpClientOptions): Dispatcher {
  const connect = { ...tls, timeout: Math.min(timeout, 10_000) };
  const { hostname } = new URL(baseUrl);
  // RFC 6066 §3: no IP addresses.
  const servername = tls?.servername ?? (isIP(hostname.replace(/[[\]]/g, '')) ? undefined : hostname);
  const { EnvHttpProxyAgent } = undici();
  return new EnvHttpProxyAgent({
    connect,
    // Behind a proxy undici takes the name for SNI from here only.
    requestTls: { ...connect, servername },
    // Many proxies allow CONNECT to port 443 alone; plain HTTP goes through them as an absolute URL.
    proxyTunnel: false,
    ...(proxy && { httpProxy: proxy.url, httpsProxy: proxy.url, noProxy: proxy.noProxy.join(',') }),
  });
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

/**
 * The data of an answer: JSON where it is JSON, else the text; null for an empty body.
 *
 * @throws PlatformError INVALID_RESPONSE for an HTML page (a proxy's or a portal's login) or broken JSON
 */
export function answerData({ statusCode, headers, body }: HttpAnswer, operation: string): unknown {
  if (body === '') return null;
  if (isHtml(headers)) throw htmlInstead(operation, statusCode);
  return /json/i.test(String(headers['content-type'] ?? '')) ? parseJson(body, `the answer to ${operation}`) : body;
}

/** What to say when a web page comes where the platform's data should. */
export function htmlInstead(operation: string, statusCode: number): PlatformError {
  return new PlatformError(
    'INVALID_RESPONSE',
    `${operation} was answered with a web page instead of data: is the URL of the account right, or does a login page or proxy stand in between?`,
    { statusCode, operation },
  );
}
