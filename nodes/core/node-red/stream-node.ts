import type { PlatformError } from '../errors';
import type { StreamDetail, StreamState } from '../stream/supervisor';
import type { NodeScope } from './node';
import type { OutageDesk } from './outage-desk';
import { retryDetail } from './status';

/**
 * How the states of a supervised stream look on a node, and its outages to a Catch node: what concerns the whole account
 * is told by one node of each flow.
 */
export function streamReporter(
  scope: NodeScope,
  outages: OutageDesk,
): {
  onState(state: StreamState, detail: StreamDetail): void;
  onOutage(error: PlatformError): void;
} {
  const { status } = scope;
  return {
    onState: scope.guard((state, { error, retryIn }) => {
      if (state === 'closed') return;
      if (state === 'connected' || state === 'replaying') outages.over();
      if (state === 'waiting') status.show('waiting', retryDetail(retryIn ?? 0, error?.code));
      else status.show(state);
    }),
    onOutage: scope.guard((error) => {
      if (outages.isNew(flowOf(scope), error)) scope.report(error);
    }),
  };
}

/** Where the Catch nodes are that hear of a node. */
export function flowOf({ node }: Pick<NodeScope, 'node'>): string {
  return node.z ?? '';
}
