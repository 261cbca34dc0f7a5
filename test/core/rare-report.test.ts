import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import { PlatformError } from '../../nodes/core/errors';
import { createRareReport } from '../../nodes/core/rare-report';
import { fakeClock } from '../support/clock';

describe('A report of what happens again and again', () => {
  let clock: sinon.SinonFakeTimers;
  let told: string[];

  beforeEach(() => {
    clock = fakeClock();
    told = [];
  });
  afterEach(() => sinon.restore());

  const broken = (n: number): PlatformError => new PlatformError('INVALID_RESPONSE', `event ${n} is broken`);

  it('goes on though its listener throws: nobody would catch that in a timer', async () => {
    const report = createRareReport(({ message }) => {
      told.push(message);
      throw new Error('a mistake of a listener');
    });
    report.note(broken(1));
    report.note(broken(2));
    await clock.tickAsync(60_000);
    assert.deepEqual(told, ['event 1 is broken', 'event 2 is broken']);
    report.close();
  });

  it('comes at once, then once a minute with the number, and not at all when all is well', async () => {
    const report = createRareReport(({ message }) => told.push(message));
    for (let n = 0; n < 1800; n++) {
      report.note(broken(n));
      await clock.tickAsync(1000 / 15);
    }
    await clock.tickAsync(600_000);
    assert.equal(told.length, 3);
    assert.equal(told[0], 'event 0 is broken');
    assert.match(String(told[1]), /^event \d+ is broken; \d{3} like this since the last report$/);
    const counted = told.slice(1).reduce((sum, text) => sum + Number(/; (\d+) like/.exec(text)?.[1]), 1);
    assert.equal(counted, 1800);
    report.note(broken(7));
    assert.equal(told.at(-1), 'event 7 is broken');
    report.close();
    assert.equal(clock.countTimers(), 0);
  });

  it('keeps all that the error says, whatever it adds', () => {
    const errors: PlatformError[] = [];
    const report = createRareReport((error) => errors.push(error));
    const details = {
      statusCode: 503,
      operation: 'time',
      retryable: true,
      retryAfter: 2000,
      verdict: 'doubtful',
    } as const;
    report.note(new PlatformError('PLATFORM_ERROR', 'refused', details), 3);
    report.close();
    const [told] = errors;
    assert.deepEqual({ ...told }, { ...new PlatformError('PLATFORM_ERROR', '', details) });
    assert.equal(told?.message, 'refused; 3 like this');
  });

  it('counts what came together', () => {
    const report = createRareReport(({ message }) => told.push(message));
    report.note(broken(0), 12);
    report.note(broken(1), 5);
    report.close();
    assert.deepEqual(told, ['event 0 is broken; 12 like this', 'event 1 is broken; 5 like this since the last report']);
  });

  it('comes at the end for what has not been told yet', () => {
    const report = createRareReport(({ message }) => told.push(message));
    for (let n = 0; n < 3; n++) report.note(broken(n));
    report.close();
    assert.deepEqual(told, ['event 0 is broken', 'event 2 is broken; 2 like this since the last report']);
    assert.equal(clock.countTimers(), 0);
  });
});
