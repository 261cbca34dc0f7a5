import { strict as assert } from 'node:assert';
import type { Browser, Locator } from 'playwright-core';
import { launchBrowser } from '../../scripts/browser';
import { IMPORT_NODE_ID, IMPORT_SENSOR_ID, type ItwinSimulator, startItwinSimulator } from '../../simulators/itwin-iot';
import { chooseEach, pickLists, textOf, untranslated } from '../support/dialogs';
import { type Editor, openEditor } from '../support/editor';
import type { FlowNode } from '../support/flow-nodes';
import { itwinAccount, itwinCredentials } from '../support/itwin';
import { type NodeRedProcess, nodeRedVersion, startNodeRed } from '../support/node-red-process';
import { requirePeer } from '../support/peers';

/** Since Node-RED 5 the editor has a dark theme of its own. */
const THEME = nodeRedVersion.startsWith('4.') ? 'light' : 'dark';

const ACCOUNT_USERS = ['itwin-iot-subscribe', 'itwin-iot-query', 'itwin-iot-provision', 'itwin-iot-upload'];
const THREAD_USERS = ['itwin-iot-thread-in', 'itwin-iot-thread-out', 'itwin-iot-thread-command'];

/** A request with members that the form knows nothing of. */
const INTEGRATION = {
  nodeId: IMPORT_NODE_ID,
  own: { kept: true },
  devices: [
    {
      changeState: 'new',
      own: 1,
      props: { INTEGRATION_ID: 'IMPORT_DEVICE_SDE', NAME: 'Bridge', OWN: 'x' },
      sensors: [{ changeState: 'remove', refId: 'old' }],
    },
  ],
};

describe('the dialogs of iTwin IoT', () => {
  let browser: Browser;
  let simulator: ItwinSimulator;
  let nodeRed: NodeRedProcess;
  let editor: Editor;

  before(async function () {
    this.timeout(120_000);
    browser = await launchBrowser(requirePeer(this, 'chromium'));
    simulator = await startItwinSimulator({ live: false, stored: 12 });
    nodeRed = await startNodeRed();
  });
  afterEach(async () => {
    await editor?.close();
  });
  after(async () => {
    await browser?.close();
    await nodeRed?.dispose();
    await simulator?.stop();
  });

  /** A tab with these nodes, as if deployed yesterday, in an editor that has just been opened. */
  const openFlow = async (nodes: readonly FlowNode[], theme?: 'light' | 'dark'): Promise<void> => {
    const thread = {
      id: 'thread',
      type: 'itwin-iot-thread',
      name: 'Edge',
      url: simulator.edge.url,
      wsUrl: simulator.edge.wsUrl,
    };
    const placed = nodes.map((node, index) => ({ z: 'flow', x: 200, y: 80 + index * 60, wires: [[]], ...node }));
    const flow = [{ id: 'flow', type: 'tab', label: 'iTwin IoT' }, itwinAccount(simulator), thread, ...placed];
    await nodeRed.deploy(flow, { credentials: itwinCredentials(simulator) });
    editor = await openEditor(browser, nodeRed, theme);
  };

  const node = (id: string): Locator => editor.page.locator(`[id="${id}"]`);

  const choose = (operation: string): Promise<string[]> =>
    editor.page.locator('select#node-input-operation').selectOption(operation);

  /** The field of a parameter. */
  const param = (name: string): Locator => editor.page.locator(`#farfield-param-${name}-text`);

  const leave = (): Promise<void> => editor.page.keyboard.press('Tab');

  /** Presses Done and Deploy; gives the node as it is saved. */
  const save = async (id: string): Promise<FlowNode> => {
    await editor.closeDialog('done');
    await editor.deploy();
    const flows = (await (await nodeRed.admin('/flows')).json()) as FlowNode[];
    return flows.find((each) => each.id === id) ?? assert.fail();
  };

  /** What the button says in the end. */
  const testConnection = async (account: Locator): Promise<string> => {
    await account.getByRole('button', { name: 'Test connection' }).click();
    const result = account.locator('.farfield-test-result:not([data-look="running"])');
    await result.waitFor();
    return textOf(result);
  };

  it(`open without an error for every type, in the ${THEME} theme`, async function () {
    this.timeout(120_000);
    const users = ACCOUNT_USERS.map((type) => ({ id: type, type, account: 'account' }));
    const edge = THREAD_USERS.map((type) => ({ id: type, type, thread: 'thread' }));
    await openFlow([...users, ...edge], THEME);
    for (const type of [...ACCOUNT_USERS, ...THREAD_USERS]) {
      const dialog = await editor.edit(node(type));
      for (const select of ['operation', 'subscription', 'via'])
        await chooseEach(dialog.locator(`select#node-input-${select}`));
      assert.equal(await untranslated(dialog), '', `${type}: every text is there`);
      await editor.closeDialog('cancel');
    }
    for (const [type, property, seen] of [
      ['itwin-iot-query', 'account', /^Connected\..*North Sector THREAD #1/],
      ['itwin-iot-thread-in', 'thread', /^Connected\..*6C4F6D/],
    ] as const) {
      await editor.edit(node(type));
      const config = await editor.editConfigNode(property);
      assert.match(await testConnection(config), seen);
      await chooseEach(config.locator('select#node-config-input-auth'));
      assert.equal(await untranslated(config), '', `${property}: every text is there`);
      await editor.closeDialog('cancel');
      await editor.closeDialog('cancel');
    }
    assert.deepEqual(editor.problems, []);
  });

  it('ask for the credentials of the chosen sign-in only, and warn of a socket without TLS', async function () {
    this.timeout(120_000);
    await openFlow([{ id: 'query', type: 'itwin-iot-query', account: 'account' }]);
    await editor.edit(node('query'));
    const account = await editor.editConfigNode('account');
    const fields = { apikey: ['apiKey'], ims: ['clientId', 'clientSecret', 'imsUrl', 'scope'], jwt: ['jwt'] };
    for (const [auth, names] of Object.entries(fields)) {
      await account.locator('#node-config-input-auth').selectOption(auth);
      const shown = await Promise.all(
        Object.values(fields)
          .flat()
          .map(async (name) => ((await account.locator(`#node-config-input-${name}`).isVisible()) ? [name] : [])),
      );
      assert.deepEqual(shown.flat(), names);
      // A stored secret goes only to URLs that it goes to already.
      if (auth === 'ims') await account.locator('#node-config-input-clientSecret').fill(simulator.clientSecret);
      assert.match(await testConnection(account), /^Connected\..*North Sector THREAD #1/);
    }
    const warning = account.locator('[data-show="url^=tcp:"]');
    assert.equal(await warning.isVisible(), false);
    await account.locator('#node-config-input-url').fill(simulator.tcpUrl);
    await warning.waitFor();
    await account.locator('#node-config-input-jwt').fill(simulator.issueToken());
    assert.match(await testConnection(account), /^Connected\..*North Sector THREAD #1/);
    await editor.closeDialog('cancel');
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('show the hierarchy as a tree, from which several sensors are picked and taken back', async function () {
    this.timeout(120_000);
    await openFlow([{ id: 'query', type: 'itwin-iot-query', account: 'account', operation: 'getSensors', params: {} }]);
    const { keyboard } = editor.page;
    const pick = pickLists(editor.page);
    await editor.edit(node('query'));
    const panel = await pick.open();
    const headings = panel.locator('.farfield-pick-heading');
    assert.deepEqual(await headings.allTextContents(), [
      'Import connection',
      'Import device',
      'North Sector THREAD #1',
      'Mote 1 (indoor)',
      'Mote 2 (indoor)',
      'Mote 3 (outdoor)',
      'Mote 4 (outdoor)',
    ]);
    await keyboard.press('Enter');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await pick.option('Mote 3').click();
    assert.deepEqual(await pick.picked(), [
      'Import sensor',
      'Mote 1 humidity and temperature',
      'Mote 3 humidity and temperature',
    ]);
    await headings.first().click();
    await pick.option('Mote 1').click();
    await keyboard.type('mote 4');
    assert.deepEqual(await headings.allTextContents(), ['North Sector THREAD #1', 'Mote 4 (outdoor)']);
    await keyboard.press('Enter');
    await keyboard.press('Escape');
    const { params } = await save('query');
    const [, , third, fourth] = simulator.sensorIds;
    assert.deepEqual(params, { sensors: { type: 'str', value: [IMPORT_SENSOR_ID, third, fourth].join(', ') } });
    assert.deepEqual(editor.problems, []);
  });

  it('ask for the sensor before its metrics, and for the metric before its units', async function () {
    this.timeout(120_000);
    await openFlow([{ id: 'query', type: 'itwin-iot-query', account: 'account', operation: 'getData', params: {} }]);
    const pick = pickLists(editor.page);
    await editor.edit(node('query'));
    assert.match(await textOf(await pick.open(1)), /“Sensor” first/);
    await editor.page.keyboard.press('Escape');
    assert.match(await textOf(await pick.open(2)), /“Metric” first/);
    await editor.page.keyboard.press('Escape');
    for (const [index, name] of ['Mote 2', 'Relative Humidity', 'percent'].entries()) {
      await pick.open(index);
      await pick.option(name).click();
    }
    const { params } = await save('query');
    assert.deepEqual(
      Object.values(params as object).map(({ value }) => value),
      [simulator.sensorIds[1], 'RH', '%'],
    );
    assert.deepEqual(editor.problems, []);
  });

  it('list what is in the project of the node', async function () {
    this.timeout(120_000);
    await openFlow([{ id: 'query', type: 'itwin-iot-query', account: 'account', operation: 'getSensors', params: {} }]);
    const pick = pickLists(editor.page);
    await editor.edit(node('query'));
    await editor.page.locator('#node-input-projectId').fill(simulator.otherProject.id);
    const panel = await pick.open();
    assert.deepEqual(await panel.locator('[role="option"] > span').allTextContents(), ['Track sensor']);
    await editor.page.keyboard.press('Escape');
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('keep what a subscription follows as a list', async function () {
    this.timeout(120_000);
    const [first = '', second = ''] = simulator.sensorIds;
    const saved = { subscription: 'data', ids: [first], metric: 'T', unit: 'C', params: {}, backfill: true };
    await openFlow([{ id: 'node', type: 'itwin-iot-subscribe', account: 'account', ...saved }]);
    const pick = pickLists(editor.page);
    await editor.edit(node('node'));
    await pick.open();
    assert.deepEqual(await pick.picked(), ['Mote 1 humidity and temperature']);
    await pick.option('Mote 2').click();
    await editor.page.keyboard.press('Escape');
    await pick.open(1);
    assert.deepEqual(await pick.picked(), ['Temperature']);
    await editor.page.keyboard.press('Escape');
    await param('params').fill('{"dt": {"value": 60}}');
    const { ids, metric, params } = await save('node');
    assert.deepEqual({ ids, metric }, { ids: [first, second], metric: 'T' });
    assert.deepEqual(params, { params: { type: 'json', value: '{"dt": {"value": 60}}' } });
    await editor.edit(node('node'));
    await editor.page.locator('#node-input-subscription').selectOption('nodes');
    assert.equal(await editor.page.locator('#node-input-metric').isVisible(), false);
    await pick.open();
    await pick.option('North Sector THREAD').waitFor();
    await editor.page.keyboard.press('Escape');
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('say what choices mean, and which values do not go together', async function () {
    this.timeout(120_000);
    const command = {
      id: 'node',
      type: 'itwin-iot-thread-command',
      thread: 'thread',
      operation: 'readPort',
      params: {},
    };
    await openFlow([command]);
    const dialog = await editor.edit(node('node'));
    await dialog.locator('.farfield-operation .red-ui-typedInput-option-trigger:visible').click();
    await editor.page.getByText('1 – current', { exact: true }).click();

    const together = dialog.locator('.farfield-together');
    await choose('setBatterySaver');
    assert.equal(await textOf(together), '');
    await param('low').fill('20');
    await leave();
    assert.match(await textOf(together), /give both "low" and "high"/);
    assert.equal(await together.locator('.farfield-problem').count(), 0, 'a message may bring the other one');
    await param('high').fill('80');
    await leave();
    assert.equal(await textOf(together), '');

    await choose('update');
    await param('version').fill('7.18.0');
    await param('file').fill('/tmp/snoopy-1.2.3.jar');
    await leave();
    assert.match(await textOf(together.locator('.farfield-problem')), /"version" or "file", not both/);
    await editor.closeDialog('done');
    await node('node').locator('.red-ui-flow-node-error').waitFor();
    await editor.edit(node('node'));
    await param('file').fill('');
    await editor.closeDialog('done');
    await node('node').locator('.red-ui-flow-node-error').waitFor({ state: 'hidden' });
    assert.deepEqual(editor.problems, []);
  });

  it('edit an integration in a form and in JSON, and keep what the form knows nothing of', async function () {
    this.timeout(120_000);
    const params = { integration: { type: 'json', value: JSON.stringify(INTEGRATION) } };
    await openFlow([{ id: 'node', type: 'itwin-iot-provision', account: 'account', operation: 'integrate', params }]);
    const { page } = editor;
    const pick = pickLists(page);
    const dialog = await editor.edit(node('node'));
    const form = dialog.locator('.farfield-integration');
    const problem = dialog.locator('.farfield-operation .farfield-problem');
    await form.getByLabel('Name').first().fill('Bridge 2');
    await form.getByLabel('Longitude').first().fill('174.78');
    await form.getByLabel('Latitude').first().fill('-41.28');
    await form.getByRole('button', { name: 'Add a sensor' }).click();
    await page.keyboard.type('Air');
    assert.equal(await untranslated(dialog), '', 'every text is there');
    assert.match(await textOf(problem), /a generic sensor has none of its own/);
    await form.getByLabel('Metrics, units').last().selectOption({ label: 'both known to the platform' });
    const metrics = form.locator('.farfield-metric-line:visible');
    for (const [index, name] of ['Temperature', 'celsius'].entries()) {
      await metrics.locator('.farfield-pick-button').nth(index).click();
      await pick.option(name).first().click();
    }
    await problem.waitFor({ state: 'hidden' });
    const saved = await save('node');
    const written = JSON.parse((saved.params as typeof params).integration.value);
    const [device] = INTEGRATION.devices;
    const air = {
      changeState: 'new',
      props: { INTEGRATION_ID: 'GENERIC_SENSOR_SDE', NAME: 'Air', KNOWN_METRICS: { 0: 'T' }, KNOWN_UNITS: { 0: 'C' } },
    };
    const LOCATION = { type: 'Point', coordinates: [174.78, -41.28] };
    assert.deepEqual(written, {
      ...INTEGRATION,
      devices: [
        {
          ...device,
          props: { ...device?.props, NAME: 'Bridge 2', LOCATION },
          sensors: [...(device?.sensors ?? []), air],
        },
      ],
    });

    await editor.edit(node('node'));
    await param('integration').fill('{"changeState": "new", "devices": [{"refId": "a"}, {"refId": "b"}]}');
    await leave();
    assert.deepEqual(await form.locator('.farfield-entity-title').allTextContents(), ['a', 'b']);
    await form.getByRole('button', { name: 'Leave out' }).first().click();
    assert.equal(await param('integration').inputValue(), '{"changeState":"new","devices":[{"refId":"b"}]}');
    await form.getByLabel('Connection', { exact: true }).selectOption({ label: 'an existing one' });
    await form.locator('.farfield-pick-button').first().click();
    await pick.option('Import connection').click();
    assert.deepEqual(JSON.parse(await param('integration').inputValue()), {
      nodeId: IMPORT_NODE_ID,
      devices: [{ refId: 'b' }],
    });
    await param('integration').fill('{"nodeId"');
    await leave();
    await form.waitFor({ state: 'hidden' });
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });
});
