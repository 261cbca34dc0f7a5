import assert from 'node:assert/strict';
import { call, openStream, readAll, simulate, stopAll } from './support';

const PATHS = ['/end-devices', '/end-device-types', '/recordings', '/observation-types'];

describe('xDP event streams', () => {
  afterEach(stopAll);

  it('write data before event, and a blank line after each event', async () => {
    const simulator = await simulate({ stored: 1 });
    for (const path of PATHS) {
      const stream = await readAll(simulator, `${path}/events`);
      assert.equal(stream.response.headers['content-type'], 'text/event-stream');
      assert.equal(stream.rest, '');
      for (const { lines } of stream.events) {
        assert.equal(lines.length, 2);
        assert.match(lines[0] ?? '', /^data:\{"data":\{.*\}(,"offset":\d+)?\}$/);
        assert.match(lines[1] ?? '', /^event:[A-Z]\w+$/);
      }
    }
  });

  it('end the stored events with one Done', async () => {
    const simulator = await simulate({ stored: 1 });
    const expected = [
      'StoredEndDeviceEventsDone',
      'StoredEndDeviceTypeEventsDone',
      'StoredObservationRecordedEventsDone',
      'StoredObservationTypeEventsDone',
    ];
    for (const [index, path] of PATHS.entries()) {
      const { names } = await readAll(simulator, `${path}/events`);
      assert.deepEqual(
        names.filter((name) => name.endsWith('Done')),
        [expected[index]],
      );
      assert.equal(names.at(-1), expected[index]);
      assert.ok(names.length > 1);
    }
  });

  it('carry offsets with recordings only', async () => {
    const simulator = await simulate({ stored: 2 });
    for (const path of PATHS) {
      const { text } = await readAll(simulator, `${path}/events`);
      assert.equal(text.includes('"offset"'), path === '/recordings');
    }
  });

  it('close the connection after the stored events when finite', async () => {
    const simulator = await simulate({ stored: 1 });
    const stream = await openStream(simulator, '/recordings/events?finite=true');
    assert.equal(await stream.ended(), 'complete');
    assert.equal(stream.response.headers.connection, 'close');
  });

  it('stay open with finite=false and stream what happens later', async () => {
    const simulator = await simulate();
    const stream = await openStream(simulator, '/end-device-types/events?finite=false');
    await stream.until(({ names }) => names.includes('StoredEndDeviceTypeEventsDone'));
    await call(simulator, 'PUT', '/end-device-types/pump-data-up-mac-payload', { body: '{"name":"Pumps"}' });
    await stream.until(({ names }) => names.at(-1) === 'EndDeviceTypeUpdated');
    assert.equal(simulator.counters.openStreams, 1);
  });

  it('send heartbeats: empty data without an event name', async () => {
    const simulator = await simulate({ heartbeat: 0.02 });
    const stream = await openStream(simulator, '/observation-types/events');
    await stream.until(({ blocks }) => blocks.filter(({ event }) => event === undefined).length >= 3);
    const heartbeat = stream.blocks.find(({ event }) => event === undefined);
    assert.deepEqual(heartbeat?.lines, ['data:']);
  });

  it('refuse a parameter that is misspelt or no boolean', async () => {
    const simulator = await simulate();
    for (const query of ['finit=true', 'finite=yes', 'includeDeviceSecrets=1', 'offsets=4']) {
      assert.equal((await call(simulator, 'GET', `/end-devices/events?${query}`)).status, 400);
    }
  });

  it('give a client that stops reading everything once it reads again', async () => {
    const stored = 40_000;
    const simulator = await simulate({ stored });
    const stream = await openStream(simulator, '/recordings/events');
    await stream.until(({ tail }) => tail !== '');
    stream.response.pause();
    const other = await openStream(simulator, '/recordings/events?finite=true');
    assert.equal(await other.ended(), 'complete');
    simulator.append({ nwkAddr: 1, data: { last: true } });
    stream.response.resume();
    await stream.until(({ tail }) => /"last":true.*\n.*\n\n/.test(tail));
    assert.equal(stream.names.filter((name) => name === 'ObservationRecorded').length, stored + 1);
  });

  it('count as open until the client goes', async () => {
    const simulator = await simulate();
    const stream = await openStream(simulator, '/recordings/events');
    assert.equal(simulator.counters.openStreams, 1);
    stream.close();
    while (simulator.counters.openStreams > 0) await new Promise(setImmediate);
    assert.equal(simulator.counters.streams, 1);
  });

  it('are not to be had under an unknown path or by another method', async () => {
    const simulator = await simulate();
    assert.equal((await call(simulator, 'GET', '/recordings')).status, 404);
    const answer = await call(simulator, 'PUT', '/recordings/events', { body: '{}' });
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.get('allow'), 'GET, POST');
    assert.equal((await fetch(`http://127.0.0.1:${simulator.port}/login`, { method: 'POST' })).status, 404);
  });
});
