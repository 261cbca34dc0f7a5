import type { FaultControls } from '../../simulators/core/fault-controls';
import type { Unavoidable } from '../../test/platforms/fault-bench';
import type { Bench } from './bench';
import type { Platforms } from './flow';

/** Something that goes wrong. */
export interface Fault {
  name: string;
  /** Resolves when it is over, with what could not but be lost. `seconds` waits, less long when the run is a short one. */
  run(bench: Bench, seconds: (full: number) => Promise<void>): Promise<Unavoidable | undefined>;
  /** Why it cannot be made here. */
  missing?(): string | undefined;
  /** Input nodes may hand on again what they did in the last second, or since the disk was lost. */
  replays?: boolean;
}

/** The faults of every peer: platforms, gateways. */
export function peers({ parts }: Platforms): FaultControls[] {
  return parts.flatMap((part) => part.peers);
}

/** Nobody listens for so long. */
export async function away(platforms: Platforms, meanwhile: () => Promise<unknown>): Promise<void> {
  await Promise.all(peers(platforms).map((faults) => faults.refuse()));
  await meanwhile();
  await Promise.all(peers(platforms).map((faults) => faults.listenAgain()));
}
