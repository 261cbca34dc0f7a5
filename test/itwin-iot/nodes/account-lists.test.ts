import { strict as assert } from 'node:assert';
import helper from 'node-red-node-test-helper';
import { IMPORT_SENSOR_ID, NODE_ID, OTHER_NODE_ID, OTHER_SENSOR_ID } from '../../../simulators/itwin-iot';
import { itwinAccount, itwinCredentials } from '../../support/itwin';
import { closed, deployAccount, testAccount } from '../../support/itwin-account';
import { also, runtime, simulator } from '../../support/itwin-node';
import { serveRpc } from '../../support/rpc-server';

interface Item {
  value: string;
  label: string;
  depth?: number;
  heading?: boolean;
}

describe('itwin-iot-account', () => {
  testAccount();

  const list = async (name: string, params: Record<string, string> = {}): Promise<Item[]> => {
    const search = new URLSearchParams(params);
    const response = await helper.request().get(`/itwin-iot-account/account/lists/${name}?${search}`).expect(200);
    return response.body.items;
  };

  describe('pick lists', () => {
    it('lists connections', async () => {
      await deployAccount();
      assert.deepEqual(await list('nodes'), [
        { value: '/api/13DC2F/node', label: 'Import connection' },
        { value: NODE_ID, label: 'North Sector THREAD #1' },
      ]);
    });

    it('lists the projects that are known: the default one, that of the account and that of the dialog', async () => {
      const { project, otherProject } = simulator;
      await deployAccount();
      assert.deepEqual(await list('projects'), [{ value: project.id, label: 'Default' }]);
      await deployAccount({ projectId: otherProject.id });
      assert.deepEqual(await list('projects', { projectId: 'ABC' }), [
        { value: otherProject.id, label: 'North' },
        { value: 'ABC', label: '' },
        { value: project.id, label: 'Default' },
      ]);
    });

    it('lists devices and sensors as a tree', async () => {
      await deployAccount();
      const devices = await list('devices');
      assert.deepEqual(devices.slice(0, 2), [
        { value: '/api/13DC2F/node', label: 'Import connection', heading: true },
        { value: '/api/13DC2F/node/dynamic/62D7C7/device', label: 'Import device', depth: 1 },
      ]);
      const sensors = await list('sensors');
      assert.deepEqual(
        sensors.slice(0, 3).map(({ value, depth = 0, heading = false }) => [value, depth, heading]),
        [
          ['/api/13DC2F/node', 0, true],
          ['/api/13DC2F/node/dynamic/62D7C7/device', 1, true],
          [IMPORT_SENSOR_ID, 2, false],
        ],
      );
      assert.equal(sensors.filter(({ heading }) => !heading).length, 5);
    });

    it('lists metrics of the chosen sensor and units of the chosen metric', async () => {
      await deployAccount();
      const [sensor = ''] = simulator.sensorIds;
      const metrics = await list('metrics', { sensor });
      assert.ok(metrics.some(({ value }) => value === 'T'));
      assert.ok(metrics.every(({ label }) => label !== ''));
      assert.deepEqual(await list('metrics', { sensors: `${sensor},${IMPORT_SENSOR_ID}` }), metrics);
      assert.deepEqual(await list('metrics', { sensors: JSON.stringify([sensor]) }), metrics);
      const units = await list('units', { metric: 'T' });
      assert.ok(
        units.some(({ value, label }) => value === 'C' && label === 'celsius'),
        JSON.stringify(units),
      );
      assert.deepEqual(await list('metrics', { sensor: '/nobody' }), []);
      assert.deepEqual(await list('units', { metric: 'nonsense' }), []);
    });

    it('lists what another project has: of the dialog, or else of the account', async () => {
      await deployAccount({ projectId: simulator.otherProject.id });
      const other = await list('nodes');
      assert.deepEqual(
        other.map(({ value }) => value),
        [OTHER_NODE_ID],
      );
      assert.deepEqual(await list('nodes', { projectId: '' }), other);
      const metrics = ['Alignment_Left_SD', 'Alignment_Right_SD'];
      assert.deepEqual(
        (await list('metrics', { sensor: OTHER_SENSOR_ID })).map(({ value }) => value),
        metrics,
      );
      assert.equal((await list('units', { metric: 'Alignment_Left_SD' })).length, 1);
      await deployAccount();
      const projectId = simulator.otherProject.id;
      assert.deepEqual(await list('nodes', { projectId }), other);
      assert.deepEqual(
        (await list('metrics', { sensor: OTHER_SENSOR_ID, projectId })).map(({ value }) => value),
        metrics,
      );
      assert.equal((await list('units', { metric: 'Alignment_Left_SD', projectId })).length, 1);
    });

    it('lists templates and the catalogue of metrics', async () => {
      await deployAccount();
      for (const [name, wanted] of [
        ['device-types', 'IMPORT_DEVICE_SDE'],
        ['sensor-types', 'GENERIC_SENSOR_SDE'],
        ['metric-types', 'T'],
      ] as const) {
        const items = await list(name);
        assert.ok(
          items.some(({ value }) => value === wanted),
          name,
        );
      }
    });

    it('lists the types that are no templates apart from these', async () => {
      await deployAccount();
      const values = async (name: string) => (await list(name)).map(({ value }) => value);
      assert.deepEqual(await values('legacy-device-types'), ['DEMO', 'DGSI_M_LOGGER']);
      assert.deepEqual(await values('legacy-sensor-types'), ['DEMO_SENSOR']);
    });

    it('leaves out what is no entity, and lists the rest', async () => {
      const odd = [null, 7, 'x', [], {}, { id: 5 }, { id: { toString: 1 } }, { id: '/a', props: null }];
      const good = { id: '/b', props: { NAME: 'Good', NODE_ID: ['/a'] } };
      const server = also(
        await serveRpc((method) => ({
          result: method === 'authenticate' ? { nextId: 1 } : [...odd, good],
        })),
      );
      await deployAccount({ url: server.url });
      const nodes = await list('nodes');
      const metrics = await list('metrics', { sensor: '/b' });
      assert.deepEqual(nodes, [
        { value: '/a', label: '' },
        { value: '/b', label: 'Good' },
      ]);
      assert.deepEqual(metrics, []);
    });

    it('says at once why there is no list', async () => {
      await deployAccount({ timeout: 30 });
      await simulator.faults.refuse();
      const begin = Date.now();
      for (const name of ['sensors', 'sensor-types']) {
        const response = await helper.request().get(`/itwin-iot-account/account/lists/${name}`).expect(502);
        assert.equal(response.body.code, 'ECONNREFUSED');
      }
      assert.ok(Date.now() - begin < 3000);
      await helper.request().get('/itwin-iot-account/account/lists/constructor').expect(404);
      await helper.request().get('/itwin-iot-account/nowhere/lists/nodes').expect(404);
    });

    it('keeps the connection for the next list, and leaves none after a deploy', async () => {
      await runtime.deploy([{ id: 'flow', type: 'tab' }, itwinAccount(simulator)], itwinCredentials(simulator));
      await list('nodes');
      await list('sensors');
      assert.equal(simulator.counters.connections, 1);
      assert.equal(simulator.counters.openConnections, 1);
      await runtime.deploy([{ id: 'flow', type: 'tab' }]);
      await closed();
    });
  });
});
