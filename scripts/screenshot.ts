/**
 * `npm run screenshot`: runs the demo and takes the picture of the editor that the README shows, `docs/demo.png`,
 * once anomalies have been raised. Needs Chromium.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { launchBrowser } from './browser';
import { findPeer, howToGet, PEERS } from './peers';

const root = dirname(import.meta.dirname);
const PICTURE = join(root, 'docs/demo.png');
/** Wide enough for the flow, and a debug sidebar beside it. */
const VIEWPORT = { width: 1700, height: 1000 };
/** What the debug sidebar tells when the anomaly of a mote has ended; there are two. */
const OVER = 'anomaly over';
const OVER_WITHIN = 120_000;

async function main(): Promise<void> {
  const demo = spawn(process.execPath, [...process.execArgv, join(root, 'scripts/demo.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await takePicture(await editorAddress(demo));
  } finally {
    await end(demo);
  }
  console.log(`${PICTURE}: ${Math.round((await stat(PICTURE)).size / 1000)} kB`);
}

async function editorAddress(demo: ChildProcess): Promise<string> {
  if (!demo.stdout) throw new Error('the demo has no output to read');
  for await (const line of createInterface({ input: demo.stdout })) {
    const url = /^Open the editor:\s+(\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      demo.stdout.resume();
      return url;
    }
  }
  throw new Error('the demo ended before it ran');
}

async function takePicture(url: string): Promise<void> {
  const executable = findPeer(PEERS.chromium);
  if (executable === undefined) throw new Error(howToGet(PEERS.chromium));
  const browser = await launchBrowser(executable);
  try {
    const page = await browser.newPage({ viewport: VIEWPORT });
    await page.goto(url);
    await page.locator('.red-ui-flow-node').first().waitFor();
    // By its shortcut: a mouse over the button would leave a tooltip in the picture.
    await page.locator('#red-ui-workspace-chart').focus();
    await page.keyboard.press('Control+g');
    await page.keyboard.press('d');
    const messages = page.locator('.red-ui-debug-msg', { hasText: OVER });
    await messages.nth(1).waitFor({ timeout: OVER_WITHIN });
    await mkdir(dirname(PICTURE), { recursive: true });
    await page.screenshot({ path: PICTURE });
  } finally {
    await browser.close();
  }
}

async function end(demo: ChildProcess): Promise<void> {
  if (demo.exitCode !== null || demo.signalCode !== null) return;
  const gone = once(demo, 'exit');
  demo.kill('SIGTERM');
  await gone;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
