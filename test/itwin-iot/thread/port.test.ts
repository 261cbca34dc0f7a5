import { strict as assert } from 'node:assert';
import type { PlatformError } from '../../../nodes/core/errors';
import type { StreamState } from '../../../nodes/core/stream/supervisor';
import { createThreadPort, type ThreadPort } from '../../../nodes/itwin-iot/thread/port';
import type { ThreadSettings } from '../../../nodes/itwin-iot/thread/settings';
import { type ItwinEdge, type ItwinSimulator, startItwinSimulator } from '../../../simulators/itwin-iot';
import { selfSigned } from '../../support/http';
import { type LocalWebSockets, startGuardedProxy, startWebSockets } from '../../support/sockets';
import { threadSettings } from '../../support/thread';
import { until } from '../../support/until';

describe('port of a THREAD', () => {
  let simulator: ItwinSimulator;
  let edge: ItwinEdge;
  let port: ThreadPort | undefined;
  let data: Buffer[];
  let states: StreamState[];
  let outages: PlatformError[];

  beforeEach(async () => {
    simulator = await startItwinSimulator({ live: false });
    edge = simulator.edge;
    data = [];
    states = [];
    outages = [];
  });
  afterEach(async () => {
    await port?.close();
    port = undefined;
    await until('no connection is left', () => edge.counters.openConnections === 0);
    await simulator.stop();
  });

  const open = (number = 1, changes: Partial<ThreadSettings> = {}): ThreadPort => {
    port = createThreadPort({ ...threadSettings(edge), ...changes }, number);
    return port;
  };
  const use = (of: ThreadPort): (() => Promise<void>) =>
    of.use({
      onData: (bytes) => data.push(bytes),
      onState: (state) => states.push(state),
      onOutage: (error) => outages.push(error),
    });
  const connected = (count = 1): Promise<void> =>
    until(`connected ${count} times`, () => states.filter((state) => state === 'connected').length >= count);
  const texts = (): string[] => data.map(String);

  it('connects for its first user, is shared, and lets go after the last', async () => {
    const opened = open();
    assert.equal(edge.counters.connections, 0);
    const leave = [use(opened), use(opened)];
    await connected(2);
    assert.equal(edge.devicePort(1).clients, 1);
    edge.devicePort(1).fromDevice('for both');
    await until('both have it', () => data.length === 2);
    assert.deepEqual(texts(), ['for both', 'for both']);
    await leave[0]?.();
    edge.devicePort(1).fromDevice('for one');
    await until('one has it', () => data.length === 3);
    await leave[1]?.();
    await until('it is closed', () => edge.counters.openConnections === 0);
    assert.equal(edge.counters.connections, 1);
    assert.ok(!states.includes('closed'));
  });

  it('connects anew for a user who comes after the last has gone, even in that moment', async () => {
    const opened = open();
    const leaving = use(opened)();
    use(opened);
    await leaving;
    await connected();
    await until('one connection is left', () => edge.devicePort(1).clients === 1);
    await opened.send('hello');
    await until('the device has it', () => edge.devicePort(1).received.length === 1);
  });

  it('tells a later user at once where it stands', async () => {
    const opened = open();
    use(opened);
    await connected();
    states = [];
    use(opened);
    assert.deepEqual(states, ['connected']);
  });

  it('carries 64 KiB of any bytes to the device and back', async () => {
    const opened = open(2);
    use(opened);
    await connected();
    const bytes = Buffer.from(Array.from({ length: 65_536 }, (_, at) => (at * 7) % 256));
    await opened.send(bytes);
    await until('it came back', () => data.length === 1);
    assert.deepEqual(data[0], bytes);
    assert.deepEqual(edge.devicePort(2).received, [bytes]);
  });

  it('takes whatever a device says for data, text that is none too', async () => {
    const server = await startWebSockets();
    try {
      use(open(1, { wsUrl: server.url }));
      const peer = await server.next();
      peer.send(Buffer.of(0x31, 0xff, 0x0d), { binary: false });
      await until('it came', () => data.length === 1);
      assert.deepEqual(data, [Buffer.of(0x31, 0xff, 0x0d)]);
      assert.deepEqual(server.paths, ['/path/port/1']);
      assert.deepEqual(outages, []);
    } finally {
      await port?.close();
      await server.close();
    }
  });

  const breaks: [string, (count: number) => Promise<void> | void][] = [
    ['cut', () => edge.faults.cutConnections()],
    ['restarted', () => edge.faults.restart({ downFor: 20 })],
    [
      'cut in mid-frame',
      () => {
        edge.faults.cutMidFrame({ times: 1 });
        edge.devicePort(1).fromDevice('half of this');
      },
    ],
  ];
  for (const [what, strike] of breaks) {
    it(`connects again, and again, after it was ${what}`, async () => {
      const opened = open();
      use(opened);
      for (let round = 1; round <= 5; round++) {
        await connected(round);
        edge.devicePort(1).fromDevice(`round ${round}`);
        await opened.send(`answer ${round}`);
        await until('both are there', () => data.length === round && edge.devicePort(1).received.length === round);
        await strike(round);
      }
      await connected(6);
      assert.deepEqual(texts(), ['round 1', 'round 2', 'round 3', 'round 4', 'round 5']);
      assert.ok(outages.length <= 1, 'one report of a flapping THREAD in ten seconds');
    });
  }

  it('drops a peer that says nothing any more and dials again', async () => {
    const opened = open(1, { keepalive: 50 });
    use(opened);
    await connected();
    edge.faults.halfOpen({ path: '/ws/port/1' });
    edge.faults.clear();
    await connected(2);
    assert.deepEqual(
      outages.map(({ code, message }) => `${code} ${message}`),
      ['IDLE nothing heard for 0.15 s'],
    );
    edge.devicePort(1).fromDevice('alive');
    await until('it is heard', () => data.length === 1);
  });

  it('keeps a connection on which nothing happens but pings', async () => {
    const server = await startWebSockets();
    try {
      use(open(1, { wsUrl: server.url, keepalive: 20 }));
      let pings = 0;
      (await server.next()).on('ping', () => pings++);
      await until('it was asked many times', () => pings > 20);
      assert.deepEqual(states, ['connecting', 'connected']);
      assert.equal(server.paths.length, 1);
    } finally {
      await port?.close();
      await server.close();
    }
  });

  it('sends nothing later that it has refused to send', async () => {
    const opened = open();
    await assert.rejects(opened.send('before anybody uses it'), { code: 'DISCONNECTED', retryable: true });
    use(opened);
    await assert.rejects(opened.send('before it is connected'), { code: 'DISCONNECTED' });
    await connected();
    await edge.faults.refuse();
    await until('the reason is known', () => outages.length === 1 && states.at(-1) !== 'connected');
    for (let n = 0; n < 10; n++) {
      await assert.rejects(opened.send(`away ${n}`), (error: PlatformError) => {
        assert.equal(error.code, 'DISCONNECTED');
        assert.match(error.message, /^not sent, and not kept to be sent later: ws:.*\/ws\/port\/1 is not connected: /);
        return true;
      });
    }
    await edge.faults.listenAgain();
    await connected(2);
    await opened.send('now');
    await until('the device has it', () => edge.devicePort(1).received.length > 0);
    assert.deepEqual(edge.devicePort(1).received, ['now']);
  });

  it('says what is wrong with its URL', async () => {
    use(open(4));
    await until('the outage', () => outages.length === 1);
    assert.equal(outages[0]?.code, 'NOT_FOUND');
    assert.match(
      outages[0]?.message ?? '',
      /THREAD at ws:.*\/ws\/port\/4 answers with HTTP 404 and opens no WebSocket; is the URL right\?/,
    );
    await until('it waits', () => states.at(-1) === 'waiting');
  });

  it('reports a THREAD that takes connections and drops them, and knocks more and more slowly', async () => {
    const server: LocalWebSockets = await startWebSockets();
    let closing = false;
    const dropping = (async () => {
      while (!closing) (await server.next()).close();
    })();
    try {
      use(open(1, { wsUrl: server.url, retryMax: 100 }));
      await until('it was dropped some times', () => server.paths.length >= 5);
      assert.deepEqual(
        outages.map(({ code }) => code),
        ['DISCONNECTED'],
      );
      closing = true;
      await dropping;
    } finally {
      await port?.close();
      await server.close();
    }
  });

  it('goes through TLS and a proxy', async () => {
    const certificate = selfSigned();
    const server = await startWebSockets({ tls: certificate });
    const proxy = await startGuardedProxy('user:geheim');
    try {
      const url = proxy.url.replace('//', '//user:geheim@');
      use(open(3, { wsUrl: server.url, tls: { ca: certificate.cert }, proxy: { url, noProxy: [] } }));
      (await server.next()).send('secure');
      await until('it came', () => data.length === 1);
      assert.deepEqual(proxy.tunnels, [`localhost:${server.port}`]);
    } finally {
      await port?.close();
      await until('nothing is left', () => server.connections + proxy.connections === 0);
      await proxy.close();
      await server.close();
    }
  });

  it('closes at once while it is dialling, waiting or talking to nobody', async () => {
    const began = Date.now();
    edge.faults.halfOpen();
    use(open());
    await until('it dials', () => edge.counters.openConnections === 1);
    await port?.close();
    edge.faults.clear();
    await edge.faults.refuse();
    use(open(1, { retryMax: 60_000 }));
    await until('it waits', () => states.at(-1) === 'waiting');
    await port?.close();
    await edge.faults.listenAgain();
    use(open());
    await connected();
    edge.faults.halfOpen();
    edge.faults.clear();
    await port?.close();
    assert.ok(Date.now() - began < 2000);
  });
});
