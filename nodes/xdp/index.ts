import type { NodeAPI } from 'node-red';
import { watchRemoved } from '../core/node-red/deleted';
import { watchOrphans } from '../core/node-red/orphans';
import { registerXdpAccount } from './xdp-account/runtime';
import { registerXdpEvents } from './xdp-events/runtime';
import { registerXdpProvision } from './xdp-provision/runtime';
import { registerXdpQuery } from './xdp-query/runtime';
import { registerXdpRecord } from './xdp-record/runtime';

/** The palette set of Titan Class xDP. */
export default function xdp(RED: NodeAPI): void {
  registerXdpAccount(RED);
  registerXdpEvents(RED);
  registerXdpQuery(RED);
  registerXdpRecord(RED);
  registerXdpProvision(RED);
  watchRemoved(RED);
  watchOrphans(RED, ['xdp-record']);
}
