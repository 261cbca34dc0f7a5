import type { Parameter } from '../core/operation/operation';
import { toBase64 } from '../core/values/binary-text';
import type { Translate } from './red';
import { isVariable } from './values';

/**
 * Keys and EUIs stand in hexadecimal on devices and in network servers, but the API wants Base64. Converts what is
 * typed and tells what it did; of a secret, only that it did.
 *
 * @returns what to say below the field now
 */
export function createHexConversion({ bytes, secret }: Parameter, t: Translate): (field: JQuery) => string {
  let last: { from: string; to: string } | undefined;

  return (field) => {
    const text = field.typedInput('value');
    if (bytes === undefined || field.typedInput('type') !== 'str' || isVariable(text)) return '';
    if (last && text === last.to) return noteOf(last);
    last = undefined;
    const digits = text.replace(/[\s:-]/g, '');
    const base64 = toBase64(text, bytes);
    if (base64 === undefined || digits.length !== bytes * 2 || !/^[0-9a-f]+$/i.test(digits)) return '';
    last = { from: text.trim(), to: base64 };
    field.typedInput('value', base64);
    return noteOf(last);
  };

  function noteOf({ from, to }: { from: string; to: string }): string {
    const done = t('common.bytes.converted', { bytes: bytes ?? 0 });
    return secret ? done : `${done} ${from} → ${to}`;
  }
}
