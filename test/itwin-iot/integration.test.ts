import { strict as assert } from 'node:assert';
import { findOperation, type Operation } from '../../nodes/core/operation/operation';
import { resolveParameters } from '../../nodes/core/operation/parameters';
import { buildRequest } from '../../nodes/core/operation/request-builder';
import { operations } from '../../nodes/itwin-iot/operations';
import { integrationProblem } from '../../nodes/itwin-iot/operations/integration';
import { type ItwinSimulator, startItwinSimulator } from '../../simulators/itwin-iot';
import { rest } from '../simulators/itwin-iot-support';

const INTEGRATE = findOperation(operations, 'itwin-iot-provision', 'integrate') as Operation;
const PROJECT = '6ee68656-ce20-452c-a4e6-b6b3a3b55537';

/** "Create Connection, Device(s), and Sensor(s)": the example of the platform text. */
const sensorNamed = (name: string) => ({
  changeState: 'new',
  props: {
    INTEGRATION_ID: 'GENERIC_SENSOR_SDE',
    NAME: name,
    UNKNOWN_UNITS: { '0': 'millimeter', '1': 'millimeter' },
    UNKNOWN_METRICS: { '0': 'Alignment_Left_SD', '1': 'Alignment_Right_SD' },
  },
});
const SIMPLE = {
  changeState: 'new',
  devices: [
    {
      changeState: 'new',
      props: { INTEGRATION_ID: 'IMPORT_DEVICE_SDE', NAME: 'Device-1' },
      sensors: [sensorNamed('Sensor-1'), sensorNamed('Sensor-2')],
    },
  ],
};

/** "Advanced Device(s), and Sensor(s) Creation": the example of the platform text. */
const ADVANCED = {
  nodeId: '/api/B08851/node',
  devices: [
    {
      changeState: 'new',
      refId: '{{$guid}}',
      props: {
        INTEGRATION_ID: 'IMPORT_DEVICE_SDE',
        NAME: 'Test Device',
        LOCATION: { type: 'Point', coordinates: [174.7805678, -41.27834066, 20] },
        NOTES: 'Demo device',
      },
      sensors: [
        {
          changeState: 'new',
          refId: '{{$guid}}',
          props: {
            NAME: 'Test Sensor',
            SERIAL_NO: '1234',
            INTEGRATION_ID: 'GENERIC_SENSOR_SDE',
            LOCATION: { type: 'Point', coordinates: [174.7805678, -41.25834066, 65] },
            UNKNOWN_UNITS: { '0': 'millimeter', '1': 'millimeter' },
            UNKNOWN_METRICS: { '0': 'Alignment_Left_SD', '1': 'Alignment_Right_SD' },
            NOTES: 'Generic sensor',
          },
        },
      ],
    },
  ],
};

/** "Generic sensors": the three examples. */
const METRICS = {
  'unknown metric and unknown unit': { UNKNOWN_UNITS: { '0': 'abcUnit' }, UNKNOWN_METRICS: { '0': 'abc' } },
  'known metric and known unit': {
    KNOWN_UNITS: { '0': 'Hz', '1': 'mm' },
    KNOWN_METRICS: { '0': 'f', '1': 'cum_distance' },
  },
  'unknown metric and known unit': {
    KNOWN_UNITS: { '0': 'Hz', '1': 'mm' },
    UNKNOWN_METRICS: { '0': 'abc', '1': 'def' },
  },
};

type Entry = Record<string, unknown>;

const withDevice = (device: unknown): Entry => ({ nodeId: '/api/B08851/node', devices: [device] });
const withSensor = (sensor: unknown): Entry => withDevice({ refId: 'mine', sensors: [sensor] });
const generic = (props: Entry): Entry =>
  withSensor({ changeState: 'new', refId: '{{$guid}}', props: { INTEGRATION_ID: 'GENERIC_SENSOR_SDE', ...props } });

describe('the integration of POST /integrations/integrate', () => {
  const accepted: [what: string, integration: Entry][] = [
    ['the simple example of the platform text', SIMPLE],
    ['the advanced example of the platform text', ADVANCED],
    ...Object.entries(METRICS).map(([what, props]): [string, Entry] => [`a generic sensor of ${what}`, generic(props)]),
    ['a new connection alone', { changeState: 'new' }],
    ['a new connection with a name', { changeState: 'new', props: { NAME: 'North' } }],
    ['an existing connection as it is', { nodeId: '/api/B08851/node' }],
    [
      'metrics of both kinds',
      generic({
        KNOWN_METRICS: { 0: 'T' },
        UNKNOWN_METRICS: { 1: 'x' },
        KNOWN_UNITS: { 0: 'C' },
        UNKNOWN_UNITS: { 1: 'y' },
      }),
    ],
    [
      'a template that brings its own metrics',
      withSensor({ changeState: 'new', props: { INTEGRATION_ID: 'TEMPERATURE_SDE' } }),
    ],
    [
      'a new sensor below a device that stays as it is',
      withSensor({ changeState: 'new', props: { INTEGRATION_ID: 'TEMPERATURE_SDE' } }),
    ],
    ['an update of a device', withDevice({ changeState: 'update', refId: 'mine', props: { NAME: 'New name' } })],
    [
      'an update of a generic sensor without its metrics',
      withSensor({ changeState: 'update', refId: 'mine', props: { INTEGRATION_ID: 'GENERIC_SENSOR_SDE' } }),
    ],
    ['the removal of a sensor', withSensor({ changeState: 'remove', refId: 'mine' })],
    [
      'empty lists',
      {
        changeState: 'new',
        devices: [{ changeState: 'new', props: { INTEGRATION_ID: 'IMPORT_DEVICE_SDE' }, sensors: [] }],
      },
    ],
  ];
  for (const [what, integration] of accepted) {
    it(`may be ${what}`, () => assert.equal(integrationProblem(integration), undefined));
  }

  const refused: [what: string, integration: Entry, words: RegExp][] = [
    ['neither a new connection nor one that is named', { devices: [] }, /"changeState": "new" .*or "nodeId"/],
    ['an update of no connection in particular', { changeState: 'update' }, /"changeState": "new" .*or "nodeId"/],
    ['the removal of no connection in particular', { changeState: 'remove' }, /"nodeId"/],
    ['a nodeId without its slash', { nodeId: 'api/B08851/node' }, /"nodeId" that begins with "\/"/],
    ['a nodeId that is no text', { nodeId: 5 }, /"nodeId" that begins with "\/"/],
    [
      'a state that there is not',
      { ...ADVANCED, changeState: 'delete' },
      /one of new, update, remove as "changeState"/,
    ],
    ['devices that are no list', { changeState: 'new', devices: {} }, /a list as "devices"/],
    ['a device that is no object', withDevice('device'), /an object as "devices\[0\]"/],
    [
      'a device of another state',
      withDevice({ changeState: 'New' }),
      /new, update, remove as "devices\[0\]\.changeState"/,
    ],
    [
      'a new device without a template',
      withDevice({ changeState: 'new', props: { NAME: 'x' } }),
      /the id of a template as "devices\[0\]\.props\.INTEGRATION_ID"/,
    ],
    ['a new device without properties', withDevice({ changeState: 'new' }), /"devices\[0\]\.props\.INTEGRATION_ID"/],
    [
      'a new device with an empty template',
      withDevice({ changeState: 'new', props: { INTEGRATION_ID: '' } }),
      /INTEGRATION_ID/,
    ],
    ['sensors that are no list', withDevice({ sensors: 'all' }), /a list as "devices\[0\]\.sensors"/],
    ['a sensor that is no object', withSensor(null), /an object as "devices\[0\]\.sensors\[0\]"/],
    ['a sensor of another state', withSensor({ changeState: 'gone' }), /"devices\[0\]\.sensors\[0\]\.changeState"/],
    [
      'a new sensor without a template',
      withSensor({ changeState: 'new', props: {} }),
      /"devices\[0\]\.sensors\[0\]\.props\.INTEGRATION_ID"/,
    ],
    [
      'a new generic sensor without metrics',
      generic({ KNOWN_UNITS: { 0: 'C' } }),
      /KNOWN_METRICS or UNKNOWN_METRICS in "devices\[0\]\.sensors\[0\]\.props"/,
    ],
    [
      'a new generic sensor without units',
      generic({ UNKNOWN_METRICS: { 0: 'x' } }),
      /a unit "0" in "devices\[0\]\.sensors\[0\]\.props\.KNOWN_UNITS" or/,
    ],
    [
      'a new generic sensor with a metric that has no unit',
      generic({ UNKNOWN_METRICS: { 0: 'x', 1: 'y' }, UNKNOWN_UNITS: { 0: 'a' } }),
      /a unit "1"/,
    ],
    ['a device to remove without a refId', withDevice({ changeState: 'remove' }), /"devices\[0\]\.refId"/],
    ['an update of a sensor without one', withSensor({ changeState: 'update' }), /"devices\[0\]\.sensors\[0\]\.refId"/],
    ['metrics that are no object', generic({ UNKNOWN_METRICS: ['x'], UNKNOWN_UNITS: ['a'] }), /KNOWN_METRICS/],
  ];
  for (const [what, integration, words] of refused) {
    it(`is refused for ${what}`, () => assert.match(integrationProblem(integration) ?? '', words));
  }

  it('names the second of several', () => {
    const [device] = ADVANCED.devices;
    const sensors = [sensorNamed('a'), { ...sensorNamed('b'), props: {} }];
    const problem = integrationProblem({ ...ADVANCED, devices: [device, { ...device, sensors }] });
    assert.match(problem ?? '', /"devices\[1\]\.sensors\[1\]\.props\.INTEGRATION_ID"/);
  });

  it('is checked before anything is sent, by the operation', () => {
    const resolve = (message: Entry) => resolveParameters(INTEGRATE, { dialog: {}, message, payload: undefined });
    assert.throws(
      () => resolve({ projectIds: PROJECT, integration: {} }),
      /parameter "integration" of integrate must hold/,
    );
    assert.throws(
      () => resolve({ projectIds: PROJECT, integration: [] }),
      /"integration" of integrate must be an object/,
    );
    assert.throws(() => resolve({ projectIds: PROJECT }), /integrate needs the parameter "integration"/);
    assert.throws(() => resolve({ integration: SIMPLE }), /integrate needs the parameter "projectIds"/);
  });

  describe('at the simulated platform', () => {
    let simulator: ItwinSimulator;
    beforeEach(async () => {
      simulator = await startItwinSimulator({ live: false });
    });
    afterEach(() => simulator.stop());

    const post = (integration: Entry) => {
      const message = { projectIds: simulator.project.id, integration };
      const values = resolveParameters(INTEGRATE, { dialog: {}, message, payload: undefined });
      const { method, path, query = [], body } = buildRequest(INTEGRATE, values);
      return rest(simulator, method, `${path}?${new URLSearchParams(query.map(([name, value]) => [name, value]))}`, {
        body,
      });
    };

    it('is taken as the platform text has it, simple and advanced', async () => {
      const before = simulator.sensors().length;
      const { status, json } = await post(SIMPLE);
      assert.equal(status, 200);
      const { node } = json.integration as { node: { id: string } };
      const advanced = await post({ ...ADVANCED, nodeId: node.id });
      assert.equal(advanced.status, 200);
      assert.equal(simulator.sensors().length, before + 3);
    });

    it('is refused there too where it is refused here', async () => {
      const send = (integration: Entry) =>
        rest(simulator, 'POST', `/integrations/integrate?projectIds=${simulator.project.id}`, {
          body: { integration },
        });
      for (const integration of [
        { devices: [] },
        { changeState: 'update' },
        { ...SIMPLE, devices: [{ changeState: 'new' }] },
      ]) {
        assert.ok(integrationProblem(integration));
        assert.ok((await send(integration)).status >= 400);
      }
    });
  });
});
