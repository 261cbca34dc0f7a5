import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { fillInRows } from '../../scripts/template-rows';
import { pickLists, textOf } from '../support/dialogs';
import { editor, node, simulator, startForEditor, testInEditor } from '../support/itwin-editor';
import { examples, sets } from '../support/manifest';
import { nodeRedVersion } from '../support/node-red-process';
import { projectRoot } from '../support/packed-package';
import { contrasts, katakana } from '../support/page-checks';
import { until } from '../support/until';

/** Since Node-RED 5 the editor has a dark theme of its own. */
const THEMES = nodeRedVersion.startsWith('4.') ? (['light'] as const) : (['light', 'dark'] as const);

startForEditor();

describe('a person who reads a dialog', () => {
  testInEditor(() => [
    {
      id: 'chosen',
      type: 'itwin-iot-query',
      account: 'account',
      operation: 'getSensors',
      params: { sensors: { type: 'str', value: simulator.sensorIds.slice(0, 2).join(', ') } },
      projectId: simulator.project.id,
    },
    { id: 'data', type: 'itwin-iot-subscribe', account: 'account', subscription: 'data', ids: simulator.sensorIds[0] },
    { id: 'old', type: 'itwin-iot-provision', account: 'account', operation: '', params: {} },
  ]);

  /** The words of the red triangle at a node. */
  const triangle = async (at: Locator): Promise<string> => {
    await at.locator('.red-ui-flow-node-error').hover();
    const tooltip = editor.page.locator('.red-ui-flow-port-tooltip, .red-ui-popover').filter({ hasText: ':' }).last();
    await tooltip.waitFor();
    return textOf(tooltip);
  };

  const select = (dialog: Locator): Locator => dialog.locator('select#node-input-operation');

  it('learns from the red triangle which fields are wrong', async function () {
    this.timeout(120_000);
    assert.match(await triangle(node('data')), /Metric: must not be empty.*Unit: must not be empty/s);
    assert.deepEqual(editor.problems, []);
  });

  it('is asked for the operation of a new node, which may be what the message says', async function () {
    this.timeout(120_000);
    for (const [type, y] of [
      ['itwin-iot-provision', 300],
      ['itwin-iot-thread-command', 360],
      ['xdp-provision', 420],
    ] as const) {
      const added = await editor.drag(type, { x: 600, y });
      const dialog = await editor.edit(added);
      assert.equal(await select(dialog).inputValue(), 'choose');
      assert.match(await textOf(select(dialog).locator('option:checked')), /^Choose an operation/);
      assert.ok(await dialog.locator('select#node-input-operation.input-error').isVisible());
      await editor.closeDialog('done');
      assert.match(await triangle(added), /Operation: choose one/);
      await editor.edit(added);
      await select(dialog).selectOption('');
      await dialog.locator('select#node-input-operation:not(.input-error)').waitFor();
      await editor.closeDialog('cancel');
    }
    assert.deepEqual(editor.problems, []);
  });

  it('finds the operation that each message names as it was in a flow of before', async function () {
    this.timeout(120_000);
    const dialog = await editor.edit(node('old'));
    assert.match(await textOf(select(dialog).locator('option:checked')), /^from msg\.operation$/);
    assert.equal(await select(dialog).locator('option[value="choose"]').count(), 0);
    await dialog.locator('#node-input-name').fill('by message');
    await editor.closeDialog('done');
    await node('old').locator('.red-ui-flow-node-error').waitFor({ state: 'hidden' });
    assert.equal(await select(await editor.edit(node('old'))).inputValue(), '');
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('sees the names of what has been picked, the next time too', async function () {
    this.timeout(120_000);
    const dialog = await editor.edit(node('chosen'));
    const names = dialog.locator('.farfield-picked:visible');
    await names.filter({ hasText: /^Mote 1 humidity and temperature, Mote 2/ }).waitFor();
    await names.filter({ hasText: /^Default$/ }).waitFor();
    const pick = pickLists(editor.page);
    await dialog.getByRole('button', { name: /list: Sensors$/ }).click();
    await pick.option('Mote 3').click();
    await editor.page.keyboard.press('Escape');
    await names.filter({ hasText: 'Mote 3' }).waitFor();
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('hears of each pick button for which field it is', async function () {
    this.timeout(120_000);
    const dialog = await editor.edit(node('data'));
    for (const field of ['Project', 'Sensors', 'Metric', 'Unit'])
      await dialog.getByRole('button', { name: `Choose from the platform's list: ${field}`, exact: true }).waitFor();
    await dialog.locator('select#node-input-subscription').selectOption('devices');
    await dialog.locator('#farfield-ids').focus();
    await editor.page.keyboard.press('Tab');
    await dialog.getByRole('button', { name: 'list: Devices' }).waitFor();
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('gets from the dialog to the help', async function () {
    this.timeout(120_000);
    const dialog = await editor.edit(node('chosen'));
    await dialog.getByRole('button', { name: 'Help for this node' }).click();
    await editor.page.getByText('Reads from iTwin IoT').or(editor.page.locator('.red-ui-help-title')).first().waitFor();
    await editor.closeDialog('cancel');
    assert.deepEqual(editor.problems, []);
  });

  it('finds nodes by the name of who makes the platform', async function () {
    this.timeout(120_000);
    const search = editor.page.locator('#red-ui-palette-search input');
    const shown = editor.page.locator('.red-ui-palette-node:visible');
    for (const [word, type] of [
      ['titan', 'xdp-events'],
      ['lorawan', 'xdp-record'],
      ['bentley', 'itwin-iot-query'],
      ['Sensemetrics', 'itwin-iot-thread-in'],
    ] as const) {
      await search.fill('');
      await search.pressSequentially(word);
      // The palette is filtered letter by letter, a moment later.
      await until(`"${word}" leaves our nodes alone`, async () => {
        const types = await shown.evaluateAll((found) => found.map((each) => each.getAttribute('data-palette-type')));
        return types.includes(type) && types.every((each) => each?.startsWith(type.slice(0, 3)));
      });
    }
    await search.fill('');
    await search.press('End');
    assert.deepEqual(editor.problems, []);
  });

  it('has one account after the import of two examples of a platform', async function () {
    this.timeout(120_000);
    const [first, second] = examples.filter(({ path }) => path.startsWith('xDP/'));
    assert.ok(first && second);
    const importFlow = async (nodes: readonly object[]): Promise<void> => {
      const { page } = editor;
      await page.keyboard.press('Escape');
      await page.locator('#red-ui-workspace-chart').focus();
      await page.keyboard.press('Control+i');
      const text = page.locator('#red-ui-clipboard-dialog-import-text');
      await text.fill(JSON.stringify(nodes));
      // The dialog looks at it when a key is let go.
      await text.press('End');
      await page.locator('#red-ui-clipboard-dialog-ok').click();
    };
    const accounts = (): Promise<number> =>
      editor.page.evaluate(
        "(() => { let n = 0; RED.nodes.eachConfig((c) => { if (c.type === 'xdp-account') n += 1; }); return n; })()",
      );
    await importFlow(first.nodes);
    while ((await accounts()) === 0) await editor.page.waitForTimeout(20);
    await importFlow(second.nodes);
    await editor.page.getByRole('button', { name: 'Import copy' }).click();
    const { id } = second.nodes.find(({ type }) => type === 'xdp-events') ?? assert.fail();
    assert.ok(id);
    while ((await tabs()) < 3) await editor.page.waitForTimeout(20);
    assert.equal(await accounts(), 1);
    assert.deepEqual(editor.problems, []);
  });

  const tabs = (): Promise<number> => editor.page.locator('#red-ui-workspace-tabs li.red-ui-tab').count();
});

for (const theme of THEMES) {
  describe(`the small print of dialogs in the ${theme} theme`, () => {
    testInEditor(
      () => [
        { id: 'query', type: 'itwin-iot-query', account: 'account', operation: 'getSensors', params: {} },
        { id: 'upload', type: 'itwin-iot-upload', account: 'account', offline: 'disk' },
      ],
      theme,
    );

    it('has a contrast of at least 4.5 to 1', async function () {
      this.timeout(120_000);
      const checkHints = async (dialog: Locator): Promise<void> => {
        await dialog.locator('.farfield-hint:visible').first().waitFor();
        const ratios = await contrasts(editor.page, '.farfield-hint');
        assert.ok(ratios.length > 2);
        for (const ratio of ratios) assert.ok(ratio >= 4.5, String(ratio));
      };
      await checkHints(await editor.edit(node('upload')));
      await editor.closeDialog('cancel');
      const dialog = await editor.edit(node('query'));
      await checkHints(dialog);
      await dialog.getByRole('button', { name: /list: Sensors$/ }).click();
      await editor.page.locator('.farfield-pick-foot').waitFor();
      const [ratio = 0] = await contrasts(editor.page, '.farfield-pick-foot');
      assert.ok(ratio >= 4.5, `the list: ${ratio}`);
      await editor.page.keyboard.press('Escape');
      await editor.closeDialog('cancel');
      assert.deepEqual(editor.problems, []);
    });
  });
}

describe('a dialog in Japanese', () => {
  testInEditor(() => [
    { id: 'query', type: 'itwin-iot-query', account: 'account', operation: 'getSensors', params: {} },
    { id: 'upload', type: 'itwin-iot-upload', account: 'account', offline: 'disk' },
  ]);

  it('breaks no word', async function () {
    this.timeout(120_000);
    const { page } = editor;
    await page.evaluate("localStorage.setItem('editor-language', 'ja')");
    await page.reload();
    await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
    for (const id of ['query', 'upload']) {
      await editor.edit(node(id));
      const { seen, broken } = await katakana(page);
      assert.ok(seen > 5, `${id} is in Japanese`);
      assert.deepEqual(broken, [], id);
      await editor.closeDialog('cancel');
    }
    await page.evaluate("localStorage.removeItem('editor-language')");
    await page.reload();
    await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
  });
});

describe('dialogs and nodes', () => {
  for (const { name: platform } of sets) {
    const folder = join(projectRoot, 'nodes', platform);
    const forms = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((path) => path.endsWith('editor.html'));

    it(`of ${platform} begin with the name`, () => {
      assert.ok(forms.length > 0);
      for (const form of forms) {
        const [, first] = /<label for="node-(?:config-)?input-(\w+)"/.exec(fillInRows(read(folder, form))) ?? [];
        assert.equal(first, 'name', form);
      }
    });
  }

  it('have the colour of no core node, one a platform', () => {
    const core = join(dirname(createRequire(__filename).resolve('@node-red/nodes/package.json')), 'core');
    const files = readdirSync(core, { recursive: true }).map(String);
    const pages = files.filter((path) => path.endsWith('.html')).map((path) => read(core, path));
    const taken = pages.flatMap((html) => [...html.matchAll(/color: *"(#\w+)"/g)].map(([, colour]) => String(colour)));
    assert.ok(taken.length > 10);
    const own = sets.map(({ base }) => {
      const colours = [...read(projectRoot, `${base}.html`).matchAll(/\bcolor: "(#\w+)"/g)].map(([, found]) => found);
      assert.equal(new Set(colours).size, 1, base);
      return String(colours[0]);
    });
    assert.equal(new Set(own).size, own.length);
    for (const colour of own)
      for (const other of taken) assert.ok(distance(colour, other) > 24, `${colour} is much like ${other}`);
  });
});

function read(...path: string[]): string {
  return readFileSync(join(...path), 'utf8');
}

/** Of two colours, the square root of the squares: black and white are 441 apart. */
function distance(one: string, other: string): number {
  const [a, b] = [one, other].map((colour) => {
    const digits = colour.length === 4 ? colour.slice(1).replace(/./g, '$&$&') : colour.slice(1);
    return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
  });
  return Math.hypot(...(a ?? []).map((part, index) => part - (b?.[index] ?? 0)));
}
