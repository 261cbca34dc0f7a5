import { strict as assert } from 'node:assert';
import type { Locator } from 'playwright-core';
import { chooseEach, textOf, untranslated } from '../support/dialogs';
import { editor, leave, node, param, simulator, startForEditor, testInEditor } from '../support/itwin-editor';
import { nodeRedVersion } from '../support/node-red-process';

/** Since Node-RED 5 the editor has a dark theme of its own. */
const THEME = nodeRedVersion.startsWith('4.') ? 'light' : 'dark';

const ACCOUNT_USERS = ['itwin-iot-subscribe', 'itwin-iot-query', 'itwin-iot-provision', 'itwin-iot-upload'];
const THREAD_USERS = ['itwin-iot-thread-in', 'itwin-iot-thread-out', 'itwin-iot-thread-command'];

startForEditor();

describe('the dialogs of iTwin IoT', () => {
  testInEditor(
    () => [
      ...ACCOUNT_USERS.map((type) => ({ id: type, type, account: 'account' })),
      ...THREAD_USERS.map((type) => ({ id: type, type, thread: 'thread' })),
      { id: 'choices', type: 'itwin-iot-thread-command', thread: 'thread', operation: 'readPort', params: {} },
    ],
    THEME,
  );

  const choose = (operation: string): Promise<string[]> =>
    editor.page.locator('select#node-input-operation').selectOption(operation);

  /** What the button says in the end. */
  const testConnection = async (account: Locator): Promise<string> => {
    await account.getByRole('button', { name: 'Test connection' }).click();
    const result = account.locator('.farfield-test-result:not([data-look="running"])');
    await result.waitFor();
    return textOf(result);
  };

  it(`open without an error for every type, in the ${THEME} theme`, async function () {
    this.timeout(120_000);
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
    await editor.edit(node('itwin-iot-query'));
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

  it('show of what happens to messages that wait only what applies', async function () {
    this.timeout(120_000);
    const dialog = await editor.edit(node('itwin-iot-upload'));
    const limits = ['maxItems', 'maxBytes', 'whenFull', 'maxAge', 'giveUpAfter'];
    const rows = { fail: [], memory: limits, disk: [...limits, 'otherDestination'] };
    for (const [offline, names] of Object.entries(rows)) {
      await dialog.locator('#node-input-offline').selectOption(offline);
      const shown = await Promise.all(
        rows.disk.map(async (name) => ((await dialog.locator(`#node-input-${name}`).isVisible()) ? [name] : [])),
      );
      assert.deepEqual(shown.flat(), names);
    }
    const project = dialog.locator('#node-input-projectId');
    assert.ok(await project.isVisible());
    await dialog.locator('#node-input-via').selectOption('rest');
    assert.equal(await project.isVisible(), false, 'REST names no project');
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('say nothing of a connection whose account has been changed meanwhile', async function () {
    this.timeout(120_000);
    await editor.edit(node('itwin-iot-query'));
    const account = await editor.editConfigNode('account');
    let goOn = (): void => undefined;
    const changed = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await editor.page.route('**/itwin-iot-account/test', async (route) => {
      await changed;
      await route.continue();
    });
    const button = account.getByRole('button', { name: 'Test connection' });
    await button.click();
    await account.locator('#node-config-input-apiKey').fill('another');
    const answered = editor.page.waitForResponse('**/itwin-iot-account/test');
    goOn();
    await answered;
    await account.locator('.farfield-test button:not([disabled])').waitFor();
    assert.equal(await textOf(account.locator('.farfield-test-result')), '');
    await editor.page.unroute('**/itwin-iot-account/test');
    await editor.closeDialog('cancel');
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('say what choices mean, and which values do not go together', async function () {
    this.timeout(120_000);
    const dialog = await editor.edit(node('choices'));
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
    await node('choices').locator('.red-ui-flow-node-error').waitFor();
    await editor.edit(node('choices'));
    await param('file').fill('');
    await editor.closeDialog('done');
    await node('choices').locator('.red-ui-flow-node-error').waitFor({ state: 'hidden' });
    assert.deepEqual(editor.problems, []);
  });
});
