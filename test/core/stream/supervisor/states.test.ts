import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../../nodes/core/errors';
import { setUpStream } from './set-up';

describe('stream supervisor', () => {
  const { start, last, refuse, pass, settle, timers, states, words, outages, dialled } = setUpStream();

  it('connects at once, and never twice at a time', async () => {
    start();
    assert.equal(dialled.length, 1);
    await pass(9_999);
    assert.equal(dialled.length, 1);
  });

  describe('states', () => {
    it('come in order: connecting, replaying, connected, waiting with reason and time, connecting, closed', async () => {
      const stream = start();
      await settle();
      last().attempt.enter('replaying');
      last().attempt.enter('connected');
      await refuse(new PlatformError('ECONNRESET', 'cut'));
      assert.equal(states.at(-1)?.detail.error?.code, 'ECONNRESET');
      assert.equal(states.at(-1)?.detail.retryIn, 1000);
      await pass(1000);
      await stream.close();
      assert.deepEqual(words(), ['connecting', 'replaying', 'connected', 'waiting', 'connecting', 'closed']);
      assert.equal(stream.state, 'closed');
    });

    it('go on though a listener throws, of states and of outages', async () => {
      const told: string[] = [];
      const stream = start({
        onState: (state) => {
          if (state === 'waiting') throw new Error('a mistake of a listener');
        },
        onOutage: ({ message }) => {
          told.push(message);
          throw new Error('another one');
        },
      });
      await refuse(new PlatformError('ECONNREFUSED', 'refused'));
      await pass(1000);
      assert.equal(dialled.length, 2);
      assert.deepEqual(told, ['refused', 'a mistake of a listener']);
      await stream.close();
      assert.equal(stream.state, 'closed');
    });

    it('are told once, however often the connection says the same', async () => {
      start();
      await settle();
      for (let n = 0; n < 3; n++) last().attempt.enter('connected');
      assert.deepEqual(words(), ['connecting', 'connected']);
    });

    it('are never green again after the connection has been given up', async () => {
      const stream = start({}, false);
      await settle();
      await pass(10_000);
      last().attempt.enter('connected');
      assert.equal(stream.state, 'connecting');
      last().end();
      await settle();
      assert.equal(stream.state, 'waiting');
    });
  });

  describe('handshake', () => {
    it('is given up after its time, whatever trickles in', async () => {
      start();
      await settle();
      for (let second = 1; second < 10; second++) {
        await pass(1000);
        last().attempt.heard();
      }
      assert.equal(last().attempt.signal.aborted, false);
      await pass(1000);
      assert.equal(last().attempt.signal.aborted, true);
      assert.equal(outages[0]?.code, 'TIMEOUT');
      assert.match(String(outages[0]?.message), /10 s/);
    });

    it('once over, its limit is gone', async () => {
      start({ idleTimeout: 0 });
      await settle();
      last().attempt.enter('connected');
      await pass(1_000_000_000);
      assert.equal(last().attempt.signal.aborted, false);
      assert.equal(timers(), 0);
    });

    it('that fails by a synchronous throw is a failure like others', async () => {
      const stream = start({
        connect: () => {
          throw new Error('no such module');
        },
      });
      await settle();
      assert.equal(stream.state, 'waiting');
      assert.match(String(outages[0]?.message), /no such module/);
    });
  });

  describe('a silent peer', () => {
    it('counts as dead after the idle time, counted from the last sign of life', async () => {
      const stream = start();
      await settle();
      last().attempt.enter('connected');
      await pass(119_000);
      last().attempt.heard();
      await pass(119_999);
      assert.equal(last().attempt.signal.aborted, false);
      await pass(1);
      assert.equal(last().attempt.signal.aborted, true);
      assert.equal(outages[0]?.code, 'IDLE');
      assert.match(String(outages[0]?.message), /120 s/);
      assert.equal(stream.state, 'waiting');
    });

    it('is watched while it replays too', async () => {
      start();
      await settle();
      last().attempt.enter('replaying');
      await pass(60_000);
      last().attempt.enter('connected');
      await pass(60_000);
      assert.equal(outages[0]?.code, 'IDLE');
    });

    it('is called silent even by code that returns quietly when its signal fires', async () => {
      start({
        connect: (attempt) =>
          new Promise((resolve) => {
            attempt.enter('connected');
            attempt.signal.addEventListener('abort', () => resolve());
          }),
      });
      await pass(120_000);
      assert.deepEqual(
        outages.map(({ code }) => code),
        ['IDLE'],
      );
    });

    it('may be silent for a month when the limit says so', async () => {
      start({ idleTimeout: 30 * 86_400_000 });
      await settle();
      last().attempt.enter('connected');
      await pass(86_400_000);
      assert.equal(last().attempt.signal.aborted, false);
    });
  });
});
