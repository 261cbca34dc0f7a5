import type { ResolvedValue } from './senml';

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
