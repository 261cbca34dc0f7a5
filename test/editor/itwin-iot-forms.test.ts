import { strict as assert } from 'node:assert';
import { IMPORT_NODE_ID, IMPORT_SENSOR_ID } from '../../simulators/itwin-iot';
import { pickLists, textOf, untranslated } from '../support/dialogs';
import { editor, leave, node, param, save, simulator, startForEditor, testInEditor } from '../support/itwin-editor';

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
const EDITED = { integration: { type: 'json', value: JSON.stringify(INTEGRATION) } };

startForEditor();

describe('the dialogs of iTwin IoT', () => {
  testInEditor(() => {
    const query = { type: 'itwin-iot-query', account: 'account', params: {} };
    const subscribe = { type: 'itwin-iot-subscribe', account: 'account', params: {}, backfill: true };
    const provision = { type: 'itwin-iot-provision', account: 'account' };
    return [
      { ...query, id: 'tree', operation: 'getSensors' },
      { ...query, id: 'series', operation: 'getData' },
      { ...query, id: 'project', operation: 'getSensors' },
      { ...provision, id: 'integration', operation: 'integrate', params: EDITED },
      { ...subscribe, id: 'subscribe', subscription: 'data', ids: [simulator.sensorIds[0]], metric: 'T', unit: 'C' },
    ];
  });

  it('show the hierarchy as a tree, from which several sensors are picked and taken back', async function () {
    this.timeout(120_000);
    const { keyboard } = editor.page;
    const pick = pickLists(editor.page);
    await editor.edit(node('tree'));
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
    const { params } = await save('tree');
    const [, , third, fourth] = simulator.sensorIds;
    assert.deepEqual(params, { sensors: { type: 'str', value: [IMPORT_SENSOR_ID, third, fourth].join(', ') } });
    assert.deepEqual(editor.problems, []);
  });

  it('put what is picked in place of a variable, which could only stand alone', async function () {
    this.timeout(120_000);
    const pick = pickLists(editor.page);
    await editor.edit(node('tree'));
    await param('sensors').fill('${SENSORS}');
    await pick.open();
    await pick.option('Mote 1').click();
    await pick.option('Mote 2').click();
    await editor.page.keyboard.press('Escape');
    assert.equal(await param('sensors').inputValue(), simulator.sensorIds.slice(0, 2).join(', '));
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('show the list that was asked for last', async function () {
    this.timeout(120_000);
    const { page } = editor;
    const pick = pickLists(page);
    await editor.edit(node('tree'));
    const waiting: (() => Promise<void>)[] = [];
    const reload = page.locator('.farfield-pick-panel button');
    const LIST = '**/lists/sensors*';
    await page.route(LIST, (route) => {
      const items = [{ value: `answer ${waiting.length + 1}` }];
      waiting.push(() => route.fulfill({ json: { items } }));
    });
    const asked = (): Promise<unknown> => page.waitForRequest(LIST);
    await Promise.all([asked(), page.getByRole('button', { name: /list: Sensors$/ }).click()]);
    await Promise.all([asked(), reload.click()]);
    const [first, second] = waiting;
    await second?.();
    await pick.option('answer 2').waitFor();
    await Promise.all([page.waitForResponse(LIST), first?.()]);
    // Whatever the page does with an answer it has done when it asks and is answered once more.
    await page.evaluate("fetch('settings').then((answer) => answer.text())");
    assert.deepEqual(await pick.option('answer').allTextContents(), ['answer 2']);
    await page.unroute(LIST);
    await page.keyboard.press('Escape');
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('leave the list with Tab, to the next field', async function () {
    this.timeout(120_000);
    const { keyboard } = editor.page;
    const pick = pickLists(editor.page);
    const dialog = await editor.edit(node('series'));
    const panel = await pick.open();
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await panel.waitFor({ state: 'detached' });
    const inside = (): Promise<boolean> =>
      dialog
        .locator(':focus')
        .count()
        .then((count) => count === 1);
    assert.ok(await inside(), 'the focus is in the dialog');
    await pick.open();
    await keyboard.press('Shift+Tab');
    await panel.waitFor({ state: 'detached' });
    assert.ok(await inside(), 'the focus is in the dialog');
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('ask for the sensor before its metrics, and for the metric before its units', async function () {
    this.timeout(120_000);
    const pick = pickLists(editor.page);
    await editor.edit(node('series'));
    assert.match(await textOf(await pick.open(1)), /“Sensor” first/);
    await editor.page.keyboard.press('Escape');
    assert.match(await textOf(await pick.open(2)), /“Metric” first/);
    await editor.page.keyboard.press('Escape');
    for (const [index, name] of ['Mote 2', 'Relative Humidity', 'percent'].entries()) {
      await pick.open(index);
      await pick.option(name).click();
    }
    const { params } = await save('series');
    assert.deepEqual(
      Object.values(params as object).map(({ value }) => value),
      [simulator.sensorIds[1], 'RH', '%'],
    );
    assert.deepEqual(editor.problems, []);
  });

  it('list what is in the project of the node', async function () {
    this.timeout(120_000);
    const pick = pickLists(editor.page);
    await editor.edit(node('project'));
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
    const pick = pickLists(editor.page);
    await editor.edit(node('subscribe'));
    await pick.open();
    assert.deepEqual(await pick.picked(), ['Mote 1 humidity and temperature']);
    await pick.option('Mote 2').click();
    await editor.page.keyboard.press('Escape');
    await pick.open(1);
    assert.deepEqual(await pick.picked(), ['Temperature']);
    await editor.page.keyboard.press('Escape');
    await param('params').fill('{"dt": {"value": 60}}');
    const { ids, metric, params } = await save('subscribe');
    assert.deepEqual({ ids, metric }, { ids: [first, second], metric: 'T' });
    assert.deepEqual(params, { params: { type: 'json', value: '{"dt": {"value": 60}}' } });
    await editor.edit(node('subscribe'));
    await editor.page.locator('#node-input-subscription').selectOption('nodes');
    assert.equal(await editor.page.locator('#node-input-metric').isVisible(), false);
    await pick.open();
    await pick.option('North Sector THREAD').waitFor();
    await editor.page.keyboard.press('Escape');
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('edit an integration in a form and in JSON, and keep what the form knows nothing of', async function () {
    this.timeout(120_000);
    const { page } = editor;
    const pick = pickLists(page);
    const dialog = await editor.edit(node('integration'));
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
      const button = metrics.locator('.farfield-pick-button').nth(index);
      assert.match((await button.getAttribute('aria-label')) ?? '', index === 0 ? /: Metric$/ : /: Unit$/);
      await button.click();
      await pick.option(name).first().click();
    }
    await problem.waitFor({ state: 'hidden' });
    const saved = await save('integration');
    const written = JSON.parse((saved.params as typeof EDITED).integration.value);
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

    await editor.edit(node('integration'));
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

  it('show a change of an integration that the platform does not know', async function () {
    this.timeout(120_000);
    const dialog = await editor.edit(node('integration'));
    await param('integration').fill('{"changeState": "new", "devices": [{"changeState": "delete"}]}');
    await leave();
    assert.equal(await textOf(dialog.locator('.farfield-entity-state')), 'delete');
    assert.equal(await textOf(dialog.getByLabel('Change').locator('option:checked')), 'delete');
    assert.equal(await untranslated(dialog), '');
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });
});
