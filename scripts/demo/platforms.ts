import { itwinIot } from './itwin-iot';
import type { DemoPlatform } from './platform';
import { xdp } from './xdp';

/** Every platform of the demo. Their tabs appear in this order. */
export const PLATFORMS: readonly (() => Promise<DemoPlatform>)[] = [xdp, itwinIot];
