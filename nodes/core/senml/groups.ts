import { PlatformError } from '../errors';
import type { ResolvedValue } from './reader';

/** Values of one device at one time. */
export interface SenmlGroup extends Pick<ResolvedValue, 'platform' | 'device' | 'time'> {
  values: Record<string, ResolvedValue['value']>;
}

/**
 * The values of a pack by device and time, in order; a value whose name is taken already begins another group.
 *
 * @throws PlatformError INVALID_PARAMETER for two units of one name: these are two quantities, and units are not uploaded
 */
export function groupValues(resolved: readonly ResolvedValue[]): SenmlGroup[] {
  const groups: SenmlGroup[] = [];
  const open = new Map<string, SenmlGroup>();
  const units = new Map<string, string>();
  for (const { platform, device, name, value, time, unit } of resolved) {
    if (unit !== undefined) checkUnit(units, JSON.stringify([platform, device, name]), name, unit);
    const key = JSON.stringify([platform, device, time]);
    let group = open.get(key);
    if (!group || Object.hasOwn(group.values, name)) {
      group = { platform, device, time, values: {} };
      open.set(key, group);
      groups.push(group);
    }
    // Not by assignment: "__proto__" is a name like any other.
    Object.defineProperty(group.values, name, { value, enumerable: true, writable: true, configurable: true });
  }
  return groups;
}

function checkUnit(units: Map<string, string>, key: string, name: string, unit: string): void {
  const before = units.get(key);
  if (before !== undefined && before !== unit)
    throw new PlatformError(
      'INVALID_PARAMETER',
      `the SenML pack holds "${name}" in two units (${before}, ${unit}), which would become one value: give them different names`,
    );
  units.set(key, unit);
}

/**
 * The values of one platform name their device; those of others go to the one device that the node stands for, so they
 * must all be of the same.
 *
 * @throws PlatformError INVALID_PARAMETER naming two of them
 */
export function checkForeign(groups: readonly SenmlGroup[], own: string): void {
  const foreign = groups.filter(({ platform, device }) => platform !== own && device !== undefined);
  const [first, other] = new Set(
    foreign.map(({ platform, device }) => (platform === undefined ? device : `${platform} ${device}`)),
  );
  if (other === undefined) return;
  throw new PlatformError(
    'INVALID_PARAMETER',
    `the SenML pack holds values of several devices that are not of this platform (${first}, ${other}), which would all go to the same device: split it first`,
  );
}
