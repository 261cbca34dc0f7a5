import type { ServerResponse } from 'node:http';
import type { FaultRegistry, FaultTarget } from './faults';
import { type Answer, sendAnswer } from './http-answer';
import { pause, stopped } from './signal';

/** What a captive portal or a proxy's login page looks like: status 200, but not the API. */
const PORTAL_PAGE = `<!DOCTYPE html>
<html><head><title>Welcome</title></head>
<body><h1>Please sign in to use this network</h1><form action="/signin" method="post"></form></body></html>
`;

/** Lets the armed faults hit a request that has just arrived; true when it is dealt with and must not be carried out. */
export async function applyFaultsBefore(
  faults: FaultRegistry,
  target: FaultTarget,
  res: ServerResponse,
  closed: AbortSignal,
): Promise<boolean> {
  const slow = faults.take('slow', target);
  if (slow) await pause(slow.ms, closed);
  if (faults.take('half-open', target)) {
    await stopped(closed);
    return true;
  }
  const answer = faultyAnswer(faults, target);
  if (answer) sendAnswer(res, answer);
  return answer !== undefined;
}

/** Sends the answer of a request that was carried out, unless a fault loses it on the way. */
export function sendOrLose(faults: FaultRegistry, target: FaultTarget, res: ServerResponse, answer: Answer): void {
  if (faults.take('lose-answer', target)) res.socket?.destroy();
  else sendAnswer(res, answer);
}

function faultyAnswer(faults: FaultRegistry, target: FaultTarget): Answer | undefined {
  if (faults.take('html', target)) return { status: 200, body: PORTAL_PAGE, type: 'text/html; charset=utf-8' };
  const fault = faults.take('status', target);
  if (!fault) return undefined;
  const headers = fault.retryAfter === undefined ? {} : { 'retry-after': retryAfter(fault.retryAfter) };
  return { status: fault.status, body: `simulated ${fault.status}`, headers };
}

/** Seconds as they are, a date as an HTTP-date (RFC 9110, 10.2.3). */
function retryAfter(value: number | string | Date): string {
  return value instanceof Date ? value.toUTCString() : String(value);
}
