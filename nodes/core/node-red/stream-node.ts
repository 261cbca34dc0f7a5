import type { PlatformError } from '../errors';
import type { StreamDetail, StreamState } from '../stream-supervisor';
import type { NodeScope } from './node';

/** How the states of a supervised stream look on a node, and its outages to a Catch node. */
export function streamReporter(scope: NodeScope): {
  onState(state: StreamState, detail: StreamDetail): void;
  onOutage(error: PlatformError): void;
} {
  const { status } = scope;
  return {
    onState: scope.guard((state, { error, retryIn }) => {
      if (state === 'closed') return;
      if (state === 'waiting')
        status.show('waiting', `${Math.ceil((retryIn ?? 0) / 1000)} s ${error?.code ?? ''}`.trim());
      else status.show(state);
    }),
    onOutage: scope.guard((error) => scope.report(error)),
  };
}
