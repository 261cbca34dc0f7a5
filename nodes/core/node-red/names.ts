import { toPlatformError } from '../errors';
import { monotonicNow } from '../timing';
import type { PickItem } from './account-type';
import type { NodeScope } from './node';

/** What people call devices or sensors, by their ids. */
export interface Names {
  /** undefined: it has no name, or is not known yet. */
  of(id: string): string | undefined;
}

/** Milliseconds between two looks at what the platform has. */
const PAUSE = 600_000;

/**
 * Names as the platform's pick list has them, looked up beside the stream: nothing waits for them. Asked for when an id
 * comes that is not known, every ten minutes at the most, since a device may be new, or named later.
 */
export function createNames(
  { node, onClose }: Pick<NodeScope, 'node' | 'onClose'>,
  load: () => Promise<readonly PickItem[]>,
): Names {
  let names: ReadonlyMap<string, string> = new Map();
  let asked = Number.NEGATIVE_INFINITY;
  let closed = false;
  onClose(() => {
    closed = true;
  });

  const ask = (): void => {
    asked = monotonicNow();
    load().then(
      (items) => {
        names = new Map(items.map(({ value, label = '' }) => [value, label]));
      },
      // A message says all that is measured without a name too.
      (thrown) => closed || node.log(`the names of devices cannot be looked up: ${toPlatformError(thrown).message}`),
    );
  };

  return {
    of(id) {
      const name = names.get(id);
      if (name === undefined && !closed && monotonicNow() - asked > PAUSE) ask();
      return name === '' ? undefined : name;
    },
  };
}
