import { PlatformError } from '../../core/errors';
import { isObject, parseJson } from '../../core/json';

/** What a request that has several answers hears: subscriptions, and `getData` until it is finished. */
export interface ResultListener {
  onResult(result: unknown): void;
  onError(error: PlatformError): void;
}

/** JSON-RPC 2.0 as iTwin IoT speaks it: ids in sequence, several answers to one id. */
export interface Rpc {
  /** The next id; `authenticate` answers where to go on. */
  nextId: number;
  /** @returns the id of the request: of a subscription also its `subscriptionId` */
  call(method: string, params: object | undefined, listener: ResultListener): number;
  /** No more answers are wanted for this id. */
  forget(id: number): void;
  /** Takes one answer. */
  receive(text: string): void;
  /** Tells every listener, and everybody who calls from now on, that no answer will come. */
  fail(error: PlatformError): void;
}

/**
 * @param send puts a text on the wire
 * @param onStray told of what belongs to no request: an error without an id, or what is no answer
 */
export function createRpc(send: (text: string) => void, onStray: (error: PlatformError) => void): Rpc {
  // The text writes ids as numbers and as strings.
  const listeners = new Map<string, ResultListener>();
  let over: PlatformError | undefined;

  const rpc: Rpc = {
    nextId: 0,
    call(method, params, listener) {
      const id = rpc.nextId++;
      const error = over;
      if (error) {
        // Later, as an answer would come.
        queueMicrotask(() => listener.onError(error));
        return id;
      }
      listeners.set(String(id), listener);
      send(JSON.stringify({ jsonrpc: '2.0', method, id, ...(params && { params }) }));
      return id;
    },
    forget: (id) => void listeners.delete(String(id)),
    receive(text) {
      let answer: unknown;
      try {
        answer = parseJson(text, 'an answer of the socket API');
      } catch (error) {
        onStray(error as PlatformError);
        return;
      }
      if (!isObject(answer)) {
        onStray(new PlatformError('INVALID_RESPONSE', 'an answer of the socket API is not an object'));
        return;
      }
      const error = errorOf(answer);
      const listener = listeners.get(String(answer.id));
      if (listener && error) listener.onError(error);
      else if (listener) listener.onResult(answer.result);
      // An update of a subscription that has just been ended comes to nobody.
      else if (error) onStray(error);
    },
    fail(error) {
      over = error;
      const all = [...listeners.values()];
      listeners.clear();
      for (const { onError } of all) onError(error);
    },
  };
  return rpc;
}

/** Names of the JSON-RPC 2.0 specification, section 5.1; the platform documents no codes of its own. */
const CODES: Record<string, string> = {
  '-32601': 'NOT_FOUND',
  '-32602': 'INVALID_PARAMETER',
};

/** The samples look for `error` beside `result`, and for `code` in it. */
function errorOf(answer: Record<string, unknown>): PlatformError | undefined {
  const { error, result } = answer;
  const said = isObject(error) ? error : isObject(result) && 'code' in result ? result : undefined;
  if (!said && error === undefined) return undefined;
  const { code, message, data } = said ?? { message: error };
  const detail = typeof data === 'string' ? ` (${data})` : '';
  const words = `iTwin IoT refused: ${String(message ?? code ?? 'no reason given')}${detail}`;
  // Whether it is the request's fault or the platform's own trouble, only "invalid params" says.
  const verdict = CODES[String(code)] === 'INVALID_PARAMETER' ? 'refused' : 'doubtful';
  return new PlatformError(CODES[String(code)] ?? 'PLATFORM_ERROR', words, { verdict });
}
