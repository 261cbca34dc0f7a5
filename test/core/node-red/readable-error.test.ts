import { strict as assert } from 'node:assert';
import { util } from '@node-red/util';
import { PlatformError, toPlatformError } from '../../../nodes/core/errors';
import { readableError } from '../../../nodes/core/node-red/readable-error';

const WORDS = '"time" must be a time, but is "noon"';

describe('an error as Node-RED tells it', () => {
  const error = new PlatformError('INVALID_PARAMETER', WORDS, { operation: 'setTime' });

  it('is its words alone in the log', () => {
    assert.equal(`${readableError(error)}`, WORDS);
  });

  it('is its words alone in the debug sidebar, with nothing to unfold', () => {
    const encoded = util.encodeObject({ msg: readableError(error) } as never) as { msg: unknown };
    assert.equal(JSON.parse(JSON.stringify(encoded.msg)), WORDS);
  });

  it('has message, code and cause for a Catch node, and no stack', () => {
    const cause = new Error('below');
    const told = readableError(new PlatformError('TIMEOUT', 'too late', { cause }));
    assert.equal(String(told), 'too late');
    assert.equal((told as PlatformError).code, 'TIMEOUT');
    assert.equal((told as PlatformError).cause, cause);
    assert.ok(!('stack' in told));
  });

  it('keeps the stack of what nobody foresaw', () => {
    const mistake = toPlatformError(new TypeError('x is not a function'));
    assert.equal(readableError(mistake), mistake);
    assert.match(String((mistake.cause as Error).stack), /readable-error/);
  });
});
