import { PlatformError } from './errors';
import type { ResolvedValue } from './senml-reader';

/** Values of one device at one time. */
export interface SenmlGroup extends Pick<ResolvedValue, 'platform' | 'device' | 'time'> {
  values: Record<string, ResolvedValue['value']>;
}

/** The values of a pack by device and time, in order; a value whose name is taken already begins another group. */
export function groupValues(resolved: readonly ResolvedValue[]): SenmlGroup[] {
  const groups: SenmlGroup[] = [];
  const open = new Map<string, SenmlGroup>();
  for (const { platform, device, name, value, time } of resolved) {
    const key = JSON.stringify([platform, device, time]);
    let group = open.get(key);
    if (!group || Object.hasOwn(group.values, name)) {
      group = { platform, device, time, values: {} };
      open.set(key, group);
      groups.push(group);
    }
    group.values[name] = value;
  }
  return groups;
}

/**
 * The values of one platform name their device; those of others go to the one device that the node stands for, so they
 * must all be of the same.
 *
 * @throws PlatformError INVALID_PARAMETER naming two of them
 */
export function checkForeign(groups: readonly SenmlGroup[], own: string): void {
  const foreign = groups.filter(({ platform, device }) => platform !== own && device !== undefined);
  const [first, other] = new Set(foreign.map(({ platform, device }) => `${platform} ${device}`));
  if (other === undefined) return;
  throw new PlatformError(
    'INVALID_PARAMETER',
    `the SenML pack holds values of several devices of another platform (${first}, ${other}), which would all go to the same one: split it first`,
  );
}
