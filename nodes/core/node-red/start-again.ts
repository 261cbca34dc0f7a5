import { type BackoffBounds, backoffDelay } from '../backoff';
import { toPlatformError } from '../errors';
import { sleep } from '../timing';
import type { NodeScope } from './node';
import { retryDetail } from './status';

/**
 * Runs what begins a node's work until it succeeds or the node closes: what a file or a module refuses now, for want of
 * file handles or memory, it may give later. The first failure is reported, and the status says when it is tried again.
 */
export async function startAgain(
  { status, report }: Pick<NodeScope, 'status' | 'report'>,
  start: () => Promise<void>,
  backoff: BackoffBounds,
  closing: AbortSignal,
): Promise<void> {
  for (let attempt = 0; !closing.aborted; attempt++) {
    try {
      return await start();
    } catch (thrown) {
      const error = toPlatformError(thrown);
      if (closing.aborted) return;
      if (attempt === 0) report(error);
      const wait = backoffDelay(attempt, backoff);
      status.show('waiting', retryDetail(wait, error.code));
      await sleep(wait, closing);
    }
  }
}
