import { strict as assert } from 'node:assert';
import type { Values } from '../../../nodes/core/operation/operation';
import { buildRequest } from '../../../nodes/core/operation/request-builder';
import { operations } from '../../../nodes/itwin-iot/operations';
import { provision, query, resolve, SENSOR } from './set-up';

describe('iTwin IoT operations', () => {
  it('ask getRawMetrics of sensors or types, and an update for something to update', () => {
    assert.throws(() => resolve(query('getRawMetrics'), {}), {
      code: 'INVALID_PARAMETER',
      message: /"sensors" or "types"/,
    });
    assert.deepEqual(resolve(query('getRawMetrics'), { types: 'X' }), { types: ['X'] });
    for (const [id, name] of [
      ['updateNode', 'node'],
      ['updateDevice', 'device'],
      ['updateSensor', 'sensor'],
    ] as const) {
      for (const props of [undefined, {}])
        assert.throws(() => resolve(provision(id), { [name]: '/a', props }), { message: /nothing to update/ });
      assert.ok(resolve(provision(id), { [name]: '/a', props: { NAME: 'x' } }));
    }
  });

  describe('with a project', () => {
    const settings = { projectId: '60D90DF0B2BD096E970C2824' };

    it('take it from the settings when nobody names one: as a list in JSON-RPC, as text in a query', () => {
      const series = {
        sensor: SENSOR,
        sensors: [SENSOR],
        nodes: ['/a'],
        devices: ['/a'],
        metric: 'dx',
        unit: 'm',
        ids: ['/a'],
        integration: { changeState: 'new' },
        metrics: ['dx'],
        data: [{}],
        node: '/a',
        device: '/a',
        type: 'a',
        props: { VERSION: 'V11', NODE_ID: '/a' },
      };
      for (const operation of operations) {
        const { params, id } = operation;
        const project = params.find(({ name }) => name === 'projectIds');
        if (!project) continue;
        const values = resolve(operation, series, { settings });
        assert.deepEqual(values.projectIds, project.in === 'rpc' ? [settings.projectId] : settings.projectId, id);
        assert.deepEqual(
          resolve(operation, { ...series, projectIds: 'other' }, { settings }).projectIds,
          project.in === 'rpc' ? ['other'] : 'other',
          id,
        );
        if (!project.required) assert.equal(resolve(operation, series).projectIds, undefined, id);
      }
    });

    it('take one alone: "only a single projectId is supported per request"', () => {
      for (const id of ['getNodes', 'listNodes']) {
        assert.throws(() => resolve(query(id), { projectIds: 'a,b' }), {
          code: 'INVALID_PARAMETER',
          message: /single/,
        });
      }
    });

    it('name it in the path', () => {
      for (const id of ['getProject', 'getProjectDataUsage']) {
        const values = resolve(query(id), {}, { settings });
        assert.match(buildRequest(query(id), values).path, /^\/projects\/60D90DF0B2BD096E970C2824(\/dataUsage)?$/);
        assert.throws(() => resolve(query(id), {}), /needs the parameter "projectId"/);
      }
    });

    it('delete it only when told which, twice: neither settings nor payload stand in', () => {
      const operation = provision('deleteProject');
      const values = resolve(operation, { projectId: 'p', confirm: 'p' });
      const { method, path, query: search, body } = buildRequest(operation, values);
      assert.deepEqual([method, path, search, body], ['DELETE', '/projects/p', [], undefined]);
      const all = { settings: { projectId: 'p', confirm: 'p' }, payload: { projectId: 'p', confirm: 'p' } };
      assert.throws(() => resolve(operation, {}, all), /needs the parameter "projectId"/);
      assert.throws(() => resolve(operation, { projectId: 'p' }, all), /needs the parameter "confirm"/);
      assert.throws(() => resolve(operation, { confirm: 'p' }, all), /needs the parameter "projectId"/);
      for (const confirm of ['q', 'P', ' p', 'all', true]) {
        assert.throws(() => resolve(operation, { projectId: 'p', confirm }, all), /confirm/);
      }
    });
  });

  describe('of series', () => {
    it('ask for sensor, metric and unit; raw observations need the sensor alone', () => {
      assert.throws(() => resolve(query('getData'), { sensor: SENSOR, unit: 'm' }), /needs the parameter "metric"/);
      assert.throws(() => resolve(query('getData'), { sensor: SENSOR, metric: 'dx' }), /needs the parameter "unit"/);
      for (const id of ['getObservations', 'getObservationsSummary']) {
        assert.deepEqual(resolve(query(id), { sensor: SENSOR }), { sensor: SENSOR });
      }
    });

    it('take the parameters of the platform text', () => {
      const params = {
        sensor: SENSOR,
        metric: 'dx',
        unit: 'm',
        params: { ZERO_DATE: { value: '2017-03-01T22:00:00.000Z' }, AZIMUTH_XY: { value: 90, unit: 'deg' } },
        startDate: '2017-01-01T23:17:10.305Z',
        endDate: '2017-01-20T23:17:10.305Z',
        limit: { function: 'last', params: { size: 1 } },
      };
      assert.deepEqual(resolve(query('getData'), params), params);
      assert.deepEqual(resolve(query('getData'), { ...params, startDate: 1_483_312_630_305 }), params);
    });

    it('refuse metric parameters without a value', () => {
      const data = { sensor: SENSOR, metric: 'dx', unit: 'm' };
      for (const bad of [{ ZERO_DATE: '2017' }, { dt: { value: 1 }, ZERO_DATE: {} }, { ZERO_DATE: null }]) {
        assert.throws(
          () => resolve(query('getData'), { ...data, params: bad }),
          /"params" of getData .*"ZERO_DATE" has none/,
        );
      }
    });

    it('take a limit by its name; all is none', () => {
      const data = { sensor: SENSOR, metric: 'dx', unit: 'm' };
      for (const name of ['first', 'last']) {
        const { limit } = resolve(query('getData'), { ...data, limit: name });
        assert.deepEqual(limit, { function: name, params: { size: 1 } });
      }
      assert.deepEqual(resolve(query('getData'), { ...data, limit: 'all' }), data);
    });

    it('refuse any limit but "a single first or last value"', () => {
      const data = { sensor: SENSOR, metric: 'dx', unit: 'm' };
      const first = { function: 'first', params: { size: 1 } };
      assert.deepEqual(resolve(query('getData'), { ...data, limit: first }).limit, first);
      assert.deepEqual(resolve(query('getData'), { ...data, limit: JSON.stringify(first) }).limit, first);
      for (const limit of [
        {},
        { ...first, function: 'middle' },
        { ...first, params: { size: 2 } },
        { function: 'last' },
      ]) {
        assert.throws(
          () => resolve(query('getData'), { ...data, limit }),
          /"limit" of getData must be one of all, first, last, but is /,
        );
      }
    });
  });

  describe('that create', () => {
    it('a connection need the version of its client', () => {
      const node = { node: '/fn/02DDXX/node', type: 'THREAD' };
      const props = { NAME: 'Sample thread', SERIAL_NO: '02DDXX', VERSION: 'v4_6' };
      assert.deepEqual(resolve(provision('createNode'), { ...node, props }), { ...node, props });
      assert.throws(() => resolve(provision('createNode'), node), /needs the parameter "props"/);
      for (const VERSION of [undefined, '', 4]) {
        assert.throws(
          () => resolve(provision('createNode'), { ...node, props: { ...props, VERSION } }),
          /"props" of createNode must hold "VERSION"/,
        );
      }
    });

    it('a device need the connection it belongs to', () => {
      const device = { device: '/fn/02DDC5/node/demo/032432/device', type: 'DEMO' };
      const props = { NAME: 'Demo device', NODE_ID: '/fn/02DDC5/node' };
      assert.deepEqual(resolve(provision('createDevice'), { ...device, props }), { ...device, props });
      assert.throws(
        () => resolve(provision('createDevice'), { ...device, props: { NAME: 'x' } }),
        /"props" of createDevice must hold "NODE_ID"/,
      );
    });

    it('a sensor take those of the platform text', () => {
      const sensor = {
        sensor: '/instantel/3E216E/node/demo_sensor/UM9169/device/demo-1/sensor',
        observationType: 'DEMO_SENSOR',
        type: 'DEMO_SENSOR',
        props: { NAME: 'Demo Sensor' },
      };
      assert.deepEqual(resolve(provision('createSensor'), sensor), sensor);
      assert.deepEqual(resolve(provision('createSensor'), {}, { payload: sensor }), sensor);
    });
  });

  it('getIntegration keeps the slashes of its connection, the first one too', () => {
    const path = (nodeId: string): string =>
      buildRequest(query('getIntegration'), resolve(query('getIntegration'), { nodeId })).path;
    assert.equal(path('/api/13DC2F/node'), '/integrations//api/13DC2F/node');
    assert.throws(() => path('api/13DC2F/node'), /"nodeId" of getIntegration must begin with "\/"/);
    assert.throws(() => path('/api/../../projects'), /"nodeId" of getIntegration must be a name/);
  });

  it('getSensorMetrics sends its sensors in the body and the rest in the query', () => {
    const values = resolve(query('getSensorMetrics'), { ids: SENSOR, projectIds: 'p', filters: 'raw' });
    const request = buildRequest(query('getSensorMetrics'), values);
    assert.deepEqual(JSON.parse(String(request.body)), { ids: [SENSOR] });
    assert.deepEqual(request.query, [
      ['projectIds', 'p'],
      ['filters', 'raw'],
    ]);
  });

  it('take lists of ids as such, as one id, and from a payload', () => {
    const nodes = (source: Values, payload?: unknown) => resolve(query('getNodes'), source, { payload });
    assert.deepEqual(nodes({ nodes: ['/a', '/b'] }), { nodes: ['/a', '/b'] });
    assert.deepEqual(nodes({ nodes: '/a' }), { nodes: ['/a'] });
    assert.deepEqual(nodes({}, ['/a']), { nodes: ['/a'] });
    assert.deepEqual(nodes({}, [{ id: '/a' }]), {});
  });
});
