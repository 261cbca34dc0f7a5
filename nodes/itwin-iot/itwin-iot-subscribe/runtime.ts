import type { NodeAPI, NodeDef } from 'node-red';
import { toPlatformError } from '../../core/errors';
import { useAccount } from '../../core/node-red/account';
import { closingSignal, type NodeScope, registerNode } from '../../core/node-red/node';
import type { OutageDesk } from '../../core/node-red/outage-desk';
import { ITWIN_ACCOUNT } from '../accounts';
import type { ItwinClient } from '../client/itwin-client';
import type { ItwinSettings } from '../client/settings';
import { createFollowers } from './followers';
import { subscriptionReporter } from './report';
import { readSubscription } from './settings';

export function registerItwinSubscribe(RED: NodeAPI): void {
  registerNode<NodeDef>(RED, 'itwin-iot-subscribe', (scope) => {
    const account = useAccount<ItwinSettings, ItwinClient>(scope, ITWIN_ACCOUNT);
    if (!account) return;
    scope.status.show('connecting');
    const running = subscribe(scope, account, closingSignal(scope));
    running.catch((thrown) => scope.disable(toPlatformError(thrown)));
    scope.onClose(async () => {
      const end = await running.catch(() => undefined);
      await end?.();
    });
  });
}

/** @returns ends the subscriptions */
async function subscribe(
  scope: NodeScope,
  { client, settings: account, outages }: { client: ItwinClient; settings: ItwinSettings; outages: OutageDesk },
  closing: AbortSignal,
): Promise<() => Promise<void>> {
  const subscription = await readSubscription(scope, account);
  const { followers, close } = await createFollowers(scope, client, subscription, closing);
  if (closing.aborted) return close;
  const { keepSubscribed } =
    require('../client/follow/keep-subscribed') as typeof import('../client/follow/keep-subscribed');
  const end = keepSubscribed(client.socket, {
    followers,
    timeout: account.timeout,
    retryAfter: account.retryMax,
    ...subscriptionReporter(scope, outages),
  });
  return async () => {
    await end();
    await close();
  };
}
