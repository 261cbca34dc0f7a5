import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readings, readingsByMote } from '../../simulators/core/readings';
import { nwkAddrOf, OBSERVATION_TOPIC, type XdpSimulator } from '../../simulators/xdp/index';
import { simulate, stopAll } from './support';

const rows = readingsByMote(readings());
const ofMote = (simulator: XdpSimulator, mote: number) =>
  simulator.recordings().filter(({ nwkAddr }) => nwkAddr === nwkAddrOf(mote));

describe('the replay of the real readings', () => {
  afterEach(stopAll);

  it('stores them 5 s apart, one of each mote at a time, with the label of the data set', async () => {
    const simulator = await simulate({ stored: 400 });
    assert.equal(simulator.recordings().length, 400);
    for (const mote of [1, 2, 3, 4]) {
      const recordings = ofMote(simulator, mote);
      assert.deepEqual(
        recordings.map(({ data }) => data),
        rows
          .get(mote)
          ?.slice(0, 100)
          .map(({ humidity, temperature, anomaly }) => ({ humidity, temperature, anomaly })),
      );
      const times = recordings.map(({ time }) => Date.parse(time));
      assert.ok(times.slice(1).every((time, index) => time - (times[index] ?? 0) === 5000));
      assert.ok((times.at(-1) ?? 0) <= Date.now());
      assert.ok(recordings.every(({ source }) => source === OBSERVATION_TOPIC));
    }
  });

  it('goes on live where the stored ones end', async () => {
    const simulator = await simulate({ live: true, speed: 1000, stored: 40 });
    while (simulator.recordings().length < 80) await new Promise((resolve) => setTimeout(resolve, 5));
    const recordings = ofMote(simulator, 3);
    assert.deepEqual(
      recordings.map(({ data }) => data.humidity),
      rows
        .get(3)
        ?.slice(0, recordings.length)
        .map(({ humidity }) => humidity),
    );
    const times = recordings.map(({ time }) => time);
    assert.deepEqual(times, [...times].sort());
  });

  it('begins where it is told, such as just before the anomalies', async () => {
    const simulator = await simulate({ stored: 4 * 10, startReading: 2340 });
    assert.deepEqual(
      ofMote(simulator, 1).map(({ data }) => data.anomaly),
      [false, false, false, false, true, true, true, true, true, true],
    );
  });

  it('begins the file again at its end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xdp-replay-'));
    const dataFile = join(folder, 'two-rounds.csv');
    const lines = [1, 2, 3, 4].flatMap((mote) => [`1,${mote},1,10,20,0`, `2,${mote},1,11,21,1`]);
    await writeFile(dataFile, ['reading,mote_id,indoor,humidity,temperature,label', ...lines].join('\n'));
    const simulator = await simulate({ stored: 20, dataFile });
    await rm(folder, { recursive: true });
    assert.deepEqual(
      ofMote(simulator, 4).map(({ data }) => data.humidity),
      [10, 11, 10, 11, 10],
    );
  });

  it('refuses options that cannot be', async () => {
    await assert.rejects(simulate({ speed: 0 }), RangeError);
    await assert.rejects(simulate({ namespaces: [] }), RangeError);
    await assert.rejects(simulate({ firstOffset: -1n }), RangeError);
  });
});
