import { PlatformError, type PlatformErrorCode, toPlatformError } from '../../../core/errors';
import { redact } from '../../../core/http/errors';
import { isObject, parseJson } from '../../../core/values/json';
import { jsonText } from '../../../core/values/json-text';
import { parseBareNumbers } from '../wire/bare-numbers';
import type { TakeApart } from '../wire/wire';

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
  /** Takes one answer, or those that `apart` finds in a text that is none. */
  receive(text: string, apart?: TakeApart): void;
  /** Tells every listener, and everybody who calls from now on, that no answer will come. */
  fail(error: PlatformError): void;
}

/**
 * @param send puts a text on the wire
 * @param onStray told of what belongs to no request: an error to another id or without one (`nameless`), or what is no
 *   answer
 * @param secret stands in no error, whatever the platform quotes
 */
export function createRpc(
  send: (text: string) => void,
  onStray: (error: PlatformError, nameless: boolean) => void,
  secret: string,
): Rpc {
  // The text writes ids as numbers and as strings.
  const listeners = new Map<string, ResultListener>();
  let over: PlatformError | undefined;

  const handOn = (answer: unknown): void => {
    if (!isObject(answer)) throw new PlatformError('INVALID_RESPONSE', 'an answer of the socket API is not an object');
    const { id, result } = answer;
    const listener = typeof id === 'number' || typeof id === 'string' ? listeners.get(String(id)) : undefined;
    const error = errorOf(answer, [secret]);
    if (listener && error) listener.onError(error);
    else if (listener) listener.onResult(result);
    // An update of a subscription that has just been ended comes to nobody.
    else if (error) onStray(error, id === undefined || id === null);
  };

  const rpc: Rpc = {
    nextId: 0,
    call(method, params, listener) {
      const id = rpc.nextId;
      const error = over;
      if (error) {
        // Later, as an answer would come.
        queueMicrotask(() => listener.onError(error));
        return id;
      }
      const text = requestText(method, id, params);
      rpc.nextId++;
      listeners.set(String(id), listener);
      send(text);
      return id;
    },
    forget: (id) => void listeners.delete(String(id)),
    receive(text, apart) {
      // Whatever the platform sends, what comes behind it is to be taken.
      try {
        handOn(answerOf(text));
      } catch (thrown) {
        const texts = apart?.(text) ?? [];
        if (texts.length > 1) for (const each of texts) rpc.receive(each);
        else onStray(toPlatformError(thrown), false);
      }
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

/** A bare NaN in one observation makes no other of its answer unreadable. */
function answerOf(text: string): unknown {
  try {
    return parseJson(text, 'an answer of the socket API');
  } catch (thrown) {
    const answer = parseBareNumbers(text);
    if (answer === undefined) throw thrown;
    return answer;
  }
}

/** @throws PlatformError for what JSON cannot hold: a circle in `msg.params`, say */
function requestText(method: string, id: number, params: object | undefined): string {
  const written = params && jsonText(params, 'params');
  return `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"id":${id}${written === undefined ? '' : `,"params":${written}`}}`;
}

/** Names of the JSON-RPC 2.0 specification, section 5.1; the platform documents no codes of its own. */
const CODES: Record<string, PlatformErrorCode> = {
  '-32601': 'NOT_FOUND',
  '-32602': 'INVALID_PARAMETER',
};

/** The samples look for `error` beside `result`, and for `code` in it. Some peers say `"error": null` with a result. */
function errorOf(answer: Record<string, unknown>, secrets: readonly string[]): PlatformError | undefined {
  const { error, result } = answer;
  const said = isObject(error) ? error : isObject(result) && 'code' in result ? result : undefined;
  if (!said && (error === undefined || error === null)) return undefined;
  const { code, message, data } = said ?? { message: error };
  const detail = typeof data === 'string' ? ` (${wordsOf(data, secrets)})` : '';
  const words = `${wordsOf(message ?? code ?? 'no reason given', secrets)}${detail}`;
  const name = Object.hasOwn(CODES, wordsOf(code)) ? CODES[wordsOf(code)] : undefined;
  // Whether it is the request's fault or the platform's own trouble, only "invalid params" says.
  const verdict = name === 'INVALID_PARAMETER' ? 'refused' : 'doubtful';
  return new PlatformError(name ?? 'PLATFORM_ERROR', `iTwin IoT refused: ${words}`, { verdict, said: words });
}

const LONGEST_QUOTE = 300;

/** The platform's own words, on one line; what it says may be anything. A secret that is cut short is no longer found. */
function wordsOf(said: unknown, secrets: readonly string[] = []): string {
  const text = typeof said === 'string' ? said : String(JSON.stringify(said));
  const line = redact(text, secrets).replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}
