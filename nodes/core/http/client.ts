import type { Dispatcher } from 'undici';
import { PlatformError } from '../errors';
import { proxyRefused } from '../proxy-refused';
import { abortable, deadline } from '../timing';
import { type AgentOptions, createAgent, proxyOf, tunnelRefused, undici } from './agent';
import type { HttpAnswer } from './answer';
import { decoded, MAX_ANSWER, readText, SHORT_ANSWER } from './body';
import { type ErrorContext, networkError, statusError } from './errors';
import { bodyOf, openInTurn } from './open-stream';
import { withRepeats } from './repeats';
import { type HttpRequest, type HttpStream, searchOf } from './request';
import { createRequestTurns, type RequestLoad, withWait } from './request-turns';
import { type Authorization, createWithToken } from './with-token';

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
  authorization?: Authorization;
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
  const withToken = createWithToken(authorization);
  const life = new AbortController();
  const turns = createRequestTurns(Math.floor(options.maxRequests ?? Infinity));
  const closed = (): PlatformError => new PlatformError('CLOSED', 'the account has been closed');
  let agent: Dispatcher | undefined;
  let proxy: URL | undefined;

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
      const remaining = (): number => Math.max(1, limit.remaining());
      try {
        return await withRepeats(wanted, { limit, retryMax: options.retryMax }, () =>
          tryOnce(wanted, limit.signal, remaining),
        );
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
