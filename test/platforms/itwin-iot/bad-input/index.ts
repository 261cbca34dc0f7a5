import type { ItwinSimulator } from '../../../../simulators/itwin-iot';
import type { FlowNode } from '../../../support/flow-nodes';
import { itwinAccount, itwinCredentials } from '../../../support/itwin';
import type { BadInput } from '../../descriptor';
import { answers } from './answers';
import { configurations } from './configurations';
import { messages } from './messages';
import { NOWHERE } from './nodes';

const accounts = (simulator: ItwinSimulator): FlowNode[] => [
  itwinAccount(simulator),
  ...[
    { id: 'bad-url', url: simulator.url },
    { id: 'refused', url: NOWHERE },
    { id: 'no-key' },
    { id: 'wrong-key' },
    { id: 'wrong-secret', auth: 'ims' },
    { id: 'hasty', timeout: 1 },
  ].map((properties) => itwinAccount(simulator, { name: `the ${properties.id}`, ...properties })),
  ...[
    { id: 'thread', wsUrl: simulator.edge.wsUrl },
    { id: 'away', wsUrl: NOWHERE },
    { id: 'bad-thread', wsUrl: simulator.edge.url },
  ].map((properties) => ({ type: 'itwin-iot-thread', url: simulator.edge.url, retryMax: 1, ...properties })),
];

/** Bad input to the nodes of iTwin IoT and of the THREAD. */
export const badInput: BadInput<ItwinSimulator> = {
  accounts,
  credentials(simulator) {
    const { account: right } = itwinCredentials(simulator);
    const wrong: Record<string, Record<string, string>> = {
      'no-key': { apiKey: '' },
      'wrong-key': { apiKey: 'x' },
      'wrong-secret': { clientSecret: 'x' },
    };
    return Object.fromEntries(accounts(simulator).map(({ id }) => [id, { ...right, ...wrong[id] }]));
  },
  cases: [...configurations, ...messages, ...answers],
};
