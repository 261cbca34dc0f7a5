import { PlatformError } from '../errors';
import type { CursorKeeper, ValueStore } from '../storage/cursor-store';
import { abortable, deadline } from '../timing';
import { isDeleted } from './deleted';
import type { NodeScope } from './node';
import { checkContextStore } from './settings';
import { cursorPath } from './storage';

/**
 * Where a stream's cursor is kept: a file of its own, or the context store that the property `store` names. A node that is
 * deleted takes it along.
 *
 * @param scope what the cursor belongs to (`destinationKey`); with another account or stream an old one means nothing
 */
export function createNodeCursor(node: NodeScope, store: string, scope: string): CursorKeeper {
  if (store !== '') checkContextStore(node.RED, store);
  const { createCursorKeeper, isKeptCursor } =
    require('../storage/cursor-store') as typeof import('../storage/cursor-store');
  const { createFileStore } = require('../storage/file-store') as typeof import('../storage/file-store');
  const keeper = createCursorKeeper({
    store: store === '' ? createFileStore(cursorPath(node.RED, node.node.id), isKeptCursor) : contextStore(node, store),
    scope,
    onError: node.guard((error) => node.report(error)),
  });
  let deleted = false;
  node.onClose((removed) => {
    deleted = isDeleted(node, removed);
  });
  return {
    ...keeper,
    async close() {
      await keeper.close();
      // Last, or what is written while the node closes would bring it back.
      if (deleted) await keeper.forget();
    },
  };
}

const KEY = 'farfieldCursor';

/** A context store is somebody else's code, and may never call back. */
const CONTEXT_LIMIT = 30_000;

function contextStore({ node }: NodeScope, store: string): ValueStore {
  const context = node.context();
  const failed = (verb: string, reason: string, cause?: Error): PlatformError =>
    new PlatformError('STORAGE', `cannot ${verb} the context store "${store}": ${reason}`, { cause });
  const answered = async <T>(verb: string, ask: (done: (error: Error | null, value?: T) => void) => void) => {
    const limit = deadline(CONTEXT_LIMIT);
    const answer = new Promise<T | undefined>((resolve, reject) => {
      ask((error, value) => (error ? reject(failed(verb, error.message, error)) : resolve(value)));
    });
    try {
      return await abortable(answer, limit.signal);
    } catch (error) {
      if (!limit.signal.aborted) throw error;
      throw failed(verb, `it has not answered within ${CONTEXT_LIMIT / 1000} s`);
    } finally {
      limit.clear();
    }
  };
  const save = async (value: unknown): Promise<void> => {
    await answered('write', (done) => context.set(KEY, value, store, done));
  };
  return {
    load: () => answered<unknown>('read', (done) => context.get(KEY, store, done)),
    save,
    clear: () => save(undefined),
  };
}
