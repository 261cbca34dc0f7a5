/**
 * A time as ISO 8601 in UTC: such a text as it is; another date with or without a time, Unix milliseconds (as digits
 * too) and a Date converted. undefined when it is none of these.
 */
export function isoTime(value: unknown): string | undefined {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value)))
    return value;
  // Unix milliseconds as a dialog or an environment variable gives them.
  if (typeof value === 'string' && /^\d{12,}$/.test(value)) return isoTime(Number(value));
  // Date reads far more than ISO 8601: "5" is a day in May 2001.
  const readable =
    value instanceof Date || typeof value === 'number' || (typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value));
  const date = readable ? new Date(value) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined;
}
