import type { ItwinSimulator } from '../../simulators/itwin-iot';
import type { FlowNode } from './flow-nodes';

/** An iTwin IoT account node for a running simulator: socket and REST, with the API key. */
export function itwinAccount(simulator: ItwinSimulator, extra: Record<string, unknown> = {}): FlowNode {
  return {
    id: 'account',
    type: 'itwin-iot-account',
    name: 'Site',
    url: simulator.socketUrl,
    restUrl: simulator.url,
    imsUrl: simulator.imsUrl,
    auth: 'apikey',
    timeout: 5,
    retryMax: 1,
    keepalive: 5,
    ...extra,
  };
}

/** What each `auth` needs: the node's setting chooses. */
export function itwinCredentials(simulator: ItwinSimulator): Record<string, Record<string, string>> {
  const { apiKey, clientId, clientSecret } = simulator;
  return { account: { apiKey, clientId, clientSecret, jwt: simulator.issueToken() } };
}

/**
 * A flow around one node of the set, `node`: what it sends goes to `out`, errors of any node to `errors`, what it is
 * done with to `complete`.
 */
export function itwinFlow(
  simulator: ItwinSimulator,
  node: Record<string, unknown> & { type: string },
  account: Record<string, unknown> = {},
): FlowNode[] {
  return [
    { id: 'flow', type: 'tab' },
    itwinAccount(simulator, account),
    { id: 'node', z: 'flow', account: 'account', wires: [['out']], ...node },
    { id: 'out', type: 'helper', z: 'flow' },
    { id: 'catch', type: 'catch', z: 'flow', wires: [['errors']] },
    { id: 'errors', type: 'helper', z: 'flow' },
    { id: 'done', type: 'complete', z: 'flow', scope: ['node'], wires: [['complete']] },
    { id: 'complete', type: 'helper', z: 'flow' },
  ];
}
