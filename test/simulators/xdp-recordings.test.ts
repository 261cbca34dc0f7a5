import assert from 'node:assert/strict';
import { nwkAddrOf, OBSERVATION_TOPIC } from '../../simulators/xdp/index';
import { call, dataOf, numbered, offsetOf, openStream, readAll, type SeenStream, simulate, stopAll } from './support';

const recorded = ({ events }: SeenStream) => events.filter(({ event }) => event === 'ObservationRecorded');
const done = ({ events }: SeenStream) => events.filter(({ event }) => event?.endsWith('Done'));
const line = (number: number, source = 'waterstate-data-up-json') =>
  JSON.stringify({ data: { number }, nwkAddr: 23352963, source, time: '2019-09-03T08:30:29.858Z' });

describe('xDP recordings', () => {
  afterEach(stopAll);

  it('stream what is posted: first to the clients that are there, then to later ones', async () => {
    const simulator = await simulate();
    const stream = await openStream(simulator, '/recordings/events');
    const answer = await call(simulator, 'POST', '/recordings/events', { body: `${line(1)}\n${line(2)}` });
    assert.equal(answer.status, 204);
    assert.equal(answer.text, '');
    await stream.until((seen) => recorded(seen).length === 2);
    const later = await readAll(simulator, '/recordings/events');
    assert.deepEqual(
      recorded(later).map(({ data }) => data),
      recorded(stream).map(({ data }) => data),
    );
    assert.deepEqual(dataOf(recorded(later)[0] ?? assert.fail()), JSON.parse(line(1)));
  });

  it('keep the fields in the order of the text, with data in data', async () => {
    const simulator = await simulate({ firstOffset: '77773267795971' });
    simulator.append({
      data: { voltage: 6.2 },
      nwkAddr: 27435,
      source: 'electric-fence-data-up-json',
      time: '2019-09-12T04:57:51.484665Z',
    });
    const stream = await readAll(simulator, '/recordings/events');
    const [first, second] = stream.events;
    assert.equal(
      first?.lines[0],
      'data:{"data":{"data":{"voltage":6.2},"nwkAddr":27435,"source":"electric-fence-data-up-json","time":"2019-09-12T04:57:51.484665Z"},"offset":77773267795971}',
    );
    assert.equal(second?.lines[0], 'data:{"data":{"topic":"electric-fence-data-up-json"},"offset":77773267795971}');
  });

  it('have offsets that grow, by different steps, and are written digit for digit beyond 2^53', async () => {
    const simulator = await simulate({ firstOffset: 2n ** 53n + 1n });
    const offsets = simulator.appendMany([1, 2, 3, 4, 5].map(numbered));
    assert.equal(offsets[0], '9007199254740993');
    const stream = await readAll(simulator, '/recordings/events');
    assert.deepEqual(recorded(stream).map(offsetOf), offsets);
    const steps = offsets.slice(1).map((offset, index) => BigInt(offset) - BigInt(offsets[index] ?? 0));
    assert.ok(steps.every((step) => step > 0n));
    assert.ok(new Set(steps).size > 1);
  });

  it('end with a Done for each source that has its newest offset', async () => {
    const simulator = await simulate();
    const [, second, third] = simulator.appendMany([
      { ...numbered(1), source: 'a' },
      { ...numbered(2), source: 'a' },
      { ...numbered(3), source: 'b' },
    ]);
    const ends = done(await readAll(simulator, '/recordings/events'));
    assert.deepEqual(
      ends.map((event) => [dataOf(event).topic, offsetOf(event)]),
      [
        ['a', second],
        ['b', third],
      ],
    );
  });

  it('name the source of a Done as in the table when told', async () => {
    const simulator = await simulate({ doneKey: 'source', stored: 1 });
    const [end] = done(await readAll(simulator, '/recordings/events'));
    assert.deepEqual(dataOf(end ?? assert.fail()), { source: OBSERVATION_TOPIC });
  });

  it('carry no offset of their own when told, as in the sample of the text', async () => {
    const simulator = await simulate({ recordingOffsets: false, stored: 2 });
    const { events } = await readAll(simulator, '/recordings/events');
    assert.deepEqual(
      events.map((event) => offsetOf(event) === undefined),
      [true, true, false],
    );
  });

  it('carry in a Done the newest offset, none, or one that no recording has, as told', async () => {
    const offsetIn = async (doneOffset: 'newest' | 'none' | 'ahead') => {
      const simulator = await simulate({ doneOffset, stored: 2 });
      const [end] = done(await readAll(simulator, '/recordings/events'));
      return [offsetOf(end ?? assert.fail()), simulator.recordings().at(-1)?.offset];
    };
    const [newest, last] = await offsetIn('newest');
    assert.equal(newest, last);
    assert.equal((await offsetIn('none'))[0], undefined);
    assert.equal((await offsetIn('ahead'))[0], String(2n ** 64n - 1n));
  });

  it('end with one Done without source and offset when nothing was ever recorded', async () => {
    const stream = await readAll(await simulate(), '/recordings/events');
    assert.deepEqual(
      stream.events.map(({ lines }) => lines),
      [['data:{"data":{}}', 'event:StoredObservationRecordedEventsDone']],
    );
  });

  it('resume after the offset given for a topic, and leave the other topics whole', async () => {
    const simulator = await simulate();
    const [, second] = simulator.appendMany([
      { ...numbered(1), source: 'a' },
      { ...numbered(2), source: 'a' },
      { ...numbered(3), source: 'b' },
      { ...numbered(4), source: 'a' },
    ]);
    const numbers = (stream: SeenStream) =>
      recorded(stream).map((event) => (dataOf(event).data as { number: number }).number);
    const encoded = await readAll(simulator, `/recordings/events?offsets%5Ba%5D=${second}`);
    assert.deepEqual(numbers(encoded), [3, 4]);
    const raw = await readAll(simulator, `/recordings/events?offsets[a]=${second}&offsets[b]=0`);
    assert.deepEqual(numbers(raw), [3, 4]);
    assert.equal(done(encoded).length, 2);
  });

  it('begin with the event of the offset itself when offsets are inclusive', async () => {
    const simulator = await simulate({ offsetsInclusive: true });
    const offsets = simulator.appendMany([1, 2, 3].map(numbered));
    const stream = await readAll(simulator, `/recordings/events?offsets[${OBSERVATION_TOPIC}]=${offsets[1]}`);
    assert.deepEqual(recorded(stream).map(offsetOf), offsets.slice(1));
  });

  it('resume exactly at every place of a long log', async () => {
    const simulator = await simulate({ stored: 2000 });
    const offsets = simulator.recordings().map(({ offset }) => offset);
    for (const index of [0, 510, 511, 512, 1023, 1998, 1999]) {
      const stream = await readAll(simulator, `/recordings/events?offsets[${OBSERVATION_TOPIC}]=${offsets[index]}`);
      assert.deepEqual(recorded(stream).map(offsetOf), offsets.slice(index + 1));
    }
  });

  it('refuse an offset that is no number', async () => {
    const simulator = await simulate();
    for (const offset of ['', 'x', '-1', '1e3', '18446744073709551616']) {
      assert.equal((await call(simulator, 'GET', `/recordings/events?offsets[a]=${offset}`)).status, 400);
    }
  });

  it('take all lines or none, and name the bad one', async () => {
    const simulator = await simulate();
    const bad = [
      '{',
      '[]',
      line(2).replace('23352963', '-1'),
      line(2).replace('23352963', '4294967296'),
      line(2).replace('29.858Z', '29.858'),
      line(2).replace('"source"', '"topic"'),
      line(2).replace('{"number":2}', '2'),
    ];
    for (const wrong of bad) {
      const answer = await call(simulator, 'POST', '/recordings/events', { body: `${line(1)}\n${wrong}\n${line(3)}` });
      assert.equal(answer.status, 400);
      assert.match(answer.text, /^line 2: /);
    }
    assert.equal((await call(simulator, 'POST', '/recordings/events', { body: '\n' })).status, 400);
    assert.equal(
      (await call(simulator, 'POST', '/recordings/events', { body: line(1), type: 'text/plain' })).status,
      415,
    );
    assert.deepEqual(simulator.recordings(), []);
    assert.deepEqual(simulator.counters.received, []);
  });

  it('are listed in order with the offsets they got', async () => {
    const simulator = await simulate({ successStatus: 200 });
    for (const number of [1, 2, 3]) {
      assert.equal((await call(simulator, 'POST', '/recordings/events', { body: line(number) })).status, 200);
    }
    assert.deepEqual(
      simulator.counters.received.map(({ data }) => data.number),
      [1, 2, 3],
    );
    assert.deepEqual(simulator.counters.received, simulator.recordings());
  });

  it('forget the oldest when there are more than are to be kept', async () => {
    const simulator = await simulate({ retain: 1000 });
    const offsets = simulator.appendMany(Array.from({ length: 5000 }, (_, index) => numbered(index)));
    const kept = simulator.recordings().map(({ offset }) => offset);
    assert.ok(kept.length >= 1000 && kept.length < 2000);
    assert.deepEqual(kept, offsets.slice(-kept.length));
    assert.deepEqual(recorded(await readAll(simulator, '/recordings/events')).map(offsetOf), kept);
  });

  it('may be larger than any buffer', async () => {
    const simulator = await simulate();
    const text = 'ü'.repeat(300_000);
    simulator.appendMany([numbered(1), { nwkAddr: nwkAddrOf(2), data: { text } }, numbered(3)]);
    const [, large, last] = recorded(await readAll(simulator, '/recordings/events'));
    assert.deepEqual(dataOf(large ?? assert.fail()).data, { text });
    assert.deepEqual(dataOf(last ?? assert.fail()).data, { number: 3 });
  });
});
