/** No time is longer: what comes from outside may be. */
const LONGEST = 64;

const TEXT =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,40}))?)?(?: ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?)?$/i;

/** A time as the platforms write it: handed on as it is. */
const ISO_UTC = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3])[\d:.]{3,44}Z$/;

const AGO = /^-(\d{1,9})([smhd])$/;

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A time as ISO 8601 in UTC: such a text as it is; another date with or without a time, Unix milliseconds (as digits
 * too), a Date, and `-90s`, `-30m`, `-1h`, `-7d` from now converted. undefined when it is none of these, or no day of
 * the calendar.
 */
export function isoTime(value: unknown, now: () => number = Date.now): string | undefined {
  if (typeof value === 'number') return looksLikeSeconds(value) ? undefined : isoOf(value);
  if (value instanceof Date || Object.prototype.toString.call(value) === '[object Date]') return isoOf(Number(value));
  if (typeof value !== 'string' || value.length > LONGEST) return undefined;
  // Unix milliseconds as a dialog or an environment variable gives them.
  if (/^\d{12,}$/.test(value)) return isoOf(Number(value));
  const [, count, unit = ''] = AGO.exec(value) ?? [];
  if (count !== undefined) return isoOf(now() - Number(count) * (UNITS[unit] as number));
  const moment = momentOf(value);
  if (!moment) return undefined;
  if (ISO_UTC.test(value)) return value;
  const iso = isoOf(moment.seconds * 1000 + Math.trunc(Number(`0.${moment.fraction}`) * 1000));
  return moment.fraction.length > 3 ? iso?.replace(/\.\d{3}Z$/, `.${moment.fraction}Z`) : iso;
}

/** Why a value is no time, where it is not enough to say what one looks like. */
export function timeProblem(value: unknown): string | undefined {
  const number = typeof value === 'string' && /^\d{9,12}(\.\d{1,9})?$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && looksLikeSeconds(number)) return 'it looks like seconds: multiply by 1000';
  return undefined;
}

/** Milliseconds, they would be days of spring 1970. */
function looksLikeSeconds(value: number): boolean {
  return value >= 1e9 && value < 1e10;
}

/** Unix seconds of an ISO 8601 time, with the microseconds that `Date` would drop; NaN when it is none. */
export function unixSeconds(time: string): number {
  const moment = time.length > LONGEST ? undefined : momentOf(time);
  if (!moment) return Number.NaN;
  const { seconds, fraction } = moment;
  if (fraction === '') return seconds;
  // Digits behind the point count upwards, also before 1970.
  return seconds < 0 ? seconds + Number(`0.${fraction}`) : Number(`${seconds}.${fraction}`);
}

/** The whole seconds of a text, and the digits of what is beyond. Date would make 2 March of 30 February. */
function momentOf(text: string): { seconds: number; fraction: string } | undefined {
  const match = TEXT.exec(text);
  if (!match) return undefined;
  const [, years, months, days, hours = '0', minutes = '0', seconds = '0', fraction = '', zone] = match;
  const parts = [Number(years), Number(months) - 1, Number(days), Number(hours), Number(minutes), Number(seconds)];
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  if (month > 11 || day < 1 || day > daysOf(year, month) || minute > 59 || second > 59) return undefined;
  // ISO 8601: the end of a day is its 24:00 too.
  if (hour > 24 || (hour === 24 && minute + second + Number(fraction) > 0)) return undefined;
  const offset = offsetOf(zone);
  if (offset === undefined) return undefined;
  // A date alone is a day of UTC, a time without a zone one of the clock on the wall, as Date reads them.
  const local = zone === undefined && match[4] !== undefined;
  const date = new Date(0);
  if (local) {
    date.setFullYear(year, month, day);
    date.setHours(hour, minute, second, 0);
  } else {
    date.setUTCFullYear(year, month, day);
    date.setUTCHours(hour, minute - offset, second, 0);
  }
  return { seconds: date.getTime() / 1000, fraction };
}

function daysOf(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month + 1, 0);
  return date.getUTCDate();
}

/** Minutes. */
function offsetOf(zone: string | undefined): number | undefined {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? '') ?? [];
  if (sign === undefined) return 0;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** undefined beyond the years that ISO 8601 writes with four digits. */
function isoOf(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999 ? date.toISOString() : undefined;
}
