import type { Parameter } from '../core/operation/operation';
import { isLiteral, isVariable, literalType, type TypedText } from './values';

/** A parameter's value as a saved flow holds it; a bare value stands for itself. */
export function asTyped(parameter: Parameter, saved: unknown): TypedText | undefined {
  const { type, value } = isTyped(saved) ? saved : { type: '', value: saved };
  if (value === undefined || value === null || value === '') return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (!isLiteral(type)) return { type, value: text };
  const literal = literalType(parameter);
  if (literal === 'json' && typeof value === 'string' && (type === 'str' || type === '') && !isVariable(value))
    return { type: literal, value: JSON.stringify(value) };
  return { type: literal, value: literal === 'str' && type === 'json' ? unquoted(text) : text };
}

/** The text in the JSON of one; other JSON as it is. */
function unquoted(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : json;
  } catch {
    // The runtime says what it thinks of it.
    return json;
  }
}

function isTyped(saved: unknown): saved is { type: string; value: unknown } {
  return typeof saved === 'object' && saved !== null && 'type' in saved && typeof saved.type === 'string';
}
