import type { Browser, Locator } from 'playwright-core';
import { launchBrowser } from '../../scripts/browser';
import { type ItwinSimulator, startItwinSimulator } from '../../simulators/itwin-iot';
import { type Editor, openEditor } from './editor';
import type { FlowNode } from './flow-nodes';
import { itwinAccount, itwinCredentials } from './itwin';
import { type NodeRedProcess, startNodeRed } from './node-red-process';
import { requirePeer } from './peers';

/** Of the tests that run: Node-RED's editor, and the platform behind its nodes. */
export let editor: Editor;
export let simulator: ItwinSimulator;

let nodeRed: NodeRedProcess;
let browser: Browser;

/** What all tests of a file share; to be called once, outside of any `describe`. */
export function startForEditor(): void {
  before(async function () {
    this.timeout(120_000);
    browser = await launchBrowser(requirePeer(this, 'chromium'));
    simulator = await startItwinSimulator({ live: false, stored: 12 });
    nodeRed = await startNodeRed();
  });
  after(async () => {
    await browser?.close();
    await nodeRed?.dispose();
    await simulator?.stop();
  });
}

/**
 * Makes the tests of the `describe` that calls it tests in one editor, by what `startForEditor` started. Its tab holds these nodes, as if deployed
 * yesterday, with an account `account` and a THREAD `thread`. A test that fails leaves the next one an editor of its own.
 */
export function testInEditor(nodes: () => readonly FlowNode[], theme?: 'light' | 'dark'): void {
  let fresh = false;

  beforeEach(async function () {
    this.timeout(120_000);
    if (fresh) return;
    await nodeRed.deploy(flowOf(nodes()), { credentials: itwinCredentials(simulator) });
    editor = await openEditor(browser, nodeRed, theme);
    fresh = true;
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'passed') return;
    fresh = false;
    await editor?.close();
  });
  after(() => editor?.close());
}

function flowOf(nodes: readonly FlowNode[]): FlowNode[] {
  const { url, wsUrl } = simulator.edge;
  const thread = { id: 'thread', type: 'itwin-iot-thread', name: 'Edge', url, wsUrl };
  const placed = nodes.map((node, index) => ({ z: 'flow', x: 200, y: 80 + index * 60, wires: [[]], ...node }));
  return [{ id: 'flow', type: 'tab', label: 'iTwin IoT' }, itwinAccount(simulator), thread, ...placed];
}

/** A node in the workspace. */
export function node(id: string): Locator {
  return editor.page.locator(`[id="${id}"]`);
}

/** The field of a parameter. */
export function param(name: string): Locator {
  return editor.page.locator(`#farfield-param-${name}-text`);
}

/** Leaves the field that is being written in. */
export function leave(): Promise<void> {
  return editor.page.keyboard.press('Tab');
}

/** Presses Done and Deploy; gives the node as it is saved. */
export async function save(id: string): Promise<FlowNode> {
  await editor.closeDialog('done');
  await editor.deploy();
  const flows = (await (await nodeRed.admin('/flows')).json()) as FlowNode[];
  const saved = flows.find((each) => each.id === id);
  if (!saved) throw new Error(`${id} is not among what Node-RED has saved`);
  return saved;
}
