import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import { PlatformError } from '../../../../nodes/core/errors';
import {
  type Attempt,
  type StreamDetail,
  type StreamOptions,
  type StreamState,
  type StreamSupervisor,
  superviseStream,
} from '../../../../nodes/core/stream/supervisor';
import { nextTurn } from '../../../../nodes/core/timing';
import { fakeClock } from '../../../support/clock';

/** A connection in the hands of the test. */
export interface Dialled {
  attempt: Attempt;
  /** The peer ends it in order. */
  end(): void;
  fail(error: unknown): void;
}

/** A supervised stream whose connections and clock are in the hands of the test. */
export interface StreamSetUp {
  /** @param obedient the connection's code rejects as soon as its signal fires, as fetch and undici do */
  start(options?: Partial<StreamOptions>, obedient?: boolean): StreamSupervisor;
  /** The newest connection. */
  last(): Dialled;
  /** Fails the newest connection. */
  refuse(error?: unknown): Promise<void>;
  /** Fails every connection at once; gives the waits between them. */
  waits(count: number, error: unknown): Promise<number[]>;
  /** Waits take this part of their upper bound; all of it unless said otherwise. */
  chance(part: number): void;
  /** Lets milliseconds pass. */
  pass(ms: number): Promise<number>;
  /** Lets everything happen that needs no time. */
  settle(): Promise<number>;
  /** Sets the time of day. */
  setClock(now: number): void;
  timers(): number;
  /** Empty when a test begins, as are the others. */
  states: { state: StreamState; detail: StreamDetail }[];
  words(): StreamState[];
  outages: PlatformError[];
  dialled: Dialled[];
}

/** To be called in a `describe`. After each test every stream is closed, and no timer may be left. */
export function setUpStream(): StreamSetUp {
  let clock: sinon.SinonFakeTimers;
  let random: sinon.SinonStub<[], number>;
  let streams: StreamSupervisor[];
  const states: StreamSetUp['states'] = [];
  const outages: PlatformError[] = [];
  const dialled: Dialled[] = [];

  beforeEach(() => {
    clock = fakeClock();
    random = sinon.stub(Math, 'random').returns(1);
    streams = [];
    for (const list of [states, outages, dialled]) list.length = 0;
  });
  afterEach(async () => {
    for (const stream of streams) await stream.close();
    const timers = clock.countTimers();
    sinon.restore();
    assert.equal(timers, 0, 'no timer survives');
  });

  const last = (): Dialled => dialled.at(-1) as Dialled;
  const settle = (): Promise<number> => clock.tickAsync(0);
  const refuse = async (error: unknown = new PlatformError('ECONNREFUSED', 'refused')): Promise<void> => {
    last().fail(error);
    await settle();
  };

  return {
    start(options = {}, obedient = true) {
      const stream = superviseStream({
        connect: (attempt) =>
          new Promise((resolve, reject) => {
            dialled.push({ attempt, end: resolve, fail: reject });
            if (obedient) attempt.signal.addEventListener('abort', () => reject(new Error('aborted somewhere deep')));
          }),
        onState: (state, detail) => states.push({ state, detail }),
        onOutage: (error) => outages.push(error),
        backoff: { base: 1000, max: 60_000 },
        handshakeTimeout: 10_000,
        idleTimeout: 120_000,
        ...options,
      });
      streams.push(stream);
      return stream;
    },
    last,
    refuse,
    async waits(count, error) {
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
    },
    chance: (part) => void random.returns(part),
    async pass(ms) {
      const now = await clock.tickAsync(ms);
      // A peer that seems to be dead is looked at for some turns of the real event loop.
      for (let turn = 0; turn < 10; turn++) await nextTurn();
      await settle();
      return now;
    },
    settle,
    setClock: (now) => clock.setSystemTime(now),
    timers: () => clock.countTimers(),
    states,
    words: () => states.map(({ state }) => state),
    outages,
    dialled,
  };
}
