import { strict as assert } from 'node:assert';
import type sinon from 'sinon';
import { PlatformError } from '../../../nodes/core/errors';
import { createOutageDesk } from '../../../nodes/core/node-red/outage-desk';
import { fakeClock } from '../../support/clock';

describe('outage desk', () => {
  let clock: sinon.SinonFakeTimers;

  beforeEach(() => {
    clock = fakeClock();
  });
  afterEach(() => clock.restore());

  const away = new PlatformError('ECONNREFUSED', 'away', { retryable: true });

  it('says once how long an outage lasted, from when it was told first', () => {
    const lasted: number[] = [];
    const desk = createOutageDesk((ms) => lasted.push(ms));
    desk.over();
    assert.deepEqual(lasted, []);
    assert.equal(desk.lasting, undefined);
    assert.equal(desk.isNew('a', away), true);
    clock.tick(600_000);
    assert.equal(desk.isNew('b', away), true);
    clock.tick(120_000);
    assert.equal(desk.lasting, 720_000);
    desk.over();
    desk.over();
    assert.deepEqual(lasted, [720_000]);
    assert.equal(desk.lasting, undefined);
  });
});
