import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { itwinIot } from '../platforms/itwin-iot';
import { type SimulatedPlatforms, startPlatforms } from '../platforms/simulated';
import { xdp as xdpPlatform } from '../platforms/xdp';
import { type FlowNode, witness } from '../support/flow-nodes';
import { examples, manifest } from '../support/manifest';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { until } from '../support/until';

describe('the example flows', () => {
  let nodeRed: NodeRedProcess;
  let platforms: SimulatedPlatforms;

  before(async function () {
    this.timeout(120_000);
    platforms = await startPlatforms({ speed: 50, stored: 60 });
    nodeRed = await startNodeRed({ env: platforms.variables, dashboard: true });
  });
  after(async () => {
    await nodeRed.dispose();
    await platforms.stop();
  });

  /** What Node-RED's import dialog would get, from the installed package. */
  const fromMenu = async (path: string): Promise<FlowNode[]> => {
    const answer = await nodeRed.admin(
      `/library/examples/flows/${manifest.name}/${encodeURI(path.replace(/\.json$/, ''))}`,
    );
    assert.equal(answer.status, 200, `${path} is in the menu`);
    return (await answer.json()) as FlowNode[];
  };

  /** Deploys an example, and waits until it follows what it is to follow; errors come to the witness `errors`. */
  const deploy = async (flow: readonly FlowNode[]): Promise<void> => {
    const platform = flow.filter(({ type, z }) => z !== undefined && isOurs(type));
    const { z } = platform[0] ?? assert.fail('it uses a node of the package');
    const complete = platform.flatMap(({ id }) => [
      { id: `complete-${id}`, type: 'complete', z, scope: [id], wires: [[`done-${id}`]] },
      { ...witness(`done-${id}`), z },
    ]);
    const errors = [
      { id: 'catch', type: 'catch', z, wires: [['errors']] },
      { ...witness('errors'), z },
    ];
    await nodeRed.deploy([...flow, ...errors, ...complete]);
    await until('its streams are open', () => platforms.streaming(platform));
  };

  for (const { path, nodes } of examples) {
    it(`"${path}" comes out of the import menu, deploys and runs without an error`, async function () {
      this.timeout(60_000);
      const flow = await fromMenu(path);
      const from = nodeRed.log.length;
      const failed = nodeRed.witnessed('errors').length;
      await deploy(flow);
      for (const { id } of flow.filter(({ type }) => type === 'inject')) {
        const reached = reachedFrom(id, flow);
        const before = new Map(reached.map((each) => [each, nodeRed.witnessed(`done-${each}`).length]));
        await nodeRed.inject(id);
        for (const [each, done] of before) {
          const isOver = (all: readonly unknown[]): boolean =>
            all.length > done || nodeRed.witnessed('errors').length > failed;
          await nodeRed.until(`done-${each}`, isOver);
        }
      }
      const errors = nodeRed.witnessed('errors').slice(failed);
      assert.deepEqual(
        errors.map(({ message }) => message.error),
        [],
      );
      // What an example before this one had under way, or kept, when this one took its place is told in the log.
      const log = nodeRed.log
        .slice(from)
        .replace(
          /^.*(messages for .* were not sent: the node was closed|messages that were kept on disk and not sent yet are deleted together).*$/gm,
          '',
        );
      assert.doesNotMatch(log, /\[error\]/);
    });

    it(`"${path}" explains itself, and holds no password`, () => {
      assert.ok(nodes.some(({ type }) => type === 'comment'));
      const values = nodes.flatMap(({ credentials = {} }) => Object.values(credentials));
      assert.deepEqual(
        values.filter((value) => !/^\$\{\w+\}$/.test(value)),
        [],
      );
    });
  }

  it('have ids that no other example has, but for the account: one a platform, the same in all', () => {
    const all = examples.flatMap(({ nodes }) => nodes);
    const isAccount = ({ type, z }: (typeof all)[number]): boolean => type !== 'tab' && isOurs(type) && z === undefined;
    const accounts = all.filter(isAccount);
    const types = [...new Set(accounts.map(({ type }) => type))];
    assert.ok(accounts.length > types.length);
    for (const type of types) {
      const [first, ...others] = accounts.filter((account) => account.type === type);
      for (const other of others) assert.deepEqual(other, first, 'a second import takes the account of the first');
    }
    const ids = all.filter((node) => !isAccount(node)).map(({ id }) => id);
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    );
  });

  it('have their variables in a table of the README, and in the demo', () => {
    const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
    const named = examples.flatMap(({ nodes }) => JSON.stringify(nodes).match(/(?<=\$\{)\w+(?=\})/g) ?? []);
    assert.ok(named.length > 0);
    for (const name of new Set(named)) {
      assert.match(readme, new RegExp(`^\\|[^|]*\`${name}\`[^|]*\\|`, 'm'));
      assert.ok(platforms.variables[name], `${name} has a value in the demo`);
    }
  });

  it('have no wire that runs backwards', () => {
    const backwards = examples.flatMap(({ path, nodes }) =>
      (nodes as FlowNode[]).flatMap((from) =>
        ((from.wires as string[][] | undefined) ?? []).flat().flatMap((id) => {
          const to = (nodes as FlowNode[]).find((node) => node.id === id);
          const forwards = to !== undefined && Number(to.x) - widthOf(to) / 2 >= Number(from.x) + widthOf(from) / 2;
          return forwards ? [] : [`${path}: ${from.name} to ${to?.name}`];
        }),
      ),
    );
    assert.deepEqual(backwards, []);
  });

  const example = async (start: string): Promise<FlowNode[]> =>
    fromMenu(examples.find(({ path }) => path.startsWith(start))?.path ?? assert.fail(`there is an example ${start}`));

  const press = async (flow: readonly FlowNode[], name: string): Promise<void> =>
    nodeRed.inject(flow.find((node) => node.type === 'inject' && node.name === name)?.id ?? assert.fail(name));

  it('"Watch a site" tells once that a sensor has left its band, and once that it is back', async function () {
    this.timeout(60_000);
    const { ITWIN_SENSOR_2: sensor } = platforms.variables;
    const flow = (await example('iTwin IoT/01')).map((node) =>
      node.name === 'in and out of line' ? { ...witness('told'), id: node.id, z: node.z } : node,
    );
    await deploy(flow);
    const states = (): unknown[] =>
      nodeRed.witnessed('told').flatMap(({ message }) => (message.device === sensor ? [message.state] : []));
    await nodeRed.until('told', () => states().length === 1);
    await press(flow, 'let sensor 2 leave its band');
    await nodeRed.until('told', () => states().length >= 3);
    assert.deepEqual(states(), ['inside', 'out of line', 'inside']);
  });

  for (const [start, metric] of [
    ['xDP with dashboard', 'humidity'],
    ['iTwin IoT with dashboard', 'RH'],
  ] as const) {
    it(`"${start}" wires numbers and their times to the chart, with nothing in between`, async function () {
      this.timeout(60_000);
      const flow = await example(start);
      const { id = '', z } = flow.find(({ type }) => type === 'ui-chart') ?? assert.fail('it has a chart');
      await deploy(flow.map((node) => (node.id === id ? { ...witness(id), z } : node)));
      const [first] = await nodeRed.until(id, (all) => all.length > 0);
      const { payload, timestamp, topic } = first?.message ?? assert.fail();
      assert.equal(typeof payload, 'number');
      assert.equal(typeof timestamp, 'number');
      assert.match(String(topic), new RegExp(`/${metric}$`));
      const between = flow.filter(({ wires }) => (wires as string[][] | undefined)?.flat().includes(id));
      assert.ok(between.length === 1 && between.every(({ type }) => isOurs(type)));
    });
  }

  it('"Bridge" provisions sensors once and brings them the recordings of xDP', async function () {
    this.timeout(60_000);
    const xdp = platforms.of(xdpPlatform);
    const itwin = platforms.of(itwinIot);
    const flow = await example('iTwin IoT/06');
    assert.ok(!flow.some(({ type }) => type === 'function'), 'it needs no Function node');
    await deploy(flow);
    const sensors = () => itwin.sensors().filter(({ props }) => /^xDP \d+$/.test((props as { NAME: string }).NAME));
    const bridged = () => itwin.counters.received.filter(({ sensorId }) => sensors().some(({ id }) => id === sensorId));
    const ask = `done-${flow.find(({ name }) => name === 'ask for sensors')?.id}`;
    for (const time of ['first', 'second']) {
      const asked = nodeRed.witnessed(ask).length;
      await press(flow, 'provision');
      await nodeRed.until(ask, (all) => all.length > asked);
      const sources = () => new Set(bridged().map(({ sensorId }) => sensorId));
      await until(`each has observations after the ${time} press`, () => sources().size === 4);
    }
    const deviceOf = new Map(sensors().map(({ id, props }) => [id, Number((props as { NAME: string }).NAME.slice(4))]));

    assert.equal(sensors().length, 4);
    const recorded = new Set(
      xdp.recordings().map(({ nwkAddr, time, data }) => {
        const { humidity, temperature } = data as Record<string, number>;
        return JSON.stringify([nwkAddr, Date.parse(time), humidity, temperature]);
      }),
    );
    const strange = bridged().filter(
      ({ sensorId, timestamp, values: { humidity, temperature } }) =>
        !recorded.has(JSON.stringify([deviceOf.get(sensorId), Date.parse(timestamp), humidity, temperature])),
    );
    assert.deepEqual(strange, [], 'what arrived was recorded so');
  });
});

function isOurs(type: string): boolean {
  return Object.keys(manifest['node-red'].nodes).some((set) => type.startsWith(`${set}-`));
}

/** About as wide as the editor draws a node: its name in steps of 20 pixels, 100 at least; link nodes are icons. */
function widthOf({ type, name }: FlowNode): number {
  if (/^link (in|out)$/.test(type)) return 30;
  const letters = String(name || type).length * 6.6;
  return Math.max(100, 20 * Math.ceil((letters + 50) / 20));
}

/** Nodes of the package that a message from `start` gets to whatever it holds. */
function reachedFrom(start: string, flow: readonly FlowNode[]): string[] {
  const found = new Set<string>();
  const follow = (id: string): void => {
    const node = flow.find((each) => each.id === id);
    if (!node || found.has(id) || node.type === 'switch') return;
    found.add(id);
    for (const next of (node.wires as string[][] | undefined)?.flat() ?? []) follow(next);
  };
  follow(start);
  return [...found].filter((id) => isOurs(flow.find((node) => node.id === id)?.type ?? ''));
}
