import type { FaultRegistry, FaultTarget } from './faults';
import { pause, stopped } from './signal';
import type { Wire } from './wire';

/** How a faulty text is made in a protocol's own terms. */
export interface FaultyTexts {
  /** The text with its JSON broken. */
  malformed(text: string): string;
  /** A text of `bytes` bytes that comes before this one. */
  oversized(text: string, bytes: number): string;
}

/**
 * Sends one text on behalf of the request `target` and lets the armed faults hit it. The promise, when there is one,
 * resolves once the next may follow; it never does for a target that half-open silenced, until the connection is gone.
 */
export function sendWithFaults(
  wire: Wire,
  faults: FaultRegistry,
  target: FaultTarget,
  text: string,
  texts: FaultyTexts,
): Promise<void> | undefined {
  if (isDead(faults, target)) return stopped(wire.closed);
  if (!faults.concernsEvents(target)) return wire.send(text);
  return sendFaulty(wire, faults, target, text, texts);
}

async function sendFaulty(
  wire: Wire,
  faults: FaultRegistry,
  target: FaultTarget,
  text: string,
  texts: FaultyTexts,
): Promise<void> {
  const slow = faults.take('slow', target);
  if (slow) await pause(slow.ms, wire.closed);
  if (wire.closed.aborted) return;
  if (isDead(faults, target)) {
    await stopped(wire.closed);
    return;
  }
  let sent = text;
  let cut = false;
  for (const fault of faults.takeForEvent(target)) {
    if (fault.kind === 'oversized') await wire.send(texts.oversized(text, fault.bytes));
    if (fault.kind === 'malformed') sent = texts.malformed(text);
    if (fault.kind === 'cut') cut = true;
  }
  if (cut) {
    wire.cut(sent);
    await stopped(wire.closed);
  } else {
    await wire.send(sent);
  }
}

/** True when nobody is there any more behind the request, or behind the whole connection. */
function isDead(faults: FaultRegistry, target: FaultTarget): boolean {
  return faults.isSilenced(target) || (target.connection !== undefined && faults.isSilenced(target.connection));
}
