import { isCredentialError, type PlatformError } from '../../core/errors';
import { reasonOf } from '../../core/node-red/failure-status';
import type { NodeScope } from '../../core/node-red/node';
import type { OutageDesk } from '../../core/node-red/outage-desk';
import type { StatusReporter } from '../../core/node-red/status';
import { streamReporter } from '../../core/node-red/stream-node';
import type { KeepSubscribedOptions, SubscriptionDetail } from '../client/follow/keep-subscribed';

/** How subscriptions look on a node: while one is refused it is never green. */
export function subscriptionReporter(
  scope: NodeScope,
  outages: OutageDesk,
): Pick<KeepSubscribedOptions, 'onState' | 'onOutage' | 'onRefused'> {
  const { onState, onOutage } = streamReporter(scope, outages);
  return {
    onState: scope.guard((state, detail) => {
      const { error, standing } = detail;
      if (state !== 'refused') onState(state, detail);
      else if (error) showRefused(scope.status, error, standing);
    }),
    onOutage,
    onRefused: scope.guard((error) => scope.report(error)),
  };
}

function showRefused(status: StatusReporter, error: PlatformError, standing: SubscriptionDetail['standing']): void {
  const { count, of } = standing ?? { count: 0, of: 1 };
  // The data of the others flows. Only sensors have subscriptions of their own.
  if (count > 0) status.say('trying', `only ${count} of ${of} sensors${reasonOf(error).replace(/^:? ?/, ': ')}`);
  else if (isCredentialError(error) && of === 1) status.show('unauthorized');
  else status.show('refused', reasonOf(error));
}
