import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import { PlatformError } from '../../nodes/core/errors';
import {
  type StreamDetail,
  type StreamOptions,
  type StreamSession,
  type StreamState,
  type StreamSupervisor,
  superviseStream,
} from '../../nodes/core/stream-supervisor';
import { fakeClock } from '../support/clock';

/** A connection in the hands of the test. */
interface Dialled {
  session: StreamSession;
  /** The peer ends it in order. */
  end(): void;
  fail(error: unknown): void;
}

describe('stream supervisor', () => {
  let clock: sinon.SinonFakeTimers;
  let random: sinon.SinonStub<[], number>;
  let stream: StreamSupervisor | undefined;
  let states: { state: StreamState; detail: StreamDetail; at: number }[];
  let outages: PlatformError[];
  let dialled: Dialled[];

  beforeEach(() => {
    clock = fakeClock();
    // Every wait takes its upper bound.
    random = sinon.stub(Math, 'random').returns(1);
    states = [];
    outages = [];
    dialled = [];
    stream = undefined;
  });
  afterEach(async () => {
    await stream?.close();
    const timers = clock.countTimers();
    sinon.restore();
    assert.equal(timers, 0, 'no timer survives');
  });

  /** @param obedient the connection's code rejects as soon as its signal fires, as fetch and undici do */
  const start = (options: Partial<StreamOptions> = {}, obedient = true): void => {
    stream = superviseStream({
      connect: (session) =>
        new Promise((resolve, reject) => {
          dialled.push({ session, end: resolve, fail: reject });
          if (obedient) session.signal.addEventListener('abort', () => reject(new Error('aborted somewhere deep')));
        }),
      onState: (state, detail) => states.push({ state, detail, at: Date.now() }),
      onOutage: (error) => outages.push(error),
      backoff: { base: 1000, max: 60_000 },
      handshakeTimeout: 10_000,
      idleTimeout: 120_000,
      ...options,
    });
  };

  const last = (): Dialled => dialled.at(-1) as Dialled;
  const words = (): StreamState[] => states.map(({ state }) => state);
  const settle = (): Promise<number> => clock.tickAsync(0);
  const refuse = async (error: unknown = new PlatformError('ECONNREFUSED', 'refused')): Promise<void> => {
    last().fail(error);
    await settle();
  };

  /** Fails every connection at once; gives the waits between them. */
  const waits = async (count: number, error: unknown): Promise<number[]> => {
    const seen: number[] = [];
    for (let n = 0; n < count; n++) {
      await refuse(error);
      const { retryIn = 0 } = states.at(-1)?.detail ?? {};
      seen.push(retryIn);
      const dials = dialled.length;
      await clock.tickAsync(retryIn - 1);
      assert.equal(dialled.length, dials, 'not before its time');
      await clock.tickAsync(1);
      assert.equal(dialled.length, dials + 1);
    }
    return seen;
  };

  describe('states', () => {
    it('come in order: connecting, replaying, connected, waiting with reason and time, connecting, closed', async () => {
      start();
      await settle();
      last().session.enter('replaying');
      last().session.enter('connected');
      await refuse(new PlatformError('ECONNRESET', 'cut'));
      assert.equal(states.at(-1)?.detail.error?.code, 'ECONNRESET');
      assert.equal(states.at(-1)?.detail.retryIn, 1000);
      await clock.tickAsync(1000);
      await stream?.close();
      assert.deepEqual(words(), ['connecting', 'replaying', 'connected', 'waiting', 'connecting', 'closed']);
      assert.equal(stream?.state, 'closed');
    });

    it('are told once, however often the connection says the same', async () => {
      start();
      await settle();
      for (let n = 0; n < 3; n++) last().session.enter('connected');
      assert.deepEqual(words(), ['connecting', 'connected']);
    });

    it('are never green again after the connection has been given up', async () => {
      start({}, false);
      await settle();
      await clock.tickAsync(10_000);
      last().session.enter('connected');
      assert.equal(stream?.state, 'connecting');
      last().end();
      await settle();
      assert.equal(stream?.state, 'waiting');
    });

    it('connects at once, and never twice at a time', async () => {
      start();
      assert.equal(dialled.length, 1);
      await clock.tickAsync(9_999);
      assert.equal(dialled.length, 1);
    });
  });

  describe('handshake', () => {
    it('is given up after its time, whatever trickles in', async () => {
      start();
      await settle();
      for (let second = 1; second < 10; second++) {
        await clock.tickAsync(1000);
        last().session.heard();
      }
      assert.equal(last().session.signal.aborted, false);
      await clock.tickAsync(1000);
      assert.equal(last().session.signal.aborted, true);
      assert.equal(outages[0]?.code, 'TIMEOUT');
      assert.match(String(outages[0]?.message), /10 s/);
    });

    it('once over, its limit is gone', async () => {
      start({ idleTimeout: 0 });
      await settle();
      last().session.enter('connected');
      await clock.tickAsync(1_000_000_000);
      assert.equal(last().session.signal.aborted, false);
      assert.equal(clock.countTimers(), 0);
    });

    it('that fails by a synchronous throw is a failure like others', async () => {
      start({
        connect: () => {
          throw new Error('no such module');
        },
      });
      await settle();
      assert.equal(stream?.state, 'waiting');
      assert.match(String(outages[0]?.message), /no such module/);
    });
  });

  describe('a silent peer', () => {
    it('counts as dead after the idle time, counted from the last sign of life', async () => {
      start();
      await settle();
      last().session.enter('connected');
      await clock.tickAsync(119_000);
      last().session.heard();
      await clock.tickAsync(119_999);
      assert.equal(last().session.signal.aborted, false);
      await clock.tickAsync(1);
      assert.equal(last().session.signal.aborted, true);
      assert.equal(outages[0]?.code, 'IDLE');
      assert.match(String(outages[0]?.message), /120 s/);
      assert.equal(stream?.state, 'waiting');
    });

    it('is watched while it replays too', async () => {
      start();
      await settle();
      last().session.enter('replaying');
      await clock.tickAsync(60_000);
      last().session.enter('connected');
      await clock.tickAsync(60_000);
      assert.equal(outages[0]?.code, 'IDLE');
    });

    it('is called silent even by code that returns quietly when its signal fires', async () => {
      start({
        connect: (session) =>
          new Promise((resolve) => {
            session.enter('connected');
            session.signal.addEventListener('abort', () => resolve());
          }),
      });
      await clock.tickAsync(120_000);
      assert.deepEqual(
        outages.map(({ code }) => code),
        ['IDLE'],
      );
    });

    it('may be silent for a month when the limit says so', async () => {
      start({ idleTimeout: 30 * 86_400_000 });
      await settle();
      last().session.enter('connected');
      await clock.tickAsync(86_400_000);
      assert.equal(last().session.signal.aborted, false);
    });
  });

  describe('waits', () => {
    it('grow from one second to the bound, for ever, the first connection included', async () => {
      start();
      await settle();
      const seen = await waits(9, new PlatformError('ECONNREFUSED', 'refused'));
      assert.deepEqual(seen, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    });

    it('are spread by chance', async () => {
      random.returns(0.3);
      start();
      await settle();
      assert.deepEqual(await waits(3, new PlatformError('ECONNREFUSED', 'refused')), [300, 600, 1200]);
    });

    it('are long from the first when credentials are refused, and the state says so', async () => {
      for (const code of ['UNAUTHORIZED', 'FORBIDDEN']) {
        start();
        await settle();
        assert.deepEqual(await waits(3, new PlatformError(code, 'no')), [60_000, 60_000, 60_000]);
        assert.equal(words().filter((word) => word === 'unauthorized').length, 3);
        assert.equal(words().includes('waiting'), false);
        await stream?.close();
        states = [];
      }
    });

    it('are as long as the platform asks for', async () => {
      start();
      await settle();
      assert.deepEqual(await waits(1, new PlatformError('RATE_LIMITED', 'slow', { retryAfter: 90_000 })), [90_000]);
    });

    it('are not shortened by a Retry-After of nothing', async () => {
      start();
      await settle();
      assert.deepEqual(await waits(2, new PlatformError('RATE_LIMITED', 'slow', { retryAfter: 0 })), [1000, 2000]);
    });

    it('do not turn into a storm of requests when the platform asks for a month', async () => {
      start();
      await settle();
      await refuse(new PlatformError('RATE_LIMITED', 'slow', { retryAfter: 30 * 86_400_000 }));
      await clock.tickAsync(3_600_000);
      assert.equal(dialled.length, 1);
    });

    it('are short again after a connection that did its work', async () => {
      start();
      await settle();
      await waits(5, new PlatformError('ECONNREFUSED', 'refused'));
      last().session.enter('connected');
      last().session.progressed();
      assert.deepEqual(await waits(2, new PlatformError('ECONNRESET', 'cut')), [1000, 2000]);
    });

    it('go on growing when the server accepts and drops at once', async () => {
      start();
      await settle();
      const seen: number[] = [];
      for (let n = 0; n < 4; n++) {
        last().session.enter('connected');
        seen.push(...(await waits(1, new PlatformError('ECONNRESET', 'cut'))));
      }
      assert.deepEqual(seen, [1000, 2000, 4000, 8000]);
    });
  });

  describe('an outage', () => {
    it('is reported once, at its first failure, however long it lasts and whatever its errors', async () => {
      start();
      await settle();
      await waits(1, new PlatformError('ECONNREFUSED', 'first'));
      await waits(5, new PlatformError('TIMEOUT', 'later'));
      await waits(2, new PlatformError('UNAUTHORIZED', 'later'));
      assert.deepEqual(
        outages.map(({ message }) => message),
        ['first'],
      );
    });

    it('is reported once also when the server accepts and drops at once', async () => {
      start();
      await settle();
      for (let n = 0; n < 5; n++) {
        last().session.enter('replaying');
        last().end();
        await settle();
        await clock.tickAsync(states.at(-1)?.detail.retryIn ?? 0);
      }
      assert.deepEqual(
        outages.map(({ code }) => code),
        ['DISCONNECTED'],
      );
    });

    it('is reported again when there was work in between', async () => {
      start();
      await settle();
      await waits(2, new PlatformError('ECONNREFUSED', 'first'));
      last().session.enter('connected');
      await clock.tickAsync(10_000);
      last().session.progressed();
      await waits(2, new PlatformError('ECONNREFUSED', 'second'));
      assert.deepEqual(
        outages.map(({ message }) => message),
        ['first', 'second'],
      );
    });

    it('is reported once in ten seconds when the server sends one event and drops, again and again', async () => {
      start();
      await settle();
      const began = Date.now();
      while (Date.now() - began < 60_000) {
        last().session.enter('connected');
        last().session.progressed();
        await clock.tickAsync(100);
        await waits(1, new PlatformError('ECONNRESET', 'flapping'));
      }
      assert.ok(outages.length > 1 && outages.length <= 7, `${outages.length} reports in a minute`);
    });

    it('is none when the platform closes in order and takes the connection again', async () => {
      start();
      await settle();
      for (let n = 0; n < 3; n++) {
        last().session.enter('connected');
        last().session.progressed();
        last().end();
        await settle();
        assert.equal(states.at(-1)?.detail.error?.code, 'DISCONNECTED');
        await clock.tickAsync(1000);
      }
      assert.deepEqual(outages, []);
    });
  });

  describe('close', () => {
    const points: [title: string, prepare: () => Promise<unknown>][] = [
      ['before the first turn', async () => undefined],
      ['during the handshake', () => clock.tickAsync(5000)],
      ['while replaying', async () => last().session.enter('replaying')],
      ['while connected', async () => last().session.enter('connected')],
      ['in a wait', () => refuse()],
      ['in a wait for credentials', () => refuse(new PlatformError('UNAUTHORIZED', 'no'))],
      [
        'in the second handshake',
        async () => {
          await refuse();
          await clock.tickAsync(1500);
        },
      ],
    ];
    for (const [title, prepare] of points) {
      it(`${title} resolves, ends the connection and leaves nothing`, async () => {
        start();
        await prepare();
        const { session } = last();
        await stream?.close();
        assert.equal(session.signal.aborted, true);
        assert.equal(stream?.state, 'closed');
        assert.equal(clock.countTimers(), 0);
        const count = states.length;
        await clock.tickAsync(1_000_000);
        assert.equal(states.length, count);
        assert.equal(words().filter((word) => word === 'closed').length, 1);
      });
    }

    it('is no outage', async () => {
      start();
      await settle();
      last().session.enter('connected');
      await stream?.close();
      assert.deepEqual(outages, []);
    });

    it('waits until the code of the connection has returned', async () => {
      start({}, false);
      await settle();
      let closed = false;
      const closing = stream?.close().then(() => {
        closed = true;
      });
      await clock.tickAsync(1000);
      assert.equal(closed, false);
      last().end();
      await closing;
    });

    it('leaves no timer to a connection that is heard of afterwards', async () => {
      start();
      const { session } = last();
      session.enter('connected');
      await stream?.close();
      session.heard();
      assert.equal(clock.countTimers(), 0);
    });

    it('may be called twice', async () => {
      start();
      await Promise.all([stream?.close(), stream?.close()]);
      assert.equal(words().filter((word) => word === 'closed').length, 1);
    });
  });
});
