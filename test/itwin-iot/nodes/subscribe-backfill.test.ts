import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deploy, runtime, sensor, simulator, start, stored } from '../../support/itwin-node';
import { connected, id, observe, sensorNamed, testSubscribe, timesOf } from '../../support/itwin-subscribe';
import { until } from '../../support/until';

describe('itwin-iot-subscribe', () => {
  testSubscribe();

  it('begins live where it has no cursor', async () => {
    await start({}, { stored: 10 });
    await connected();
    const time = observe(1);
    await runtime.messages('out', 1);
    assert.deepEqual(timesOf(sensor()), [time]);
  });

  it('fetches what came during an outage even when nothing had come before', async () => {
    await start({ ids: [sensorNamed(1), sensorNamed(2)] }, { stored: 10 });
    await connected();
    await simulator.faults.refuse();
    await runtime.status(id(), 'waiting');
    const times = [observe(1), observe(2)];
    await simulator.faults.listenAgain();
    const messages = await runtime.messages('out', 2);
    await connected();
    assert.deepEqual(timesOf(sensor()), times);
    assert.ok(messages.every(({ replayed }) => replayed === true));
  });

  it('goes on from its file after a restart, with what was missed once and marked as replayed', async () => {
    await start();
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    await runtime.stop();
    const file = join(runtime.userDir, `farfield/cursors/${id()}.json`);
    const { cursor } = JSON.parse(await readFile(file, 'utf8')) as { cursor: Record<string, string> };
    assert.deepEqual(cursor, { [sensor()]: stored(sensor())[0] });
    const missed = [observe(2), observe(3)];
    await deploy();
    await connected();
    const live = observe(4);
    const messages = await runtime.messages('out', 3);
    assert.deepEqual(timesOf(sensor()), [...missed, live]);
    assert.deepEqual(
      messages.map(({ replayed }) => replayed),
      [true, true, undefined],
    );
  });

  it('fetches after a restart what came for a sensor that had never observed anything', async () => {
    const ids = [sensorNamed(1), sensorNamed(2)];
    await start({ ids });
    await connected();
    await runtime.stop();
    const missed = observe(1, 2);
    await deploy({ ids });
    const [message] = await runtime.messages('out', 1);
    assert.deepEqual(timesOf(sensor(2)), [missed]);
    assert.equal(message?.replayed, true);
  });

  it('writes down where one sensor stands while another is refused and nothing new comes', async () => {
    await start({ ids: [sensorNamed(1), '/fn/unknown/sensor'] });
    await runtime.status(id(), 'only 1 of 2 sensors');
    const file = join(runtime.userDir, `farfield/cursors/${id()}.json`);
    await until('it is written', () => existsSync(file));
    const { cursor } = JSON.parse(await readFile(file, 'utf8')) as { cursor: Record<string, string> };
    assert.deepEqual(Object.keys(cursor), [sensor()]);
  });

  it('loses nothing by stops in the middle of a back-fill whose answers come newest first', async function () {
    this.timeout(60_000);
    await start({}, { chunkSize: 100, dataOrder: 'descending' });
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    await runtime.stop();
    simulator.burst(1000, sensor());
    const got = new Set<string>();
    for (let stop = 0; stop < 3; stop++) {
      await deploy();
      await runtime.messages('out', 300);
      await runtime.stop();
      for (const time of timesOf(sensor())) got.add(time);
    }
    await deploy();
    await until('all has come', () => {
      for (const time of timesOf(sensor())) got.add(time);
      return got.size === 1000;
    });
    assert.deepEqual([...got].sort(), stored(sensor()).slice(1));
  });

  it('loses nothing by stops in the middle of a back-fill', async function () {
    this.timeout(60_000);
    await start({}, { chunkSize: 100 });
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    await runtime.stop();
    simulator.burst(3000, sensor());
    const got = new Set<string>();
    let taken = 0;
    for (let stop = 0; stop < 5; stop++) {
      await deploy();
      await runtime.messages('out', 300);
      await runtime.stop();
      taken += runtime.received('out').length;
      for (const time of timesOf(sensor())) got.add(time);
    }
    await deploy();
    await connected();
    simulator.burst(1, sensor());
    const wanted = stored(sensor()).slice(1);
    await until('the live one', () => timesOf(sensor()).includes(wanted.at(-1) ?? ''));
    for (const time of timesOf(sensor())) got.add(time);
    assert.deepEqual([...got].sort(), wanted);
    const replayed = runtime.received('out').filter((message) => message.replayed === true).length;
    assert.equal(runtime.received('out').length, replayed + 1);
    taken += replayed + 1;
    assert.ok(
      taken <= wanted.length + 5 * 100,
      `goes on where it was: ${taken} messages of ${wanted.length} observations`,
    );
  });

  for (const [lostFrom, words] of [
    ['', /damaged.*begins live.*set "lostFrom" to a time/],
    ['-1h', /damaged.*everything since .* is fetched, as "lostFrom" says/],
  ] as const) {
    it(`says that its position is damaged, and begins ${lostFrom === '' ? 'live' : 'where the user wants it'}`, async () => {
      await start();
      await connected();
      observe(1);
      await runtime.messages('out', 1);
      await runtime.stop();
      await writeFile(join(runtime.userDir, `farfield/cursors/${id()}.json`), '{"farfield":"cursor"');
      const missed = observe(2);
      await deploy({ lostFrom });
      await connected();
      const live = observe(3);
      const before = lostFrom === '' ? [] : [stored(sensor())[0], missed];
      await runtime.messages('out', before.length + 1);
      assert.deepEqual(timesOf(sensor()), [...before, live]);
      const [error] = await runtime.errors('errors', 1);
      assert.match(error?.message ?? '', words);
    });
  }

  it('fetches nothing without back-fill', async () => {
    await start({ backfill: false });
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    await simulator.faults.refuse();
    await runtime.status(id(), 'waiting');
    observe(2);
    await simulator.faults.listenAgain();
    await connected();
    const live = observe(3);
    await runtime.messages('out', 2);
    assert.deepEqual(timesOf(sensor()).slice(1), [live]);
    assert.equal(simulator.counters.calls.getData, undefined);
  });

  it('does not go on from where it was before back-fill was switched off', async () => {
    await start();
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    await deploy({ backfill: false });
    await connected();
    await runtime.stop();
    observe(2);
    await deploy();
    await connected();
    const live = observe(3);
    await runtime.messages('out', 1);
    assert.deepEqual(timesOf(sensor()), [live]);
  });

  it('keeps its cursor in a context store, and names one that does not exist', async () => {
    await start({ store: 'default' });
    await connected();
    const time = observe(1);
    await runtime.messages('out', 1);
    const context = runtime.node(id()).context();
    await until('a cursor in the context', () => {
      const kept = context.get('farfieldCursor', 'default') as { cursor?: Record<string, string> } | undefined;
      return kept?.cursor?.[sensor()] === time;
    });
    await deploy({ store: 'nowhere' });
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /context store "nowhere" does not exist/);
    await runtime.status(id(), 'not configured');
  });

  it('goes on live while the back-fill is refused, is not green, and fetches it later', async () => {
    await start();
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    simulator.faults.status({ method: 'getData', status: 500 });
    await simulator.faults.refuse();
    await runtime.status(id(), 'waiting');
    const missed = observe(2);
    await simulator.faults.listenAgain();
    await runtime.status(id(), 'refused');
    const live = observe(3);
    await until('the live one', () => timesOf(sensor()).includes(live));
    assert.ok(!timesOf(sensor()).includes(missed));
    simulator.faults.clear();
    await connected();
    await runtime.messages('out', 3);
    assert.deepEqual(timesOf(sensor()).sort(), stored(sensor()));
    assert.equal(runtime.received('out').length, 3);
  });

  it('gives a back-fill up that is never answered, and goes on live', async () => {
    await start({}, {}, { timeout: 1 });
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    simulator.faults.halfOpen({ method: 'getData' });
    await simulator.faults.refuse();
    await runtime.status(id(), 'waiting');
    const missed = observe(2);
    await simulator.faults.listenAgain();
    await runtime.status(id(), 'refused TIMEOUT');
    const live = observe(3);
    await until('the live one', () => timesOf(sensor()).includes(live));
    simulator.faults.clear();
    await connected();
    await runtime.messages('out', 3);
    assert.ok(timesOf(sensor()).includes(missed));
    assert.equal(runtime.received('out').length, 3);
  });

  it('begins live for a sensor that was left out for a while', async () => {
    await start({ ids: [sensorNamed(1), sensorNamed(2)] });
    await connected();
    observe(1, 1);
    observe(2, 2);
    await runtime.messages('out', 2);
    await deploy({ ids: [sensor(1)] });
    await connected();
    observe(3, 1);
    await runtime.messages('out', 1);
    observe(4, 2);
    await deploy({ ids: [sensor(1), sensor(2)] });
    await connected();
    const live = observe(5, 2);
    await runtime.messages('out', 1);
    assert.deepEqual(timesOf(sensor(2)), [live]);
    assert.deepEqual(timesOf(sensor(1)), []);
  });
});
