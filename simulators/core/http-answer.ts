import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** What a handler answers with; a body of `undefined` sends none. */
export interface Answer {
  status: number;
  body?: string | Buffer;
  /** Content type of the body; default `text/plain; charset=utf-8`. */
  type?: string;
  headers?: OutgoingHttpHeaders;
}

/** Thrown by a handler to refuse a request; the message becomes the body. */
export class HttpError extends Error {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;

  constructor(status: number, message: string, headers: OutgoingHttpHeaders = {}) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
    this.headers = headers;
  }
}

/** Largest request body a simulator takes, in bytes. */
const MAX_BODY = 64 * 1024 * 1024;

/** The whole request body as UTF-8 text; 413 above 64 MiB, rejects when the client goes away. */
export async function readText(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new HttpError(413, 'the body is too large', { connection: 'close' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The body as JSON; 400 when it is none, 415 without `Content-Type: application/json`. */
export async function readJson(req: IncomingMessage): Promise<unknown> {
  requireType(req, 'application/json');
  const text = await readText(req);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new HttpError(400, `the body is not JSON: ${(error as Error).message}`);
  }
}

/** Refuses a body of another content type with 415; parameters such as `charset` do not matter. */
export function requireType(req: IncomingMessage, type: string): void {
  const given = (req.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (given !== type) throw new HttpError(415, `Content-Type must be ${type}`);
}

/** Sends the answer whole; without effect when the client is gone. */
export function sendAnswer(res: ServerResponse, answer: Answer): void {
  if (res.destroyed || res.headersSent) return;
  const headers: OutgoingHttpHeaders = { ...answer.headers };
  if (answer.body !== undefined) {
    headers['content-type'] = answer.type ?? 'text/plain; charset=utf-8';
    headers['content-length'] = Buffer.byteLength(answer.body);
  } else if (answer.status !== 204) {
    headers['content-length'] = 0;
  }
  res.writeHead(answer.status, headers);
  res.end(answer.body);
}
