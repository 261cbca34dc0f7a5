import type { Fault } from './fault';
import { MACHINE_FAULTS } from './machine-faults';
import { PEER_FAULTS } from './peer-faults';

/** Every fault of the table, in its order. */
export const FAULTS: readonly Fault[] = [...PEER_FAULTS, ...MACHINE_FAULTS];
