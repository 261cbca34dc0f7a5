// RFC 8428 §4.5.1 allows names few characters. Any other becomes `_x<code point in hexadecimal>_`, and so does an
// underscore that would be read as the beginning of one: two names never become the same, and each can be read back.
const UNWRITABLE = /_(?=x[0-9a-f]{0,6}(?:_|[^A-Za-z0-9\-:./_]))|[^A-Za-z0-9\-:./_]/gu;

const ESCAPE = /_x([0-9a-f]{0,6})_/g;

/** A name or device in the characters of SenML; with the base name in front it begins with a letter. */
export function senmlName(name: string): string {
  if (name === '') return '_x_';
  return name.replace(UNWRITABLE, (character) => `_x${(character.codePointAt(0) as number).toString(16)}_`);
}

/** What `senmlName` made a name of. */
export function plainName(name: string): string {
  return name.replace(ESCAPE, (written, digits: string) => {
    if (digits === '') return name === written ? '' : written;
    const code = Number.parseInt(digits, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : written;
  });
}
