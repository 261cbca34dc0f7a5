import { strict as assert } from 'node:assert';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../scripts/browser';
import { textOf } from '../support/dialogs';
import { type Editor, openEditor } from '../support/editor';
import { witness } from '../support/flow-nodes';
import { examples, manifest } from '../support/manifest';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { requirePeer } from '../support/peers';

const WITH_DASHBOARD = examples.filter(({ path }) => path.includes(' with dashboard/'));

describe('an example with a dashboard, imported where none is installed', () => {
  let browser: Browser;
  let nodeRed: NodeRedProcess;
  let editor: Editor;

  before(async function () {
    this.timeout(120_000);
    browser = await launchBrowser(requirePeer(this, 'chromium'));
    nodeRed = await startNodeRed();
    const inject = { id: 'inject', type: 'inject', z: 'flow', x: 100, y: 100, props: [], wires: [['out']] };
    await nodeRed.deploy([{ id: 'flow', type: 'tab', label: 'Runs' }, inject, witness('out')]);
  });
  beforeEach(async function () {
    this.timeout(120_000);
    editor = await openEditor(browser, nodeRed);
  });
  afterEach(() => editor?.close());
  after(async () => {
    await browser?.close();
    await nodeRed?.dispose();
  });

  it('is there for two platforms', () => {
    assert.equal(WITH_DASHBOARD.length, 2);
  });

  for (const { path, nodes } of WITH_DASHBOARD) {
    it(`"${path}" names the package that is missing, and nothing else breaks`, async function () {
      this.timeout(120_000);
      await editor.importExample([manifest.name, ...path.replace(/\.json$/, '').split('/')]);
      const told = editor.page.locator('.red-ui-notification', { hasText: '@flowfuse/node-red-dashboard' });
      await told.waitFor();
      assert.match(await textOf(told), /missing/i);

      // The note lies over the tabs: the keys of the next one.
      await editor.page.locator('#red-ui-workspace-chart').focus();
      await editor.page.keyboard.press('Control+]');
      const placed = nodes.filter(({ z }) => z !== undefined);
      await editor.page.locator('.red-ui-flow-node-unknown').first().waitFor();
      const missing = placed.filter(({ type }) => type.startsWith('ui-'));
      assert.equal(await editor.page.locator('.red-ui-flow-node-group').count(), placed.length);
      assert.equal(await editor.page.locator('.red-ui-flow-node-unknown').count(), missing.length);

      const before = nodeRed.witnessed('out').length;
      await nodeRed.inject('inject');
      await nodeRed.until('out', (all) => all.length > before);
      assert.deepEqual(editor.problems, []);
    });
  }
});
