import { PlatformError } from '../core/errors';
import { EVENT_TYPES } from './streams';

/** @throws PlatformError for a name that no stream has: it would filter everything out in silence */
export function eventTypesSetting(names: readonly string[]): ReadonlySet<string> {
  const known = Object.values(EVENT_TYPES).flat();
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new PlatformError('INVALID_CONFIGURATION', `"eventTypes" holds "${unknown}"; xDP has: ${known.join(', ')}`);
  }
  return new Set(names);
}
