import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../../nodes/core/errors';
import { setUpStream } from './set-up';

describe('stream supervisor', () => {
  const { start, last, refuse, pass, settle, timers, states, words, outages } = setUpStream();

  describe('close', () => {
    const points: [title: string, prepare: () => Promise<unknown>][] = [
      ['before the first turn', async () => undefined],
      ['during the handshake', () => pass(5000)],
      ['while replaying', async () => last().attempt.enter('replaying')],
      ['while connected', async () => last().attempt.enter('connected')],
      ['in a wait', () => refuse()],
      ['in a wait for credentials', () => refuse(new PlatformError('UNAUTHORIZED', 'no'))],
      [
        'in the second handshake',
        async () => {
          await refuse();
          await pass(1500);
        },
      ],
    ];
    for (const [title, prepare] of points) {
      it(`${title} resolves, ends the connection and leaves nothing`, async () => {
        const stream = start();
        await prepare();
        const { attempt } = last();
        await stream.close();
        assert.equal(attempt.signal.aborted, true);
        assert.equal(stream.state, 'closed');
        assert.equal(timers(), 0);
        const count = states.length;
        await pass(1_000_000);
        assert.equal(states.length, count);
        assert.equal(words().filter((word) => word === 'closed').length, 1);
      });
    }

    it('is no outage', async () => {
      const stream = start();
      await settle();
      last().attempt.enter('connected');
      await stream.close();
      assert.deepEqual(outages, []);
    });

    it('waits until the code of the connection has returned', async () => {
      const stream = start({}, false);
      await settle();
      let closed = false;
      const closing = stream.close().then(() => {
        closed = true;
      });
      await pass(1000);
      assert.equal(closed, false);
      last().end();
      await closing;
    });

    it('leaves no timer to a connection that is heard of afterwards', async () => {
      const stream = start();
      const { attempt } = last();
      attempt.enter('connected');
      await stream.close();
      attempt.heard();
      assert.equal(timers(), 0);
    });

    it('may be called twice', async () => {
      const stream = start();
      await Promise.all([stream.close(), stream.close()]);
      assert.equal(words().filter((word) => word === 'closed').length, 1);
    });
  });
});
