import { StringDecoder } from 'node:string_decoder';

/** What is wrong with the bytes; nothing after it can be read. */
export class UnreadableInput extends Error {}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);
const BLANK = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * Finds the JSON objects and arrays in a byte stream that has no framing: they stand back to back, blanks between them
 * or not, and arrive in any pieces. Brackets within strings do not count.
 */
export class JsonTexts {
  readonly #decoder = new StringDecoder('utf8');
  readonly #limit: number;
  #rest = '';
  /** How far `#rest` was looked at. */
  #at = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** `limit`: characters of one text at most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Hands over the texts that end in this piece; throws UnreadableInput for what is no JSON object or array. */
  push(piece: Buffer, onText: (text: string) => void): void {
    this.#rest += this.#decoder.write(piece);
    let start = 0;
    for (; this.#at < this.#rest.length; this.#at += 1) {
      if (!this.#endsText(this.#rest.charCodeAt(this.#at))) continue;
      onText(this.#rest.slice(start, this.#at + 1));
      start = this.#at + 1;
    }
    this.#rest = this.#rest.slice(start);
    this.#at -= start;
    if (this.#rest.length > this.#limit) throw new UnreadableInput(`more than ${this.#limit} characters in one text`);
  }

  #endsText(code: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (code === BACKSLASH) this.#escaped = true;
      else if (code === QUOTE) this.#inString = false;
      return false;
    }
    if (OPENING.has(code)) this.#depth += 1;
    else if (this.#depth === 0 && !BLANK.has(code)) throw new UnreadableInput('a JSON object is expected');
    else if (code === QUOTE) this.#inString = true;
    else if (CLOSING.has(code)) {
      this.#depth -= 1;
      return this.#depth === 0;
    }
    return false;
  }
}
