import { isCredentialError } from '../../core/errors';
import type { NodeScope } from '../../core/node-red/node';
import type { OutageDesk } from '../../core/node-red/outage-desk';
import { streamReporter } from '../../core/node-red/stream-node';
import type { KeepSubscribedOptions } from '../client/follow/keep-subscribed';

/** How subscriptions look on a node: one that is refused is never green. */
export function subscriptionReporter(
  scope: NodeScope,
  outages: OutageDesk,
): Pick<KeepSubscribedOptions, 'onState' | 'onOutage' | 'onRefused'> {
  const { onState, onOutage } = streamReporter(scope, outages);
  return {
    onState: scope.guard((state, detail) => {
      const { error } = detail;
      if (state !== 'refused') onState(state, detail);
      else if (error && isCredentialError(error) && !detail.standing) scope.status.show('unauthorized');
      // The platform is there, and the others' data may flow.
      else scope.status.show('refused', [detail.standing, error?.code].filter(Boolean).join(' '));
    }),
    onOutage,
    onRefused: scope.guard((error) => scope.report(error)),
  };
}
