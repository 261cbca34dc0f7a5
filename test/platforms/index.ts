import type { Descriptor } from './descriptor';
import { itwinIot } from './itwin-iot';
import { xdp } from './xdp';

/** Every platform, for demo, tests and faults; their tabs and rows appear in this order. */
export const PLATFORMS: readonly Descriptor[] = [xdp, itwinIot];
