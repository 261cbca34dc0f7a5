/**
 * `npm run test:heap [-- messages]`: ten thousand kept messages of 100 kB in mode `disk`, the platform away, Node-RED
 * with a heap of 160 MB; killed once in between. It must live, and all that was done must arrive.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FlowNode, witness, witnessedTab } from '../test/support/flow-nodes';
import { type NodeRedProcess, startNodeRed } from '../test/support/node-red-process';

const COUNT = Number(process.argv[2] ?? 10_000);
const BYTES = 100_000;
const HEAP = 160;

/** An xDP that is away until it is told to come; counts which messages it took. */
async function startPlatform() {
  const received = new Map<number, number>();
  let away = true;
  const server = createServer(async (request, response) => {
    if (away) return request.socket.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url === '/login') return response.end('token');
    for (const line of Buffer.concat(chunks).toString().split('\n')) {
      const { n } = (JSON.parse(line) as { data: { n: number } }).data;
      received.set(n, (received.get(n) ?? 0) + 1);
    }
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    come: () => {
      away = false;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function flow(url: string): FlowNode[] {
  return [
    ...witnessedTab(),
    { id: 'account', type: 'xdp-account', name: 'Farm', url, namespace: 'farm', timeout: 30, retryMax: 2 },
    { id: 'start', type: 'inject', z: 'flow', props: [], repeat: '', wires: [['next']] },
    {
      id: 'next',
      type: 'function',
      z: 'flow',
      outputs: 1,
      // Ten at a time are under way; each that is done makes room for the next.
      func: `const next = () => {
  const n = context.get('n') || 0;
  if (n >= ${COUNT}) return;
  context.set('n', n + 1);
  node.send({ payload: { n, pad: 'x'.repeat(${BYTES}) }, topic: String(n) });
};
if (msg.begin) for (let n = 0; n < 10; n++) next(); else next();`,
      wires: [['upload']],
    },
    {
      id: 'upload',
      type: 'xdp-record',
      z: 'flow',
      account: 'account',
      source: 'heap-data-up-json',
      nwkAddr: '7',
      offline: 'disk',
      maxItems: 1_000_000,
      maxBytes: 4_000_000_000,
      wires: [[]],
    },
    { id: 'complete', type: 'complete', z: 'flow', scope: ['upload'], wires: [['small']] },
    {
      id: 'small',
      type: 'change',
      z: 'flow',
      rules: [{ t: 'delete', p: 'payload', pt: 'msg' }],
      wires: [['safe', 'next']],
    },
    witness('safe'),
  ];
}

function peakMegabytes({ pid }: NodeRedProcess): number {
  return Math.round(Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function main(): Promise<boolean> {
  const platform = await startPlatform();
  const nodeRed = await startNodeRed({ env: { NODE_OPTIONS: `--max-old-space-size=${HEAP}` } });
  const begin = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - begin) / 1000)} s`;
  const live = async (what: string, holds: () => boolean): Promise<void> => {
    let last = Date.now();
    let before = '';
    while (!holds()) {
      if (!nodeRed.alive) throw new Error(`Node-RED died: ${what}\n${nodeRed.log.slice(-2000)}`);
      const now = `${nodeRed.witnessed('safe').length} ${platform.received.size}`;
      if (now !== before) last = Date.now();
      before = now;
      if (Date.now() - last > 120_000) throw new Error(`nothing happens any more: ${what} (${now})`);
      await wait(200);
    }
  };
  try {
    await nodeRed.deploy(flow(platform.url), { credentials: { account: { username: 'demo', password: 'demo' } } });
    await nodeRed.inject('start', { begin: true });
    await live('keeping', () => nodeRed.witnessed('safe').length >= COUNT);
    console.log(
      `${COUNT} messages of ${BYTES / 1000} kB kept after ${seconds()}, peak ${peakMegabytes(nodeRed)} MB resident`,
    );
    const sure = new Set(nodeRed.witnessed('safe').map(({ message }) => Number(message.topic)));
    await nodeRed.kill9();
    await nodeRed.start();
    console.log(`killed and started again after ${seconds()}`);
    platform.come();
    await live('sending', () => [...sure].every((n) => platform.received.has(n)));
    const doubled = [...platform.received.values()].filter((count) => count > 1).length;
    console.log(
      `done ${sure.size}, arrived ${platform.received.size}, lost 0, doubled ${doubled} after ${seconds()}, peak ${peakMegabytes(nodeRed)} MB resident`,
    );
    return true;
  } finally {
    await nodeRed.dispose();
    platform.close();
  }
}

main().then(
  () => console.log('ok'),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
