import { strict as assert } from 'node:assert';
import type { Browser, Locator } from 'playwright-core';
import { launchBrowser } from '../../scripts/browser';
import { nwkAddrOf, startXdpSimulator, type XdpSimulator } from '../../simulators/xdp';
import { chooseEach, pickLists, textOf, untranslated } from '../support/dialogs';
import { type Editor, openEditor } from '../support/editor';
import { type FlowNode, xdpAccount, xdpCredentials } from '../support/flow-nodes';
import { type NodeRedProcess, nodeRedVersion, startNodeRed } from '../support/node-red-process';
import { requirePeer } from '../support/peers';

/** Since Node-RED 5 the editor has a dark theme of its own. */
const THEMES = nodeRedVersion.startsWith('4.') ? (['light'] as const) : (['dark', 'light'] as const);

const NODE_TYPES = ['xdp-events', 'xdp-query', 'xdp-record', 'xdp-provision'];

describe("the dialogs in Node-RED's editor", () => {
  let browser: Browser;
  let simulator: XdpSimulator;
  let nodeRed: NodeRedProcess;
  let editor: Editor;
  /** Theme of the editor that is open, when it shows a node of each type and no dialog. */
  let ready: 'light' | 'dark' | undefined;

  before(async function () {
    this.timeout(120_000);
    browser = await launchBrowser(requirePeer(this, 'chromium'));
    simulator = await startXdpSimulator({ live: false, stored: 12 });
    nodeRed = await startNodeRed();
  });
  afterEach(function () {
    if (this.currentTest?.state !== 'passed') ready = undefined;
  });
  after(async () => {
    await browser?.close();
    await nodeRed?.dispose();
    await simulator?.stop();
  });

  /** A tab that holds a node of each type, all with one account, as if deployed yesterday. */
  const deployEachType = (): Promise<void> => {
    const nodes = NODE_TYPES.map(
      (type, index): FlowNode => ({
        id: type,
        type,
        z: 'flow',
        x: 200,
        y: 100 + index * 80,
        account: 'account',
        wires: [[]],
      }),
    );
    const others: FlowNode[] = [
      { id: 'flow', type: 'tab', label: 'All types' },
      { id: 'new-type', type: 'inject', z: 'flow', x: 600, y: 100, props: [], repeat: '', wires: [['xdp-provision']] },
    ];
    return nodeRed.deploy([...others, xdpAccount(simulator), ...nodes], { credentials: xdpCredentials(simulator) });
  };

  /** Opens an editor on them, if the test before has not left one. */
  const openOnEachType = async (theme: 'light' | 'dark' = 'light'): Promise<void> => {
    if (ready === theme) return;
    await editor?.close();
    await deployEachType();
    editor = await openEditor(browser, nodeRed, theme);
    ready = theme;
  };

  const node = (id: string): Locator => editor.page.locator(`[id="${id}"]`);

  it('let a person make a flow: drag, fill in, test the connection, deploy, inject, see the message', async function () {
    this.timeout(120_000);
    await nodeRed.deploy([{ id: 'flow', type: 'tab', label: 'Empty' }]);
    editor = await openEditor(browser, nodeRed);
    const { page } = editor;
    const inject = await editor.drag('inject', { x: 150, y: 150 });
    const query = await editor.drag('xdp-query', { x: 380, y: 150 });
    const debug = await editor.drag('debug', { x: 620, y: 150 });
    await editor.wire(inject, query);
    await editor.wire(query, debug);

    await editor.edit(query);
    const account = await editor.addConfigNode('account');
    const field = (name: string): Locator => account.locator(`#node-config-input-${name}`);
    await field('name').fill('Farm');
    await field('url').fill(simulator.url);
    await field('namespace').fill(simulator.namespace);
    await field('username').fill(simulator.username);

    await field('password').fill('not-the-password');
    const test = account.getByRole('button', { name: 'Test connection' });
    await test.click();
    const result = account.locator('.farfield-test-result');
    await account.locator('.farfield-test-result[data-look="failed"]').waitFor();
    assert.match(await textOf(result), /refused|credentials|password/i);
    assert.doesNotMatch(await textOf(result), /not-the-password/);

    await field('password').fill(simulator.password);
    await test.click();
    await account.locator('.farfield-test-result[data-look="ok"]').waitFor();
    assert.match(await textOf(result), /Humidity and temperature/);

    await editor.closeDialog('done');
    await editor.closeDialog('done');
    await editor.deploy();
    await editor.showDebugSidebar();
    await editor.press(inject);
    const message = page.locator('.red-ui-debug-msg').first();
    await message.waitFor();
    assert.match(await textOf(message), /array\[12\]/);

    await editor.edit(query);
    const again = await editor.editConfigNode('account');
    assert.equal(await again.locator('#node-config-input-url').inputValue(), simulator.url);
    const shown = await again.locator('#node-config-input-password').inputValue();
    assert.ok(shown !== '' && shown !== simulator.password, 'the password stays in Node-RED');
    await again.getByRole('button', { name: 'Test connection' }).click();
    await again.locator('.farfield-test-result[data-look="ok"]').waitFor();
    await again.getByRole('button', { name: 'Diagnosis' }).click();
    const diagnosis = again.getByRole('textbox', { name: 'Diagnosis' });
    await diagnosis.waitFor();
    assert.match(await diagnosis.inputValue(), /Node-RED \d+\.\d+.*xdp-account "Farm".*xdp-query/s);
    await editor.closeDialog('cancel');
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  for (const theme of THEMES) {
    it(`open without an error for every type, in the ${theme} theme`, async function () {
      this.timeout(120_000);
      await openOnEachType(theme);
      for (const type of NODE_TYPES) {
        const dialog = await editor.edit(node(type));
        assert.equal(await untranslated(dialog), '', `${type}: every text is there`);
        for (const select of ['operation', 'stream']) await chooseEach(dialog.locator(`select#node-input-${select}`));
        const account = await editor.editConfigNode('account');
        assert.equal(await untranslated(account), '', 'xdp-account: every text is there');
        await editor.closeDialog('cancel');
        await editor.closeDialog('cancel');
      }
      assert.deepEqual(editor.problems, []);
    });
  }

  it('are no wider for the long names of events', async function () {
    this.timeout(120_000);
    await openOnEachType();
    const width = async (type: string): Promise<number> => {
      const box = await (await editor.edit(node(type))).boundingBox();
      await editor.closeDialog('cancel');
      return box?.width ?? 0;
    };
    assert.equal(await width('xdp-events'), await width('xdp-record'));
    assert.deepEqual(editor.problems, []);
  });

  it('offer what the platform has at this moment in their pick lists', async function () {
    this.timeout(120_000);
    await openOnEachType();
    const pick = pickLists(editor.page);
    await editor.edit(node('xdp-provision'));
    const lists = [
      ['deleteEndDevice', 'Mote 1 (indoor)'],
      ['deleteEndDeviceType', 'TelosB motes'],
      ['deleteObservationType', 'Humidity and temperature'],
    ] as const;
    for (const [operation, item] of lists) {
      await editor.page.locator('select#node-input-operation').selectOption(operation);
      await pick.open();
      await pick.option(item).waitFor();
      await editor.page.keyboard.press('Escape');
    }

    await editor.page.locator('select#node-input-operation').selectOption('deleteEndDeviceType');
    await pick.open();
    await nodeRed.inject('new-type', {
      operation: 'putEndDeviceType',
      params: { topic: 'new-data-up-mac-payload' },
      payload: { name: 'Made a moment ago' },
    });
    while (simulator.endDeviceTypes().length < 2) await editor.page.waitForTimeout(20);
    await editor.page.locator('.farfield-pick-panel button').first().click();
    await pick.option('Made a moment ago').waitFor();
    await editor.page.keyboard.press('Escape');
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('keep what was there when they are closed with Done', async function () {
    this.timeout(120_000);
    await openOnEachType();
    for (const type of NODE_TYPES) {
      await editor.edit(node(type));
      await editor.closeDialog('done');
    }
    await editor.edit(node('xdp-provision'));
    await editor.page.locator('select#node-input-operation').selectOption('deleteEndDevice');
    const pick = pickLists(editor.page);
    await pick.open();
    await editor.page.keyboard.type('mote 2');
    await pick.option('Mote 2').click();
    await editor.closeDialog('done');
    await editor.deploy();
    const flows = (await (await nodeRed.admin('/flows')).json()) as FlowNode[];
    const { operation, params } = flows.find(({ id }) => id === 'xdp-provision') ?? assert.fail();
    assert.equal(operation, 'deleteEndDevice');
    assert.equal(String((params as Picked).nwkAddr?.value), String(nwkAddrOf(2)));
    for (const type of NODE_TYPES) assert.equal(flows.find(({ id }) => id === type)?.account, 'account');
    assert.deepEqual(editor.problems, []);
  });

  it('offer it before the account is deployed, and with what has been changed in it since', async function () {
    this.timeout(120_000);
    await editor?.close();
    ready = undefined;
    await nodeRed.deploy([{ id: 'flow', type: 'tab', label: 'Empty' }]);
    editor = await openEditor(browser, nodeRed);
    const pick = pickLists(editor.page);
    const field = (name: string): Locator => editor.page.locator(`#node-config-input-${name}`);
    const provision = await editor.drag('xdp-provision', { x: 300, y: 150 });
    await editor.edit(provision);
    await editor.addConfigNode('account');
    for (const name of ['url', 'namespace', 'username', 'password'] as const) await field(name).fill(simulator[name]);
    await editor.closeDialog('done');
    await editor.page.locator('select#node-input-operation').selectOption('deleteEndDevice');
    await pick.open();
    await pick.option('Mote 1 (indoor)').click();
    await editor.closeDialog('done');
    await editor.deploy();

    await editor.edit(provision);
    await editor.editConfigNode('account');
    await field('timeout').fill('12');
    await editor.closeDialog('done');
    await pick.open();
    await pick.option('Mote 1 (indoor)').waitFor();
    await editor.page.keyboard.press('Escape');

    // The password has not been typed again: it must not go there.
    await editor.editConfigNode('account');
    await field('url').fill(simulator.url.replace('127.0.0.1', 'localhost'));
    await editor.closeDialog('done');
    assert.match(await textOf(await pick.open()), /type the password again to use it there, or deploy first/);
    await editor.page.keyboard.press('Escape');
    await editor.editConfigNode('account');
    await field('password').fill(simulator.password);
    await editor.closeDialog('done');
    await pick.open();
    await pick.option('Mote 1 (indoor)').waitFor();
    await editor.page.keyboard.press('Escape');
    await editor.closeDialog('cancel');
    // The browser notes each refused request.
    assert.deepEqual(
      editor.problems.filter((text) => !/502 \(Bad Gateway\)/.test(text)),
      [],
    );
  });
});

type Picked = Record<string, { value: unknown }>;
