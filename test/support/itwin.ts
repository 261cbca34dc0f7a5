import type { Session } from '../../nodes/itwin-iot/client/session/session';
import { createSharedSocket, type SharedSocket } from '../../nodes/itwin-iot/client/session/socket';
import type { ItwinSettings } from '../../nodes/itwin-iot/client/settings';
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

/** Settings of a client for a running simulator, or for any other peer. */
export function itwinSettings(changes: Partial<ItwinSettings> & Pick<ItwinSettings, 'url'>): ItwinSettings {
  return {
    restUrl: 'http://localhost/api',
    auth: 'apikey',
    apiKey: 'demo-api-key',
    jwt: '',
    imsUrl: '',
    clientId: '',
    clientSecret: '',
    scope: '',
    accept: 'application/json',
    projectParameter: 'projectIds',
    projectId: '',
    keepalive: 5000,
    timeout: 5000,
    retryMax: 200,
    ...changes,
  };
}

/** A shared socket with the API key. */
export function itwinSocket(changes: Partial<ItwinSettings> & Pick<ItwinSettings, 'url'>): SharedSocket {
  const settings = itwinSettings(changes);
  return createSharedSocket(settings, { get: async () => settings.apiKey, reject: () => undefined });
}

/** The next connection of a socket that stays open until the socket is closed. */
export function nextSession(socket: SharedSocket): Promise<Session> {
  return new Promise((resolve) => socket.use({ onSession: resolve }));
}
