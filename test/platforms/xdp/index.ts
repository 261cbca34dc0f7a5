import { nwkAddrOf, OBSERVATION_TOPIC, startXdpSimulator, type XdpSimulator } from '../../../simulators/xdp';
import { xdpAccount, xdpCredentials } from '../../support/flow-nodes';
import type { Descriptor } from '../descriptor';
import { badInput } from './bad-input';
import { demo } from './demo';
import { faultBench } from './fault-bench';
import { redeploy } from './redeploy';
import { stream } from './stream';

const MOTES = 4;
/** A stream that says nothing by itself still says soon that it lives. */
const HEARTBEAT = 0.3;

/** Titan Class xDP. */
export const xdp: Descriptor<XdpSimulator> = {
  id: 'xdp',
  name: 'Titan Class xDP',
  folder: 'xDP',
  start: ({ stored = 0, ...readings }) =>
    startXdpSimulator({
      ...readings,
      stored: stored * MOTES,
      ...(readings.live === false ? { heartbeat: HEARTBEAT } : {}),
    }),
  account: xdpAccount,
  credentials: xdpCredentials,
  variables: ({ url, namespace, username, password }) => ({
    XDP_URL: url,
    XDP_NAMESPACE: namespace,
    XDP_USERNAME: username,
    XDP_PASSWORD: password,
    XDP_DEVICE: String(nwkAddrOf(1)),
  }),
  streaming: ({ counters }, nodes) => counters.openStreams === nodes.filter(({ type }) => type === 'xdp-events').length,
  demo,
  stream,
  tokens: ({ counters }) => counters.logins,
  upload: ({ counters }) => ({
    node: { type: 'xdp-record', source: OBSERVATION_TOPIC, nwkAddr: '7' },
    payload: (n) => `{ n: ${n} }`,
    received: () => counters.received.map(({ data }) => (data as { n: number }).n),
  }),
  badInput,
  redeploy,
  faultBench,
};
