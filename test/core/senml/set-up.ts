import type { SenmlRecord } from '../../../nodes/core/senml/pack';
import { fromSenml } from '../../../nodes/core/senml/reader';

/** What `resolve` takes for now. */
export const NOW = Date.UTC(2026, 5, 1, 12, 0, 0);

export function resolve(pack: unknown): ReturnType<typeof fromSenml> {
  return fromSenml(pack as SenmlRecord[], () => NOW);
}
