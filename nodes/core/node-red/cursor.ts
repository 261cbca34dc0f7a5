import { join } from 'node:path';
import { type CursorKeeper, createCursorKeeper, createFileStore, type ValueStore } from '../cursor-store';
import { PlatformError } from '../errors';
import type { NodeScope } from './node';
import { checkContextStore } from './settings';
import { storageFolder } from './storage';

/**
 * Where a stream's cursor is kept: a file of its own, or the context store that the property `store` names.
 *
 * @param scope what the cursor belongs to; with another account or stream an old cursor means nothing
 */
export function createNodeCursor(node: NodeScope, store: string, scope: string): CursorKeeper {
  if (store !== '') checkContextStore(node.RED, store);
  return createCursorKeeper({
    store: store === '' ? createFileStore(cursorPath(node)) : contextStore(node, store),
    scope,
    onError: node.guard((error) => node.report(error)),
  });
}

function cursorPath({ RED, node }: NodeScope): string {
  return join(storageFolder(RED), 'cursors', `${node.id}.json`);
}

const KEY = 'farfieldCursor';

function contextStore({ node }: NodeScope, store: string): ValueStore {
  const context = node.context();
  const failed = (verb: string, cause: Error): PlatformError =>
    new PlatformError('STORAGE', `cannot ${verb} the context store "${store}": ${cause.message}`, { cause });
  const save = (value: unknown): Promise<void> =>
    new Promise((resolve, reject) => {
      context.set(KEY, value, store, (error: Error | null) => (error ? reject(failed('write', error)) : resolve()));
    });
  return {
    load: () =>
      new Promise((resolve, reject) => {
        context.get(KEY, store, (error: Error | null, value: unknown) =>
          error ? reject(failed('read', error)) : resolve(value),
        );
      }),
    save,
    clear: () => save(undefined),
  };
}
