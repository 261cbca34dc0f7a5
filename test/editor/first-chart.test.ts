import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { launchBrowser } from '../../scripts/browser';
import { type ItwinSimulator, startItwinSimulator } from '../../simulators/itwin-iot';
import { nwkAddrOf, startXdpSimulator, type XdpSimulator } from '../../simulators/xdp';
import { type Dashboard, type Line, openDashboard } from '../support/dashboard';
import { pickLists } from '../support/dialogs';
import { type Editor, openEditor } from '../support/editor';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { projectRoot } from '../support/packed-package';
import { requirePeer } from '../support/peers';
import { until } from '../support/until';

/** What one device measures while the flow runs. */
const HUMIDITIES = Array.from({ length: 20 }, (_, index) => 40 + 5 * Math.sin(index / 3));

describe('a first chart, from an empty canvas', () => {
  let browser: Browser;
  let nodeRed: NodeRedProcess;
  let xdp: XdpSimulator;
  let itwin: ItwinSimulator;
  let editor: Editor;
  let dashboard: Dashboard | undefined;

  before(async function () {
    this.timeout(120_000);
    browser = await launchBrowser(requirePeer(this, 'chromium'));
    xdp = await startXdpSimulator({ live: false, stored: 400 });
    itwin = await startItwinSimulator({ live: false, stored: 60 });
    nodeRed = await startNodeRed({ dashboard: true });
  });
  beforeEach(async function () {
    this.timeout(120_000);
    await nodeRed.deploy([{ id: 'flow', type: 'tab', label: 'Empty' }]);
    editor = await openEditor(browser, nodeRed);
  });
  afterEach(async () => {
    await editor?.close();
    await dashboard?.close();
  });
  after(async () => {
    await browser?.close();
    await nodeRed?.dispose();
    await xdp?.stop();
    await itwin?.stop();
  });

  const openChart = async (): Promise<void> => {
    dashboard = await openDashboard(browser, `${nodeRed.url}dashboard/page1`);
  };

  /** Steps that both platforms have. */
  let source: Locator;
  let chart: Locator;
  const drag = async (type: string): Promise<void> => {
    source = await editor.drag(type, { x: 200, y: 150 });
  };
  const dragChart = async (): Promise<void> => {
    chart = await editor.drag('ui-chart', { x: 450, y: 150 });
  };
  const wire = (): Promise<void> => editor.wire(source, chart);
  const edit = async (): Promise<void> => void (await editor.edit(source));
  const addAccount = async (): Promise<void> => void (await editor.addConfigNode('account'));
  const done = (): Promise<void> => editor.closeDialog('done');
  const deploy = (): Promise<void> => editor.deploy();
  const enter = (name: string, text: string) => (): Promise<void> =>
    editor.page.locator(`#node-config-input-${name}`).fill(text);
  const openList = (field: string) => async (): Promise<void> => {
    await editor.page.locator(`.farfield-pick-field:has(#${field}) .farfield-pick-button`).click();
  };
  const choose = (item: string) => (): Promise<void> => pickLists(editor.page).option(item).click();

  const closeList = (): Promise<void> => editor.page.keyboard.press('Escape');

  /** The line of the chart, as soon as all that has been measured since is in it. */
  const theLine = async (): Promise<Line> => {
    const opened = dashboard ?? assert.fail('the dashboard is open');
    await until('all points are drawn', async () => {
      const [line] = await opened.lines();
      return line?.points.length === HUMIDITIES.length && (await opened.drawn()) > 200;
    });
    const [line, ...others] = await opened.lines();
    assert.deepEqual(others, [], 'it is the only one');
    return line as Line;
  };

  it('xDP: the humidity of one device', async function () {
    this.timeout(120_000);
    await follow('xDP', [
      ['Drag *xDP events* from the palette into the flow.', () => drag('xdp-events')],
      ['Drag *chart* into the flow, to the right of it.', dragChart],
      ['Draw a wire from the one to the other.', wire],
      ['Double-click *xDP events*.', edit],
      ['Press the button beside *Account* that adds one.', addAccount],
      ['Enter the *URL*, unless what stands there is yours.', enter('url', xdp.url)],
      ['Enter the *Namespace*.', enter('namespace', xdp.namespace)],
      ['Enter the *User name*.', enter('username', xdp.username)],
      ['Enter the *Password*.', enter('password', xdp.password)],
      ['Press *Add*.', done],
      ['Open the list beside *Only types*.', openList('farfield-sources')],
      ['Choose *Humidity and temperature*.', choose('Humidity and temperature')],
      ['Close the list with Escape.', closeList],
      ['Open the list beside *Only devices*.', openList('farfield-devices')],
      ['Choose *Mote 1 (indoor)*.', choose('Mote 1 (indoor)')],
      ['Close the list with Escape.', closeList],
      [
        'Choose *Values, one message each* as *Output*.',
        async () => {
          await editor.page.locator('#node-input-output').selectOption({ label: 'Values, one message each' });
        },
      ],
      ['Enter `humidity` as *Only member*.', () => editor.page.locator('#node-input-field').fill('humidity')],
      ['Press *Done*.', done],
      ['Press *Deploy*.', deploy],
      ["Open `/dashboard/page1` at Node-RED's address.", openChart],
    ]);
    await until('the stream is followed', () => xdp.counters.openStreams === 1);
    for (const humidity of HUMIDITIES) {
      xdp.append({ nwkAddr: nwkAddrOf(2), data: { humidity: 99, temperature: 20 } });
      xdp.append({ nwkAddr: nwkAddrOf(1), data: { humidity, temperature: 20 } });
    }
    const { name, points } = await theLine();
    assert.equal(name, `${nwkAddrOf(1)}/humidity`);
    assert.deepEqual(
      points.map(({ value }) => value),
      HUMIDITIES,
    );
    assert.deepEqual(editor.problems, []);
  });

  it('iTwin IoT: the humidity at one sensor', async function () {
    this.timeout(120_000);
    const [sensorId = '', otherId = ''] = itwin.sensorIds;
    await follow('iTwin IoT', [
      ['Drag *iTwin subscribe* from the palette into the flow.', () => drag('itwin-iot-subscribe')],
      ['Drag *chart* into the flow, to the right of it.', dragChart],
      ['Draw a wire from the one to the other.', wire],
      ['Double-click *iTwin subscribe*.', edit],
      ['Press the button beside *Account* that adds one.', addAccount],
      ['Enter the *Socket URL*, unless what stands there is yours.', enter('url', itwin.socketUrl)],
      ['Enter the *REST URL*, unless what stands there is yours.', enter('restUrl', itwin.url)],
      ['Enter the *API key*.', enter('apiKey', itwin.apiKey)],
      ['Press *Add*.', done],
      ['Open the list beside *Sensors*.', openList('farfield-ids')],
      ['Choose *Mote 1 humidity and temperature*.', choose('Mote 1 humidity and temperature')],
      ['Close the list with Escape.', closeList],
      ['Open the list beside *Metric*.', openList('node-input-metric')],
      ['Choose *Relative Humidity*.', choose('Relative Humidity')],
      ['Open the list beside *Unit*.', openList('node-input-unit')],
      ['Choose *Percent*.', choose('Percent')],
      ['Press *Done*.', done],
      ['Press *Deploy*.', deploy],
      ["Open `/dashboard/page1` at Node-RED's address.", openChart],
    ]);
    await until('the sensor is followed', () => itwin.counters.openSubscriptions === 1);
    // An observation at the time of another of its sensor takes the place of that one.
    const begin = Date.now();
    for (const [index, humidity] of HUMIDITIES.entries()) {
      const timestamp = new Date(begin + index * 100).toISOString();
      itwin.append({ sensorId: otherId, timestamp, values: { RH: 99, T: 20 } });
      itwin.append({ sensorId, timestamp, values: { RH: humidity, T: 20 } });
    }
    const { name, points } = await theLine();
    assert.equal(name, `${sensorId}/RH`);
    assert.deepEqual(
      points.map(({ value }) => value),
      HUMIDITIES,
    );
    assert.deepEqual(editor.problems, []);
  });
});

/** Takes the steps of docs/first-chart.md, each by its words there: all of them, and no others. */
async function follow(platform: string, steps: readonly [string, () => Promise<void>][]): Promise<void> {
  assert.deepEqual(
    steps.map(([words]) => words),
    stepsOf(platform),
  );
  for (const [, act] of steps) await act();
}

/** The numbered steps below a heading. */
function stepsOf(heading: string): string[] {
  const [, rest = ''] = readFileSync(join(projectRoot, 'docs/first-chart.md'), 'utf8').split(`\n## ${heading}\n`);
  const [section = ''] = rest.split('\n## ');
  return [...section.matchAll(/^\d+\. (.+)$/gm)].map(([, step]) => String(step));
}
