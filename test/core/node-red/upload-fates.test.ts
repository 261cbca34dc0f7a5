import { strict as assert } from 'node:assert';
import type { NodeDef } from 'node-red';
import type { NodeScope } from '../../../nodes/core/node-red/node';
import { createOrphan } from '../../../nodes/core/node-red/upload-fates';

describe('messages of an earlier run', () => {
  it('of one batch get an answer of their own each: a flow may change what it gets', () => {
    const out: { topic?: string; payload: { status: string } }[] = [];
    const scope = {
      RED: { util: { cloneMessage: structuredClone } },
      node: { send: (message: never) => out.push(message) },
      guard: (callback: unknown) => callback,
    } as unknown as NodeScope<NodeDef>;
    const orphan = createOrphan(scope, 'postRecordings');
    const answer = { payload: { status: 'ACCEPTED' }, statusCode: 202 };
    for (const topic of ['a', 'b']) orphan(() => ({ topic })).accepted(answer as never);
    const [first, second] = out;
    if (first) first.payload.status = 'changed by a flow';
    assert.deepEqual(second, {
      topic: 'b',
      payload: { status: 'ACCEPTED' },
      statusCode: 202,
      operation: 'postRecordings',
    });
  });
});
