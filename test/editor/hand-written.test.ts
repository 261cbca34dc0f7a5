import { strict as assert } from 'node:assert';
import { textOf } from '../support/dialogs';
import { editor, leave, node, param, save, startForEditor, testInEditor } from '../support/itwin-editor';

/** What a person writes who has no editor at hand. */
const NODES = [
  { id: 'texts', type: 'itwin-iot-subscribe', account: 'account', subscription: 'nodes', ids: '/a', backfill: 'false' },
  {
    id: 'variables',
    type: 'itwin-iot-subscribe',
    account: 'account',
    subscription: 'nodes',
    ids: '/a',
    backfill: '${B}',
  },
  { id: 'upload', type: 'itwin-iot-upload', account: 'account', offline: '${OFFLINE}' },
  {
    id: 'choice',
    type: 'itwin-iot-query',
    account: 'account',
    operation: 'listDeviceTypes',
    params: { excludeLegacy: { type: 'bool', value: '${LEGACY}' } },
  },
  {
    id: 'operation',
    type: 'itwin-iot-query',
    account: 'account',
    operation: 'getSensors',
    params: { sensors: { type: 'str', value: '/a' } },
  },
  { id: 'message', type: 'itwin-iot-query', account: 'account', params: { sensors: '/b', own: 1 } },
  { id: 'offsets', type: 'xdp-query', account: 'account', offsets: { a: 1 } },
  { id: 'events', type: 'xdp-query', account: 'account', stream: 'end-devices', eventTypes: '["NameUpdated"]' },
  { id: 'odd', type: 'xdp-query', account: 'account', eventTypes: {} },
  {
    id: 'types',
    type: 'itwin-iot-query',
    account: 'account',
    operation: 'request',
    params: { method: 'POST', path: { type: 'json', value: '"/sites"' }, body: { type: 'str', value: '5' } },
  },
  { id: 'begin', type: 'xdp-events', account: 'account', stream: 'recordings', from: 'offsets', offsets: { a: '1' } },
  {
    id: 'begin-variable',
    type: 'xdp-events',
    account: 'account',
    stream: 'recordings',
    from: 'offsets',
    offsets: '${OFFSETS}',
  },
  { id: 'old', type: 'xdp-events', account: 'account', stream: 'recordings' },
  { id: 'commas', type: 'itwin-iot-subscribe', account: 'account', subscription: 'nodes', ids: ['/a,b', '/c'] },
];

startForEditor();

describe('the dialogs of nodes that were written by hand', () => {
  testInEditor(() => NODES);

  it('keep what a checkbox cannot show', async function () {
    this.timeout(120_000);
    await editor.edit(node('texts'));
    assert.notEqual((await save('texts')).backfill, true);
    await editor.edit(node('variables'));
    assert.equal((await save('variables')).backfill, '${B}');
    assert.deepEqual(editor.problems, []);
  });

  it('show what a select does not offer, and the first choice for none', async function () {
    this.timeout(120_000);
    const dialog = await editor.edit(node('upload'));
    const chosen = (name: string): Promise<string> => textOf(dialog.locator(`#node-input-${name} option:checked`));
    assert.match(await chosen('via'), /socket/i);
    assert.equal(await chosen('offline'), '${OFFLINE}');
    assert.ok(await dialog.locator('#node-input-maxItems').isVisible(), 'the variable may say that messages are kept');
    const { via, offline } = await save('upload');
    assert.deepEqual({ via, offline }, { via: 'socket', offline: '${OFFLINE}' });
    assert.deepEqual(editor.problems, []);
  });

  it('show of a choice that a flow leaves out what the runtime takes, wherever it stands', async function () {
    this.timeout(120_000);
    const dialog = await editor.edit(node('old'));
    assert.equal(await dialog.locator('#node-input-from').inputValue(), 'all');
    assert.equal((await save('old')).from, 'all');
    assert.deepEqual(editor.problems, []);
  });

  it('keep what is no choice of a parameter', async function () {
    this.timeout(120_000);
    await editor.edit(node('choice'));
    const { params } = await save('choice');
    assert.deepEqual(params, { excludeLegacy: { type: 'bool', value: '${LEGACY}' } });
    assert.deepEqual(editor.problems, []);
  });

  it('leave no value of an operation behind that a message is to choose', async function () {
    this.timeout(120_000);
    const choose = (operation: string): Promise<string[]> =>
      editor.page.locator('select#node-input-operation').selectOption(operation);
    await editor.edit(node('operation'));
    await choose('');
    const { operation, params } = await save('operation');
    assert.deepEqual({ operation, params }, { operation: '', params: {} });

    await editor.edit(node('message'));
    await choose('getSensors');
    await param('sensors').fill('/c');
    await choose('');
    assert.deepEqual((await save('message')).params, { sensors: '/b', own: 1 });
    assert.deepEqual(editor.problems, []);
  });

  it('keep a comma in an id', async function () {
    this.timeout(120_000);
    await editor.edit(node('commas'));
    assert.deepEqual((await save('commas')).ids, ['/a,b', '/c']);
    assert.deepEqual(editor.problems, []);
  });

  it('keep an object in the field of a text', async function () {
    this.timeout(120_000);
    const dialog = await editor.edit(node('offsets'));
    assert.equal(await dialog.locator('#node-input-offsets').inputValue(), '{"a":1}');
    const refused = dialog.locator('.red-ui-typedInput-container.input-error');
    for (const [text, state] of [
      ['{"a": 1.5}', 'visible'],
      ['{}', 'detached'],
    ] as const) {
      await dialog.getByRole('textbox', { name: 'Offsets' }).fill(text);
      await leave();
      await refused.waitFor({ state });
    }
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('take for offsets to begin behind what the runtime takes', async function () {
    this.timeout(120_000);
    const field = editor.page.getByRole('textbox', { name: 'Offsets' });
    const refused = editor.page.locator('.red-ui-typedInput-container.input-error');
    await editor.edit(node('begin'));
    assert.equal(await field.inputValue(), '{"a":"1"}');
    for (const wrong of ['', '{}', '[1]', '{"a": 1.5}', '{"a"']) {
      await field.fill(wrong);
      await leave();
      await refused.waitFor();
      await field.fill('{"a": "9007199254740993"}');
      await leave();
      await refused.waitFor({ state: 'detached' });
    }
    await editor.page.locator('#node-input-from').selectOption('new');
    assert.equal(await editor.page.locator('.red-ui-typedInput-container:visible').count(), 0, 'they do not apply');
    await editor.page.locator('#node-input-from').selectOption('offsets');
    assert.equal((await save('begin')).offsets, '{"a": "9007199254740993"}');

    await editor.edit(node('begin-variable'));
    await leave();
    assert.equal(await refused.count(), 0);
    assert.equal((await save('begin-variable')).offsets, '${OFFSETS}');
    assert.deepEqual(editor.problems, []);
  });

  it('show in an empty field the number that it stands for', async function () {
    this.timeout(120_000);
    const dialog = await editor.edit(node('upload'));
    const shown = (name: string): Promise<string | null> =>
      dialog.locator(`#node-input-${name}`).getAttribute('placeholder');
    assert.deepEqual(await Promise.all(['maxItems', 'maxBytes', 'maxAge'].map(shown)), ['10000', '20000000', '0']);
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('tick the events of a list in JSON, and none of what is no list', async function () {
    this.timeout(120_000);
    const ticked = editor.page.locator('.farfield-checks label:has([data-name]:checked) code');
    await editor.edit(node('events'));
    assert.deepEqual(await ticked.allTextContents(), ['NameUpdated']);
    await editor.closeDialog('cancel');
    const dialog = await editor.edit(node('odd'));
    assert.ok((await dialog.locator('.farfield-checks label').count()) > 1);
    assert.deepEqual(await ticked.allTextContents(), []);
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('keep what the runtime reads in a value of another type', async function () {
    this.timeout(120_000);
    await editor.edit(node('types'));
    assert.deepEqual((await save('types')).params, {
      method: { type: 'str', value: 'POST' },
      path: { type: 'str', value: '/sites' },
      body: { type: 'json', value: '"5"' },
    });
    assert.deepEqual(editor.problems, []);
  });

  it('refuse the URLs that the runtime refuses', async function () {
    this.timeout(120_000);
    await editor.edit(node('types'));
    const account = await editor.editConfigNode('account');
    const url = account.locator('#node-config-input-restUrl');
    const refused = account.locator('#node-config-input-restUrl.input-error');
    for (const wrong of ['https://a.example/api?key=1', 'https://a.example/#api']) {
      await url.fill(wrong);
      await leave();
      await refused.waitFor();
      await url.fill('https://a.example/api/');
      await leave();
      await refused.waitFor({ state: 'detached' });
    }
    await editor.closeDialog('cancel');
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });
});

describe('nodes that were written by hand', () => {
  testInEditor(() => [{ id: 'bare', type: 'itwin-iot-subscribe', account: 'account', ids: '/a' }]);

  it('are not valid without what the default of another property asks for', async function () {
    this.timeout(120_000);
    const fault = node('bare').locator('.red-ui-flow-node-error');
    await fault.waitFor();
    await editor.edit(node('bare'));
    await editor.page.locator('#node-input-metric').fill('T');
    await editor.page.locator('#node-input-unit').fill('C');
    await editor.closeDialog('done');
    await fault.waitFor({ state: 'hidden' });
    assert.deepEqual(editor.problems, []);
  });
});
