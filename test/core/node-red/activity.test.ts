import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import { PlatformError } from '../../../nodes/core/errors';
import { type Activity, createActivity } from '../../../nodes/core/node-red/activity';
import { clockTime } from '../../../nodes/core/node-red/status';
import { fakeClock } from '../../support/clock';

describe('the status of a request node', () => {
  let clock: sinon.SinonFakeTimers;
  let shown: string[];
  let activity: Activity;

  beforeEach(() => {
    clock = fakeClock();
    shown = [];
    activity = createActivity({
      show: (word, detail) => void shown.push([word, detail].filter((each) => each !== undefined).join('|')),
      say: (look, text) => void shown.push(`${look}|${text}`),
      clear: () => void shown.push(''),
      close: () => undefined,
    });
  });
  afterEach(() => {
    const timers = clock.countTimers();
    sinon.restore();
    assert.equal(timers, 0);
  });

  const away = new PlatformError('ECONNREFUSED', 'away', { retryable: true });

  it('says when the last answer came, with its status where it has one', async () => {
    await activity.during(Promise.resolve({ statusCode: 204 }), ({ statusCode }) => statusCode);
    await activity.during(Promise.resolve({}));
    const time = clockTime();
    assert.deepEqual(shown, ['sending', `working|204 · ${time}`, 'sending', `answered|${time}`]);
  });

  it('says that it is tried again, why and when, in place of sending', async () => {
    let fail: (error: PlatformError) => void = () => undefined;
    const work = activity.during(new Promise((_, reject) => (fail = reject)));
    activity.retrying(away, 2000);
    assert.equal(shown.at(-1), `waiting|, retry at ${clockTime(Date.now() + 2000)}, ECONNREFUSED`);
    fail(away);
    await assert.rejects(work);
    assert.equal(shown.at(-1), 'disconnected|ECONNREFUSED');
    await activity.during(Promise.resolve({ statusCode: 200 }), ({ statusCode }) => statusCode);
    assert.match(shown.at(-1) ?? '', /^working\|200 · /);
  });

  it('says for how long there has been no answer, counted from the last try', async () => {
    let end: () => void = () => undefined;
    const work = activity.during(new Promise<void>((resolve) => (end = resolve)));
    await clock.tickAsync(10_000);
    assert.deepEqual(shown, ['sending', 'no answer for|5 s', 'no answer for|10 s']);
    activity.retrying(away, 20_000);
    await clock.tickAsync(20_000);
    assert.match(shown.at(-1) ?? '', /^waiting/);
    await clock.tickAsync(5000);
    assert.equal(shown.at(-1), 'no answer for|5 s');
    end();
    await work;
  });
});
