import type { Cursor } from '../../core/storage/cursor-store';
import type { XdpEvent } from './events';

/** Notes the newest offset of each source, over one connection. */
export interface OffsetKeeper {
  note(event: XdpEvent): void;
}

/**
 * What offset a Done event carries is not said; that of an event which has come is sure. But offsets are "optional", and
 * in the platform's only sample the recordings have none and the Done has one: a source of which events came, and none
 * with an offset, goes on from its Done.
 *
 * @param offsets is changed
 */
export function createOffsetKeeper(offsets: Cursor): OffsetKeeper {
  const withOffset = new Map<string, boolean>();

  return {
    note({ source, offset, storedDone }) {
      if (source === undefined) return;
      if (!storedDone) withOffset.set(source, offset !== undefined || withOffset.get(source) === true);
      if (offset === undefined) return;
      if (!storedDone || withOffset.get(source) === false) offsets[source] = offset;
    },
  };
}
