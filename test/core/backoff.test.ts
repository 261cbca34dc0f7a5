import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import { backoffDelay } from '../../nodes/core/backoff';

const BOUNDS = { base: 1000, max: 60_000 };

describe('backoffDelay', () => {
  afterEach(() => sinon.restore());

  it('doubles its upper bound from base to max and stays there', () => {
    const highest = (): number => 1;
    const delays = [0, 1, 2, 3, 4, 5, 6, 7, 29, 30, 31, 1000, 1e9].map((n) => backoffDelay(n, BOUNDS, highest));
    assert.deepEqual(delays, [1000, 2000, 4000, 8000, 16000, 32000, ...Array<number>(7).fill(60_000)]);
  });

  it('spreads over the whole range from nothing to the bound', () => {
    assert.deepEqual(
      [0, 0.25, 0.5, 0.999].map((random) => backoffDelay(2, BOUNDS, () => random)),
      [0, 1000, 2000, 3996],
    );
  });

  it('takes its chance from Math.random', () => {
    const random = sinon.stub(Math, 'random').returns(0.5);
    assert.equal(backoffDelay(0, BOUNDS), 500);
    sinon.assert.calledOnce(random);
  });

  it('never exceeds a max below the base', () => {
    assert.equal(
      backoffDelay(0, { base: 1000, max: 300 }, () => 1),
      300,
    );
  });
});
