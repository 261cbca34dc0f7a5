import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import { PlatformError } from '../../../nodes/core/errors';
import {
  type Cursor,
  type CursorKeeper,
  createCursorKeeper,
  type ValueStore,
} from '../../../nodes/core/storage/cursor-store';
import { destinationKey } from '../../../nodes/core/storage/destination';
import { fakeClock } from '../../support/clock';

const SCOPE = destinationKey('https://xdp.example/api', 'farm', 'recordings');
const ORCHARD = destinationKey('https://xdp.example/api', 'orchard', 'recordings');

describe('cursor keeper', () => {
  let clock: sinon.SinonFakeTimers;
  let saves: { at: number; value: unknown }[];
  let errors: PlatformError[];
  let store: sinon.SinonStubbedInstance<ValueStore>;

  beforeEach(() => {
    clock = fakeClock();
    saves = [];
    errors = [];
    store = {
      load: sinon.stub(),
      save: sinon.stub<[value: unknown], Promise<void>>().callsFake(async (value) => {
        saves.push({ at: Date.now(), value: structuredClone(value) });
      }),
      clear: sinon.stub<[], Promise<void>>().resolves(),
    };
  });
  afterEach(() => sinon.restore());

  const keep = (): CursorKeeper => createCursorKeeper({ store, scope: SCOPE, onError: (error) => errors.push(error) });

  const saved = (): unknown => (saves.at(-1)?.value as { cursor?: unknown } | undefined)?.cursor;

  describe('load', () => {
    /** What a keeper of that scope writes. */
    const kept = async (cursor: Cursor, scope = SCOPE): Promise<Record<string, unknown>> => {
      const keeper = createCursorKeeper({ store, scope, onError: assert.fail });
      keeper.touch(cursor);
      await keeper.close();
      return saves.at(-1)?.value as Record<string, unknown>;
    };

    it('gives the cursor of its own scope', async () => {
      store.load.resolves(await kept({ a: '1', b: '9007199254740993' }));
      assert.deepEqual(await keep().load(), { cursor: { a: '1', b: '9007199254740993' } });
    });

    it('gives none where there is none', async () => {
      store.load.resolves(undefined);
      assert.deepEqual(await keep().load(), {});
    });

    it('gives one that was kept empty, which is not none', async () => {
      store.load.resolves(await kept({}));
      assert.deepEqual(await keep().load(), { cursor: {} });
    });

    it('gives that of a server whose name is spelt differently', async () => {
      store.load.resolves(await kept({ a: '1' }, destinationKey('https://XDP.example:443/api/', 'farm', 'recordings')));
      assert.deepEqual(await keep().load(), { cursor: { a: '1' } });
    });

    it('says so when it is that of another server, namespace or stream', async () => {
      store.load.resolves(await kept({ a: '1' }, ORCHARD));
      const { cursor, lost } = await keep().load();
      assert.equal(cursor, undefined);
      assert.equal(lost?.code, 'OTHER_DESTINATION');
      assert.match(String(lost?.message), /orchard.*farm/);
    });

    it('says so when it is damaged in any way, and sets it aside', async () => {
      const whole = await kept({ a: '9007199254740993' });
      const damages: unknown[] = [7, 'x', [], {}, { scope: SCOPE }, { ...whole, cursor: [] }, { ...whole, check: '0' }];
      damages.push({ ...whole, cursor: { a: '9007199254740992' } }, { ...whole, cursor: { a: 9007199254740992 } });
      damages.push({ ...whole, scope: ORCHARD }, { ...whole, farfield: 'other' });
      for (const value of damages) {
        const setAside = sinon.stub().resolves('/aside.json');
        const keeper = createCursorKeeper({ store: { ...store, setAside }, scope: SCOPE, onError: assert.fail });
        store.load.resolves(value);
        const { cursor, lost } = await keeper.load();
        assert.equal(cursor, undefined);
        assert.equal(lost?.code, 'DAMAGED', JSON.stringify(value));
        assert.match(String(lost?.message), /aside\.json/);
        sinon.assert.calledOnce(setAside);
      }
    });

    it('says so when the store cannot be read', async () => {
      store.load.rejects(new PlatformError('STORAGE', 'unreadable'));
      const { cursor, lost } = await keep().load();
      assert.equal(cursor, undefined);
      assert.equal(lost?.code, 'STORAGE');
    });
  });

  describe('touch', () => {
    it('writes cursor and scope after the flow had time to take the messages', async () => {
      const keeper = keep();
      keeper.touch({ a: '1' });
      await clock.tickAsync(40);
      assert.equal(saves.length, 0);
      await clock.tickAsync(20);
      assert.deepEqual(saved(), { a: '1' });
      assert.equal((saves[0]?.value as { scope: string } | undefined)?.scope, SCOPE);
      await keeper.close();
    });

    it('writes what stood there when it was called, not what came after', async () => {
      const keeper = keep();
      const cursor = { a: '1' };
      keeper.touch(cursor);
      cursor.a = '2';
      await clock.tickAsync(200);
      assert.deepEqual(saved(), { a: '1' });
      await keeper.close();
    });

    it('does not wear out the card: about one write a second however fast events come', async () => {
      const keeper = keep();
      for (let ms = 0; ms < 60_000; ms += 5) {
        keeper.touch({ a: String(ms) });
        await clock.tickAsync(5);
      }
      const gaps = saves.slice(1).map(({ at }, index) => at - (saves[index]?.at ?? 0));
      assert.ok(Math.min(...gaps) >= 1000, `${Math.min(...gaps)} ms between two writes`);
      await keeper.close();
    });

    it('is on disk about a second later, for a kill to repeat no more than that', async () => {
      const keeper = keep();
      for (let ms = 0; ms < 20_000; ms += 5) {
        keeper.touch({ a: String(ms) });
        await clock.tickAsync(5);
        const written = Number((saved() as { a?: string } | undefined)?.a ?? 0);
        assert.ok(ms - written <= 1100, `at ${ms} ms the store held ${written}`);
      }
      await keeper.close();
    });

    it('writes nothing while nothing happens', async () => {
      const keeper = keep();
      keeper.touch({ a: '1' });
      await clock.tickAsync(60_000);
      assert.equal(saves.length, 1);
      assert.equal(clock.countTimers(), 0);
      await keeper.close();
    });

    it('never writes twice at a time, however slow the store', async () => {
      let running = 0;
      store.save.callsFake(async () => {
        assert.equal(++running, 1);
        await new Promise((resolve) => setTimeout(resolve, 5000));
        running--;
      });
      const keeper = keep();
      for (let ms = 0; ms < 30_000; ms += 100) {
        keeper.touch({ a: String(ms) });
        await clock.tickAsync(100);
      }
      const closing = keeper.close();
      await clock.tickAsync(20_000);
      await closing;
    });

    it('reports a store that fails once, goes on trying, and reports the next trouble again', async () => {
      const keeper = keep();
      const full = new PlatformError('STORAGE', 'disk full');
      const work = async (seconds: number): Promise<void> => {
        for (let n = 0; n < seconds * 2; n++) {
          keeper.touch({ a: String(Date.now()) });
          await clock.tickAsync(500);
        }
      };
      store.save.rejects(full);
      await work(30);
      assert.deepEqual(errors, [full]);
      store.save.callsFake(async (value) => void saves.push({ at: Date.now(), value }));
      await work(5);
      assert.ok(saves.length > 0);
      store.save.rejects(full);
      await work(5);
      assert.deepEqual(errors, [full, full]);
      await keeper.close();
    });

    it('writes what could not be written as soon as the disk has room again, though nothing new comes', async () => {
      const keeper = keep();
      store.save.onFirstCall().rejects(new PlatformError('STORAGE', 'disk full'));
      keeper.touch({ a: '1' });
      await clock.tickAsync(3000);
      assert.deepEqual(saved(), { a: '1' });
      assert.equal(clock.countTimers(), 0);
      await keeper.close();
    });

    it('never puts what could not be written in the place of something newer', async () => {
      const keeper = keep();
      store.save.onFirstCall().callsFake(async () => {
        keeper.touch({ a: '2' });
        throw new PlatformError('STORAGE', 'disk full');
      });
      keeper.touch({ a: '1' });
      await clock.tickAsync(5000);
      assert.deepEqual(
        saves.map(({ value }) => (value as { cursor: unknown }).cursor),
        [{ a: '2' }],
      );
      await keeper.close();
    });

    it('survives a store that throws something else', async () => {
      store.save.callsFake(() => {
        throw new Error('store is gone');
      });
      const keeper = keep();
      keeper.touch({ a: '1' });
      await clock.tickAsync(1000);
      assert.equal(errors.length, 1);
      assert.ok(errors[0] instanceof PlatformError);
      await keeper.close();
    });
  });

  describe('close', () => {
    it('writes what is not written yet, without its waits', async () => {
      const keeper = keep();
      keeper.touch({ a: '1' });
      await clock.tickAsync(400);
      keeper.touch({ a: '2' });
      await keeper.close();
      assert.deepEqual(saved(), { a: '2' });
      assert.equal(clock.countTimers(), 0);
    });

    it('writes a cursor that is waiting to settle', async () => {
      const keeper = keep();
      keeper.touch({ a: '1' });
      await keeper.close();
      assert.deepEqual(saved(), { a: '1' });
    });

    it('writes the newest when one came in while another was being written', async () => {
      let finish = (): void => undefined;
      store.save.onFirstCall().callsFake(
        () =>
          new Promise((resolve) => {
            finish = resolve;
          }),
      );
      const keeper = keep();
      keeper.touch({ a: '1' });
      await clock.tickAsync(150);
      keeper.touch({ a: '2' });
      const closing = keeper.close();
      finish();
      await closing;
      assert.deepEqual(saved(), { a: '2' });
    });

    it('writes what failed before, once more', async () => {
      const keeper = keep();
      store.save.onFirstCall().rejects(new PlatformError('STORAGE', 'disk full'));
      keeper.touch({ a: '1' });
      await clock.tickAsync(100);
      assert.equal(saves.length, 0);
      await keeper.close();
      assert.deepEqual(saved(), { a: '1' });
    });

    it('ends though the disk stays full', async () => {
      const keeper = keep();
      store.save.rejects(new PlatformError('STORAGE', 'disk full'));
      keeper.touch({ a: '1' });
      await keeper.close();
      assert.equal(errors.length, 1);
      assert.equal(clock.countTimers(), 0);
    });

    it('writes nothing when there is nothing new', async () => {
      const keeper = keep();
      keeper.touch({ a: '1' });
      await clock.tickAsync(5000);
      await keeper.close();
      await keeper.close();
      assert.equal(saves.length, 1);
    });
  });
});
