import { PlatformError } from '../../../core/errors';

export interface JsonSplitter {
  /**
   * Takes the next piece of the stream.
   *
   * @throws PlatformError INVALID_RESPONSE when it is no JSON object, EVENT_TOO_LARGE when one is longer than the limit
   */
  push(piece: Uint8Array): void;
  /** A text has begun whose end has not come. */
  readonly unfinished: boolean;
}

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Finds the JSON objects in a stream without framing: on port 4200 they stand back to back. The platform text's own
 * sample counts braces and stumbles over those within strings; this one does not.
 *
 * @param limit longest text in characters
 * @param onText called with each text as soon as its end has come
 */
export function createJsonSplitter(limit: number, onText: (text: string) => void): JsonSplitter {
  const decoder = new TextDecoder('utf-8', { fatal: false });
  // Pieces of an unfinished text, joined once it ends: adding each to a growing string is quadratic.
  let pieces: string[] = [];
  let length = 0;
  let depth = 0;
  let inString = false;
  let escaped = false;

  const scan = (text: string): void => {
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      if (escaped) {
        escaped = false;
        continue;
      }
      const code = text.charCodeAt(at);
      if (inString) {
        if (code === BACKSLASH) escaped = true;
        else if (code === QUOTE) inString = false;
      } else if (code === QUOTE && depth > 0) inString = true;
      else if (isOpening(code)) depth++;
      else if (isClosing(code)) {
        depth--;
        if (depth === 0) {
          pieces.push(text.slice(start, at + 1));
          const whole = pieces.join('').trimStart();
          pieces = [];
          length = 0;
          start = at + 1;
          onText(whole);
        }
      }
      if (depth <= 0 && !isOpening(code) && !isClosing(code) && !isBlank(code)) throw notJson();
      if (depth < 0) throw notJson();
    }
    const rest = text.slice(start);
    if (rest !== '') pieces.push(rest);
    length += rest.length;
    if (length > limit) throw new PlatformError('EVENT_TOO_LARGE', `an answer is longer than ${limit} characters`);
  };

  return {
    push: (piece) => scan(decoder.decode(piece, { stream: true })),
    get unfinished() {
      return depth > 0;
    },
  };
}

function notJson(): PlatformError {
  return new PlatformError('INVALID_RESPONSE', 'the data on the socket is not JSON');
}

function isOpening(code: number): boolean {
  return code === 123 || code === 91;
}

function isClosing(code: number): boolean {
  return code === 125 || code === 93;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}
