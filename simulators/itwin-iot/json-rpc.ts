import { isObject } from '../core/fields';
import type { FaultyTexts } from '../core/socket-faults';

/** Error codes of the JSON-RPC 2.0 specification, 5.1; the platform's own are not documented, these are made up. */
export const CODES = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  notAuthenticated: -32001,
  notFound: -32002,
  exists: -32003,
} as const;

/** A refusal of the socket API. */
export class RpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** A request of the socket API. */
export interface RpcRequest {
  readonly method: string;
  readonly params: unknown;
  /** Undefined for a notification: "Unless the request is a notification, it must be replied to". */
  readonly id: number | string | undefined;
  /** As it was sent. */
  readonly sentId: unknown;
}

/** Reads one request; throws an RpcError when it is none, which no answer can name by its id. */
export function parseRequest(text: string): RpcRequest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RpcError(CODES.parse, `not JSON: ${(error as Error).message}`);
  }
  if (!isObject(value) || value.jsonrpc !== '2.0' || typeof value.method !== 'string') {
    throw new RpcError(CODES.invalidRequest, 'a JSON-RPC 2.0 request is expected');
  }
  return { method: value.method, params: value.params, id: answeredId(value.id), sentId: value.id };
}

/** The answer with a result that is JSON text already. */
export function resultText(id: number | string, json: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${json}}`;
}

/** A refusal, as `error` or as `result.code`; without an id where the request could not be told. */
export function errorText(id: number | string | undefined, error: RpcError, style: 'error' | 'code'): string {
  const refusal = { code: error.code, message: error.message };
  return JSON.stringify({ jsonrpc: '2.0', id, [style === 'error' ? 'error' : 'result']: refusal });
}

/** How faults spoil an answer. */
export const FAULTY_TEXTS: FaultyTexts = {
  // The brackets still match: over plain TCP the answers behind it can be found.
  malformed: (text) => text.replace(':', ' '),
  oversized(text, bytes) {
    const { id } = JSON.parse(text) as { id?: number | string };
    const padded = (padding: string) => JSON.stringify({ jsonrpc: '2.0', id, result: { padding } });
    return padded('x'.repeat(Math.max(0, bytes - Buffer.byteLength(padded('')))));
  },
};

/** The text's own examples send `"id": "2"` and are answered `"id": 2`: digits come back as a number. */
function answeredId(id: unknown): number | string | undefined {
  if (id === undefined) return undefined;
  if (typeof id === 'number' && Number.isSafeInteger(id)) return id;
  if (typeof id !== 'string') throw new RpcError(CODES.invalidRequest, 'the id must be a whole number');
  return /^\d{1,15}$/.test(id) ? Number(id) : id;
}
