/**
 * A Node-RED in a process of its own, steered by messages from its parent (child_process.fork). It has two node types
 * for measuring: `bench-sink` counts messages, `bench-bare` streams with undici, eventsource-parser, JSON.parse and
 * `node.send` and nothing else: the least that any such node must do.
 */
import { type EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createParser } from 'eventsource-parser';
import type { Node, NodeDef } from 'node-red';
import { request } from 'undici';
import type { HostCommand, HostReport } from './protocol';

const load = createRequire(__filename);

interface EmbeddedNodeRed {
  init(server: unknown, settings: object): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  events: EventEmitter;
  nodes: {
    createNode(node: Node, config: NodeDef): void;
    registerType(set: string, type: string, make: (this: Node, config: NodeDef) => void): void;
  };
  runtime: { flows: { setFlows(options: object): Promise<unknown> } };
}

const RED = load('node-red') as EmbeddedNodeRed;
let expected = 0;
let counted = 0;
let finished: () => void = () => undefined;

function sink(this: Node, config: NodeDef): void {
  RED.nodes.createNode(this, config);
  this.on('input', (_message, _send, done) => {
    if (++counted === expected) finished();
    done();
  });
}

function bare(this: Node, config: NodeDef): void {
  RED.nodes.createNode(this, config);
  const { url, namespace, username, password } = config as NodeDef &
    Record<'url' | 'namespace' | 'username' | 'password', string>;
  const stream = async (): Promise<void> => {
    const headers = { 'xdp-namespace': namespace };
    const login = await request(`${url}/login`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    const authorization = `Bearer ${await login.body.text()}`;
    const { body } = await request(`${url}/recordings/events?finite=true`, { headers: { ...headers, authorization } });
    const decoder = new TextDecoder();
    const parser = createParser({
      onEvent: ({ event, data }) => {
        if (data === '') return;
        const { data: payload } = JSON.parse(data);
        this.send({ payload, event } as never);
      },
    });
    for await (const chunk of body) parser.feed(decoder.decode(chunk, { stream: true }));
  };
  stream().catch((error) => this.error(error));
}

function report(message: HostReport): void {
  process.send?.(message);
}

/** Deploys a flow and waits until its sink has seen all messages. */
async function run({ flow, credentials, count }: Extract<HostCommand, { kind: 'run' }>): Promise<void> {
  await deploy([], {});
  expected = count;
  counted = 0;
  const end = new Promise<void>((resolve) => {
    finished = resolve;
  });
  global.gc?.();
  const before = process.memoryUsage();
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 50);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  await deploy(flow, credentials);
  await end;
  const seconds = (performance.now() - started) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  delay.disable();
  clearInterval(sampling);
  global.gc?.();
  const after = process.memoryUsage();
  report({
    kind: 'measured',
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    delayP99: delay.percentile(99) / 1e6,
    delayMax: delay.max / 1e6,
    heapGrowth: (after.heapUsed - before.heapUsed) / 2 ** 20,
    peakGrowth: (peak - before.rss) / 2 ** 20,
  });
}

async function deploy(flow: object[], credentials: object): Promise<void> {
  await RED.runtime.flows.setFlows({ flows: { flows: flow, credentials }, deploymentType: 'full' });
}

async function main(): Promise<void> {
  const userDir = String(process.argv[2]);
  const server = createServer();
  RED.init(server, {
    userDir,
    httpAdminRoot: false,
    httpNodeRoot: false,
    logging: { console: { level: 'error' } },
    // A dependency of the tests, which Node-RED would find above its own folder.
    nodesExcludes: ['node-red-dashboard-for-tests'],
  });
  RED.nodes.registerType('bench', 'bench-sink', sink);
  RED.nodes.registerType('bench', 'bench-bare', bare);
  // Its first flows are loaded after `start`, and would take the credentials of ours with them.
  const started = once(RED.events, 'flows:started');
  await RED.start();
  await started;
  process.on('message', (command: HostCommand) => {
    if (command.kind === 'run') void run(command);
    else void RED.stop().then(() => process.exit(0));
  });
  report({ kind: 'ready' });
}

void main();
