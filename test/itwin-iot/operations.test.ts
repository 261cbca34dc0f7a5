import { strict as assert } from 'node:assert';
import { findOperation, type Operation, type Values } from '../../nodes/core/operation';
import { type ParameterSources, resolveParameters } from '../../nodes/core/parameters';
import { buildRequest } from '../../nodes/core/request-builder';
import { operations } from '../../nodes/itwin-iot/operations';
import { SUBSCRIPTIONS } from '../../nodes/itwin-iot/operations/subscribe';
import table from '../fixtures/operations.json';

/** A row of the agreed table. */
interface Row {
  platform: string;
  node: string;
  operation: string;
  transport: string;
  method: string;
  path: string;
  params?: string[];
  query?: string[];
  body?: string[];
  required?: string[];
}

const rows = (table as Row[]).filter(({ platform }) => platform === 'itwin-iot');
const label = ({ node, operation }: Row): string => `${node} ${operation}`;

const find = (node: string, id: string): Operation => {
  const found = findOperation(operations, node, id);
  assert.ok(found, `${node} ${id}`);
  return found;
};
const query = (id: string): Operation => find('itwin-iot-query', id);
const provision = (id: string): Operation => find('itwin-iot-provision', id);
const command = (id: string): Operation => find('itwin-iot-thread-command', id);

const resolve = (operation: Operation, message: Values, sources: Partial<ParameterSources> = {}): Values =>
  resolveParameters(operation, { dialog: {}, message, payload: undefined, ...sources });

const namesIn = ({ params }: Operation, place: string): string[] =>
  params
    .filter((each) => each.in === place)
    .map(({ name }) => name)
    .sort();

/** What the free operations read themselves (notes of the table). */
const FREE: Record<string, { none: string[]; body?: string[] }> = {
  request: { none: ['headers', 'method', 'path', 'query'], body: ['body'] },
  call: { none: ['method', 'params'] },
  deleteProject: { none: ['confirm'] },
};

/** The table has `projectIds` only where a sample has it; by the text every endpoint of the socket API takes it. */
const TAKES_PROJECT = /^((create|update)(Node|Device|Sensor)|get(RawMetrics|Metrics|Units)|uploadData)$/;

const SENSOR = '/fn/6C4F6D/node/dgsimlogger/032432/device/tilt4/sensor';

describe('iTwin IoT operations', () => {
  it('are those of the agreed table, no more, no fewer, none twice', () => {
    assert.equal(rows.length, 74);
    assert.deepEqual(operations.map(({ node, id }) => `${node} ${id}`).sort(), rows.map(label).sort());
  });

  for (const row of rows) {
    it(`${label(row)} agree with the table in transport, method, path and parameters`, () => {
      const operation = find(row.node, row.operation);
      assert.equal(operation.transport, row.transport);
      assert.equal(operation.method, row.method);
      assert.equal(operation.path, row.path);
      const free = FREE[row.operation];
      assert.deepEqual(namesIn(operation, 'none'), free?.none ?? []);
      assert.deepEqual(namesIn(operation, 'query'), (row.query ?? []).toSorted());
      assert.deepEqual(namesIn(operation, 'body'), (row.body ?? free?.body ?? []).toSorted());
      const project = TAKES_PROJECT.test(row.operation) ? ['projectIds'] : [];
      const rpc = row.operation === 'call' ? [] : [...(row.params ?? []), ...project];
      assert.deepEqual(namesIn(operation, 'rpc'), rpc.toSorted());
      assert.deepEqual(
        namesIn(operation, 'path'),
        [...row.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string).sort(),
      );
      const required = operation.params.filter((each) => each.required).map(({ name }) => name);
      const wanted = (row.required ?? []).map((name) => name.split('.')[0] as string);
      assert.deepEqual(required.sort(), row.operation === 'request' ? ['path'] : wanted.sort());
    });
  }

  it('name each parameter once', () => {
    for (const { id, params } of operations) {
      assert.equal(new Set(params.map(({ name }) => name)).size, params.length, id);
    }
  });

  it('send JSON-RPC under the method’s own name, subscriptions but for their prefix', () => {
    for (const { id, node, transport, method, path } of operations) {
      if (transport !== 'jsonrpc') continue;
      assert.equal(path, '', id);
      if (node === 'itwin-iot-subscribe') assert.equal(method.toLowerCase(), `subscribe${id}`);
      else if (id !== 'call') assert.equal(method, id);
    }
    const subscriptions = operations.filter(({ node }) => node === 'itwin-iot-subscribe');
    assert.deepEqual(
      subscriptions.map(({ id }) => id),
      [...SUBSCRIPTIONS],
    );
  });

  it('are repeated only where twice does no harm: reads, and updates that overwrite', () => {
    const repeated = operations.filter(({ repeatable }) => repeatable).map(({ id }) => id);
    const safe = /^(get|list|help|time|update(Node|Device|Sensor)$)/;
    for (const id of repeated) assert.match(id, safe);
    for (const { id, node, transport, repeatable } of operations) {
      if (node === 'itwin-iot-query' && transport === 'jsonrpc' && id !== 'call') assert.equal(repeatable, true, id);
      if (/^(create|integrate|delete|upload|call|request)/.test(id)) assert.notEqual(repeatable, true, id);
      if (node === 'itwin-iot-thread-command') assert.equal(repeatable, false, id);
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

    it('refuse any limit but "a single first or last value"', () => {
      const data = { sensor: SENSOR, metric: 'dx', unit: 'm' };
      const first = { function: 'first', params: { size: 1 } };
      assert.deepEqual(resolve(query('getData'), { ...data, limit: first }).limit, first);
      for (const limit of [
        {},
        { ...first, function: 'middle' },
        { ...first, params: { size: 2 } },
        { function: 'last' },
      ]) {
        assert.throws(
          () => resolve(query('getData'), { ...data, limit }),
          /"limit" of getData must be \{"function": "first"/,
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

  describe('of a THREAD', () => {
    const body = (id: string, message: Values): unknown =>
      JSON.parse(String(buildRequest(command(id), resolve(command(id), message)).body));
    const refused = (id: string, message: Values, words: RegExp): void =>
      assert.throws(() => resolve(command(id), message), words, id);

    it('take ports 1 to 3', () => {
      const withPort = operations.filter(({ params }) =>
        params.some(({ name }) => name === 'port' || name === 'portNumber'),
      );
      assert.equal(withPort.length, 10);
      for (const { id, params } of withPort) {
        const name = params.find((each) => each.name.startsWith('port'))?.name as string;
        for (const port of [0, 4, 1.5, 'one'])
          refused(id, { [name]: port }, new RegExp(`"${name}" of ${id} must be a whole number from 1 to 3`));
      }
    });

    it('send the bodies of the platform text', () => {
      assert.deepEqual(body('setTime', { time: '2019-11-19T15:41:30.000Z' }), { time: '2019-11-19T15:41:30.000Z' });
      assert.deepEqual(body('setBatterySaver', { value: true, low: 20, high: 80 }), { value: true, low: 20, high: 80 });
      assert.deepEqual(body('setPortVoltage', { portNumber: 1, value: 1 }), { portNumber: 1, value: 1 });
      assert.deepEqual(body('sleep', { duration: 10_000 }), { duration: 10_000 });
      assert.deepEqual(body('setPortMode', { portNumber: 1, content: 'RS232' }), { portNumber: 1, content: 'RS232' });
      assert.deepEqual(body('sendMessage', { portNumber: 1, message: 'hello world' }), {
        portNumber: 1,
        message: 'hello world',
      });
      assert.deepEqual(body('deletePortConfig', { port: 1, resources: ['HOST', 'PORT'] }), {
        resources: ['HOST', 'PORT'],
      });
      const config = { COMM_TYPE: 'RS232', BAUD_RATE: 9600, DELIMITERS_HEX: ['0D0A'], PORT: 1234, HOST: '127.0.0.1' };
      assert.deepEqual(body('setPortConfig', { port: 1, ...config }), config);
    });

    it('write truth as text where the platform wants text, and as truth elsewhere', () => {
      assert.deepEqual(body('setLed', { value: false }), { value: 'false' });
      assert.deepEqual(body('setCloudConnection', { value: true }), { value: 'true' });
      assert.deepEqual(body('setDeviceConnection', { port: 3, value: 'false' }), { value: false });
      assert.deepEqual(body('setBatterySaver', { value: 'true' }), { value: true });
    });

    it('set the battery saver with both limits or none, in their ranges', () => {
      refused('setBatterySaver', { value: true, low: 10 }, /give both "low" and "high", or neither/);
      refused('setBatterySaver', { value: true, high: 90 }, /give both "low" and "high", or neither/);
      for (const [low, high] of [
        [-1, 80],
        [41, 80],
        [20, 59],
        [20, 101],
      ]) {
        refused(
          'setBatterySaver',
          { value: true, low, high },
          /"(low|high)" of setBatterySaver must be a whole number from/,
        );
      }
      for (const [low, high] of [
        [0, 60],
        [40, 100],
      ])
        assert.deepEqual(body('setBatterySaver', { value: false, low, high }), { value: false, low, high });
    });

    it('read voltage or current, and set 0, 1 or 2 for off, 12 V or 15 V', () => {
      assert.deepEqual(
        buildRequest(command('readPort'), resolve(command('readPort'), { port: '1', option: '0' })).query,
        [
          ['port', '1'],
          ['option', '0'],
        ],
      );
      refused('readPort', { port: 1, option: 2 }, /"option" of readPort must be one of 0, 1/);
      refused('setPortVoltage', { portNumber: 1, value: 12 }, /"value" of setPortVoltage must be one of 0, 1, 2/);
    });

    it('know USB on port 1 only', () => {
      assert.deepEqual(body('setPortMode', { portNumber: 1, content: 'USB' }), { portNumber: 1, content: 'USB' });
      refused('setPortMode', { portNumber: 2, content: 'USB' }, /"content" may be USB on port 1 only/);
      refused('setPortMode', { portNumber: 1, content: 'CAN' }, /must be one of RS232, RS485, ANALOG, USB, OFF/);
      refused('setPortConfig', { port: 3, COMM_TYPE: 'USB' }, /"COMM_TYPE" may be USB on port 1 only/);
    });

    it('configure a port with at least one property, each of its kind', () => {
      refused('setPortConfig', { port: 1 }, /give at least one property/);
      refused('setPortConfig', { port: 1, BAUD_RATE: 300 }, /"BAUD_RATE" of setPortConfig must be one of 230400/);
      refused('setPortConfig', { port: 1, DATA_BITS: 9 }, /"DATA_BITS"/);
      refused('setPortConfig', { port: 1, PARITY_BIT: 'none' }, /"PARITY_BIT" .*NONE, ODD, EVEN, MARK, SPACE/);
      refused('setPortConfig', { port: 1, DELIMITERS_HEX: ['0D0'] }, /"DELIMITERS_HEX" .*hexadecimal/);
      refused('deletePortConfig', { port: 1, resources: [] }, /must name at least one of COMM_TYPE/);
      refused('deletePortConfig', { port: 1, resources: ['SPEED'] }, /must hold names of properties/);
    });

    it('update to the latest, a version or a file, not both', () => {
      const search = (message: Values) => buildRequest(command('update'), resolve(command('update'), message)).query;
      assert.deepEqual(search({}), []);
      assert.deepEqual(search({ version: '7.18.0' }), [['version', '7.18.0']]);
      assert.deepEqual(search({ file: '/tmp/snoopy-1.2.3.jar' }), [['file', '/tmp/snoopy-1.2.3.jar']]);
      refused('update', { version: '7.18.0', file: '/tmp/a.jar' }, /give "version" or "file", not both/);
    });
  });
});
