import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FaultRegistry, FaultTarget } from './faults';
import { type Answer, HttpError } from './http-answer';
import { applyFaultsBefore, sendOrLose } from './http-faults';
import type { RequestLog } from './request-log';
import { findRoute, type Route } from './router';

/** One request on its way through a simulator. */
export interface Exchange extends FaultTarget {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly query: URLSearchParams;
  /** Decoded values of the route's named parts. */
  params: Record<string, string>;
  /** Aborted when the connection is gone or the answer is complete. */
  readonly closed: AbortSignal;
}

/** Carries out a request; returns nothing when it writes the answer itself, as a stream does. */
export type Handler = (exchange: Exchange) => Promise<Answer | undefined> | Answer | undefined;

/** The parts an HTTP API is made of. */
export interface HttpApi {
  /** Path all operations begin with, such as `/api`. */
  base: string;
  routes: readonly Route<Handler>[];
  faults: FaultRegistry;
  requests: RequestLog;
  /** How a refusal is written; left out: its message as plain text. */
  refusal?: (error: HttpError) => Answer;
}

/** A request listener for the API: counts, lets faults happen, routes, answers refusals. */
export function httpApi(api: HttpApi): RequestListener {
  return (req, res) => {
    const [fullPath = '', query = ''] = splitOnce(req.url ?? '', '?');
    const inside = fullPath.startsWith(`${api.base}/`);
    const path = inside ? fullPath.slice(api.base.length) : fullPath;
    const closed = new AbortController();
    res.once('close', () => closed.abort());
    const record = api.requests.add(req.method ?? '', path, query);
    res.once('close', () => {
      record.status = res.headersSent ? res.statusCode : undefined;
    });
    const exchange: Exchange = {
      req,
      res,
      method: req.method ?? '',
      path,
      query: new URLSearchParams(query),
      params: {},
      closed: closed.signal,
    };
    carryOut({ ...api, routes: inside ? api.routes : [] }, exchange).catch((error: Error) => {
      // Not a simulated fault but a mistake in a simulator: to be seen, not to be taken for the platform's answer.
      process.emitWarning(error);
      res.destroy();
    });
  };
}

async function carryOut(api: HttpApi, exchange: Exchange): Promise<void> {
  const { res, closed } = exchange;
  if (await applyFaultsBefore(api.faults, exchange, res, closed)) return;
  const answer = await answerOf(api, exchange);
  if (answer) sendOrLose(api.faults, exchange, res, answer);
}

async function answerOf(api: HttpApi, exchange: Exchange): Promise<Answer | undefined> {
  try {
    const { handle, params } = findRoute(api.routes, exchange.method, exchange.path);
    exchange.params = params;
    return await handle(exchange);
  } catch (error) {
    if (error instanceof HttpError) return (api.refusal ?? plainRefusal)(error);
    // The client went away in the middle of its own body: there is nobody to answer.
    if (exchange.req.destroyed && !exchange.req.complete) return undefined;
    throw error;
  }
}

function plainRefusal({ status, message, headers }: HttpError): Answer {
  return { status, body: message, headers };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
