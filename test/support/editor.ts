import type { Browser, Locator, Page } from 'playwright-core';
import type { NodeRedProcess } from './node-red-process';

/** Node-RED's editor in a browser, worked as a person does. */
export interface Editor {
  readonly page: Page;
  /** Errors on the console and in scripts so far. */
  readonly problems: readonly string[];
  /** Drags a node type from the palette into the flow; gives the new node. */
  drag(type: string, at: { x: number; y: number }): Promise<Locator>;
  /** Draws a wire from the output of one node to the input of another. */
  wire(from: Locator, to: Locator): Promise<void>;
  /** Opens the dialog of a node; gives the dialog. */
  edit(node: Locator): Promise<Locator>;
  /** Presses the button beside a config node's select that adds one; gives its dialog. */
  addConfigNode(property: string): Promise<Locator>;
  /** Opens the dialog of the config node that a select names. */
  editConfigNode(property: string): Promise<Locator>;
  /** Presses the button on an `inject` node. */
  press(inject: Locator): Promise<void>;
  showDebugSidebar(): Promise<void>;
  /** Imports an example by the menu: folder by folder, from the package on. */
  importExample(path: readonly string[]): Promise<void>;
  /** Closes the uppermost dialog with one of its buttons. */
  closeDialog(button: 'done' | 'cancel'): Promise<void>;
  /** Presses Deploy and waits until Node-RED has taken it. */
  deploy(): Promise<void>;
  close(): Promise<void>;
}

export async function openEditor(
  browser: Browser,
  nodeRed: NodeRedProcess,
  theme: 'light' | 'dark' = 'light',
): Promise<Editor> {
  const page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  // Of Node-RED 5: its tips look for their place when the sidebar has none yet, and throw.
  await nodeRed.admin('/settings/user', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ editor: { view: { 'view-show-tips': false } } }),
  });
  await page.goto(nodeRed.url);
  await page.locator('.red-ui-palette-node').first().waitFor();
  await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });

  if (theme === 'dark') {
    // Where the editor keeps what a person chooses in its settings.
    await page.evaluate("localStorage.setItem('view-dark-theme', 'dark')");
    await page.reload();
    await page.locator('html.nr-theme-dark').waitFor();
  }

  const chart = page.locator('#red-ui-workspace-chart');
  /** The uppermost dialog: the editor takes those below it out of the page. */
  const top = page.locator('.red-ui-tray').last();

  /** Does what opens a dialog, and waits until it stands still: what is clicked on its way is missed. */
  const opened = async (open: () => Promise<void>): Promise<Locator> => {
    const seen = 'data-test-seen';
    await page
      .locator('.red-ui-tray')
      .evaluateAll((trays, name) => trays.map((tray) => tray.setAttribute(name, '')), seen);
    await open();
    await page.locator(`.red-ui-tray:not([${seen}])`).waitFor();
    let left = Number.NaN;
    for (;;) {
      const box = await top.boundingBox();
      if (box && box.x === left) return top;
      left = box?.x ?? Number.NaN;
      await page.waitForTimeout(60);
    }
  };

  return {
    page,
    problems,
    async drag(type, at) {
      const before = await idsOf(page);
      const source = page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
      await source.scrollIntoViewIfNeeded();
      const box = await chart.boundingBox();
      await source.hover();
      await page.mouse.down();
      await page.mouse.move((box?.x ?? 0) + at.x - 20, (box?.y ?? 0) + at.y, { steps: 10 });
      await page.mouse.move((box?.x ?? 0) + at.x, (box?.y ?? 0) + at.y, { steps: 5 });
      await page.mouse.up();
      const [id] = (await idsOf(page)).filter((each) => !before.includes(each));
      return page.locator(`[id="${id}"]`);
    },
    async wire(from, to) {
      await from.locator('.red-ui-flow-port-output .red-ui-flow-port').hover();
      await page.mouse.down();
      await to.locator('.red-ui-flow-port-input .red-ui-flow-port').hover();
      await page.mouse.up();
    },
    edit: (node) => opened(() => node.dblclick()),
    addConfigNode: (property) => opened(() => page.locator(`#node-input-btn-${property}-add`).click()),
    editConfigNode: (property) => opened(() => page.locator(`#node-input-btn-${property}-edit`).click()),
    press: (inject) => inject.locator('.red-ui-flow-node-button-button').click(),
    async showDebugSidebar() {
      const messages = page.locator('.red-ui-debug-content-list');
      if (await messages.isVisible()) return;
      await chart.focus();
      await page.keyboard.press('Control+g');
      await page.keyboard.press('d');
      await messages.waitFor();
    },
    async importExample(path) {
      await chart.focus();
      await page.keyboard.press('Control+i');
      const dialog = page.locator('.ui-dialog:has(#red-ui-clipboard-dialog)');
      await dialog.locator('.red-ui-tab', { hasText: 'Examples' }).click();
      for (const name of path) await dialog.getByText(name, { exact: true }).click();
      await dialog.locator('#red-ui-clipboard-dialog-ok').click();
      await dialog.waitFor({ state: 'hidden' });
    },
    async closeDialog(button) {
      const dialog = await top.elementHandle();
      await top.locator(`.red-ui-tray-toolbar button[id$="${{ done: '-ok', cancel: '-cancel' }[button]}"]`).click();
      await dialog?.waitForElementState('hidden');
    },
    async deploy() {
      const deployed = page.waitForResponse(
        (answer) => /\/flows$/.test(answer.url()) && answer.request().method() === 'POST',
      );
      await page.locator('#red-ui-header-button-deploy').click();
      await deployed;
    },
    close: () => page.close(),
  };
}

function idsOf(page: Page): Promise<string[]> {
  return page.locator('.red-ui-flow-node-group').evaluateAll((nodes) => nodes.map(({ id }) => id));
}
