import { strict as assert } from 'node:assert';
import { safely, silently } from '../../nodes/core/safely';

describe('a callback that somebody else has given', () => {
  const broken = (): never => {
    throw new Error('a mistake of a listener');
  };

  it('may throw: that is told and goes no further', () => {
    const told: string[] = [];
    safely(broken, ({ message }) => told.push(message))();
    assert.deepEqual(told, ['a mistake of a listener']);
  });

  it('may throw, and so may the one who is told', () => {
    safely(broken, broken)();
    silently(broken)();
  });

  it('gets its arguments, and may be missing', () => {
    const got: unknown[] = [];
    silently((...args: [number, string]) => got.push(...args))(1, 'two');
    silently(undefined)();
    assert.deepEqual(got, [1, 'two']);
  });
});
