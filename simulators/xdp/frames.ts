import type { FrameFault } from '../core/faults';

/** "SSE heartbeats are also provided and have an empty SSE data field with no event type." */
export const HEARTBEAT = 'data:\n\n';

/**
 * One event as the platform writes it: `data:` before `event:`, no blank after the colons, a blank line at the end.
 * `json` is the JSON text of the event's own data; the offset is written digit for digit.
 */
export function frame(event: string, json: string, offset?: bigint): string {
  const suffix = offset === undefined ? '' : `,"offset":${offset}`;
  return `data:{"data":${json}${suffix}}\nevent:${event}\n\n`;
}

/** The events of a piece of stream that holds whole events only. */
export function splitFrames(bytes: Buffer): string[] {
  return bytes.toString('utf8').match(/[\s\S]*?\n\n/g) ?? [];
}

/** What goes out instead of one event when faults hit it; `cut` says to destroy the socket after it. */
export function faultyFrame(whole: string, faults: readonly FrameFault[]): { text: string; cut: boolean } {
  let text = whole;
  let extra = '';
  let cut = false;
  for (const fault of faults) {
    if (fault.kind === 'oversized') extra += oversizedFrame(whole, fault.bytes);
    if (fault.kind === 'malformed') text = brokenFrame(whole);
    if (fault.kind === 'cut') cut = true;
  }
  return { text: extra + (cut ? text.slice(0, text.length >> 1) : text), cut };
}

/** The same event with the second half of its JSON missing. */
function brokenFrame(whole: string): string {
  const [data = '', ...rest] = whole.split('\n');
  return [data.slice(0, data.length >> 1), ...rest].join('\n');
}

/** A copy of the event without its offset, padded in its data to `bytes` bytes in all. */
function oversizedFrame(whole: string, bytes: number): string {
  const [data = '', event = ''] = whole.split('\n');
  const parsed = JSON.parse(data.slice('data:'.length)) as { data: Record<string, unknown> };
  const padded = (padding: string) => frame(event.slice('event:'.length), JSON.stringify({ ...parsed.data, padding }));
  return padded('x'.repeat(Math.max(0, bytes - Buffer.byteLength(padded('')))));
}
