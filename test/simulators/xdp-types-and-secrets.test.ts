import assert from 'node:assert/strict';
import { OBSERVATION_TOPIC } from '../../simulators/xdp/index';
import { call, dataOf, openStream, readAll, simulate, stopAll } from './support';

const FENCE = {
  name: 'Agriace Electric Fence Sensors',
  secretPath: 'secrets.electric-fence.key',
  view: 'function(){}',
};
const TOPIC = 'electric-fence-data-up-json';

describe('xDP types and secrets', () => {
  afterEach(stopAll);

  it('stream an observation type that is put, then its removal, to clients that are there and to later ones', async () => {
    const simulator = await simulate();
    const stream = await openStream(simulator, '/observation-types/events');
    await stream.until(({ names }) => names.includes('StoredObservationTypeEventsDone'));
    const path = `/observation-types/${TOPIC}`;
    assert.equal((await call(simulator, 'PUT', path, { body: JSON.stringify(FENCE) })).status, 204);
    await stream.until(({ names }) => names.at(-1) === 'ObservationTypeUpdated');
    assert.deepEqual(dataOf(stream.events.at(-1) ?? assert.fail()), { ...FENCE, topic: TOPIC });
    assert.equal((await call(simulator, 'DELETE', path)).status, 204);
    await stream.until(({ names }) => names.at(-1) === 'ObservationTypeRemoved');
    const later = await readAll(simulator, '/observation-types/events');
    assert.deepEqual(later.names, [
      'ObservationTypeUpdated',
      'ObservationTypeRemoved',
      'StoredObservationTypeEventsDone',
    ]);
    assert.deepEqual(
      simulator.observationTypes().map(({ topic }) => topic),
      [OBSERVATION_TOPIC],
    );
    assert.equal((await call(simulator, 'DELETE', path)).status, 404);
  });

  it('generate and store a key only with provisionKeys=true', async () => {
    const simulator = await simulate();
    const body = JSON.stringify(FENCE);
    await call(simulator, 'PUT', `/observation-types/${TOPIC}`, { body });
    assert.equal(simulator.secrets()[FENCE.secretPath], undefined);
    await call(simulator, 'PUT', `/observation-types/${TOPIC}?provisionKeys=true`, { body });
    assert.match(simulator.secrets()[FENCE.secretPath] ?? '', /^[0-9A-F]{32}$/);
  });

  it('refuse an observation type that lacks one of its three fields', async () => {
    const simulator = await simulate();
    for (const missing of Object.keys(FENCE)) {
      const body = JSON.stringify({ ...FENCE, [missing]: undefined });
      const answer = await call(simulator, 'PUT', `/observation-types/${TOPIC}`, { body });
      assert.equal(answer.status, 400);
      assert.equal(answer.text, `"${missing}" is required`);
    }
  });

  it('stream an end device type that is put, then its removal', async () => {
    const simulator = await simulate();
    const stream = await openStream(simulator, '/end-device-types/events');
    const path = '/end-device-types/agri-ace-data-up-mac-payload';
    await call(simulator, 'PUT', path, { body: '{"name":"Agriace Electric Fence Sensors"}' });
    await call(simulator, 'DELETE', path);
    await stream.until(({ names }) => names.at(-1) === 'EndDeviceTypeRemoved');
    assert.deepEqual(dataOf(stream.events.at(-1) ?? assert.fail()), { topic: 'agri-ace-data-up-mac-payload' });
    assert.equal((await call(simulator, 'PUT', path, { body: '{}' })).status, 400);
    assert.equal((await call(simulator, 'DELETE', path)).status, 404);
  });

  it('take a topic that is percent-encoded', async () => {
    const simulator = await simulate();
    await call(simulator, 'PUT', '/end-device-types/a%2Fb%20c', { body: '{"name":"odd"}' });
    assert.equal(simulator.endDeviceTypes().at(-1)?.topic, 'a/b c');
    assert.equal((await call(simulator, 'PUT', '/end-device-types/%zz', { body: '{"name":"odd"}' })).status, 400);
  });

  it('store a secret given as plain text under its path', async () => {
    const simulator = await simulate();
    const path = '/secrets/secrets.dashboards-events.key';
    const body = '2B7E151628AED2A6ABF7158809CF4F3C';
    assert.equal((await call(simulator, 'PUT', path, { body, type: 'text/plain' })).status, 204);
    assert.equal(simulator.secrets()['secrets.dashboards-events.key'], body);
    assert.equal((await call(simulator, 'PUT', path, { body })).status, 415);
    assert.equal((await call(simulator, 'PUT', path, { body: '', type: 'text/plain' })).status, 400);
  });

  it('remember every change in order, with its body', async () => {
    const simulator = await simulate();
    await call(simulator, 'PUT', '/end-device-types/a', { body: '{"name":"A"}' });
    await call(simulator, 'PUT', '/end-device-types/b', { body: '{}' });
    await call(simulator, 'DELETE', '/end-device-types/a');
    assert.deepEqual(simulator.counters.provisioned, [
      { method: 'PUT', path: '/end-device-types/a', query: '', namespace: 'demo-farm', body: { name: 'A' } },
      { method: 'DELETE', path: '/end-device-types/a', query: '', namespace: 'demo-farm', body: undefined },
    ]);
    assert.equal(simulator.counters.requests['PUT /end-device-types/b'], 1);
  });
});
