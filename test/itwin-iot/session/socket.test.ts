import { strict as assert } from 'node:assert';
import { setTimeout as pause } from 'node:timers/promises';
import type { PlatformError } from '../../../nodes/core/errors';
import type { StreamState } from '../../../nodes/core/stream/supervisor';
import { keepSubscribed } from '../../../nodes/itwin-iot/client/follow/keep-subscribed';
import { createSensorFollower } from '../../../nodes/itwin-iot/client/follow/sensor-follower';
import { readWholeSeries } from '../../../nodes/itwin-iot/client/session/series';
import type { Session } from '../../../nodes/itwin-iot/client/session/session';
import { createSharedSocket, type SharedSocket } from '../../../nodes/itwin-iot/client/session/socket';
import type { ItwinSettings } from '../../../nodes/itwin-iot/client/settings';
import { type ItwinSimulator, type ItwinSimulatorOptions, startItwinSimulator } from '../../../simulators/itwin-iot';

/** The raw temperature of the motes' sensors. */
const SERIES = { metric: 'T', unit: 'C' };

for (const transport of ['WebSocket', 'TCP'] as const) {
  describe(`socket API over ${transport}`, () => {
    let simulator: ItwinSimulator;
    let socket: SharedSocket;
    let outages: PlatformError[];
    let states: StreamState[];

    const start = async (options: ItwinSimulatorOptions = {}, changes: Partial<ItwinSettings> = {}): Promise<void> => {
      simulator = await startItwinSimulator({ live: false, ...options });
      const url = transport === 'WebSocket' ? simulator.socketUrl : simulator.tcpUrl;
      const settings = { url, keepalive: 5000, timeout: 5000, retryMax: 200, ...changes } as ItwinSettings;
      const code = changes.apiKey ?? simulator.apiKey;
      socket = createSharedSocket(settings, { get: async () => code, reject: () => undefined });
      outages = [];
      states = [];
    };
    afterEach(async () => {
      await socket.close();
      await simulator.stop();
    });

    const use = (onSession?: (session: Session) => void): (() => Promise<void>) =>
      socket.use({
        onState: (state) => states.push(state),
        onOutage: (error) => outages.push(error),
        ...(onSession && { onSession }),
      });
    const until = async (holds: () => boolean): Promise<void> => {
      while (!holds()) await pause(10);
    };
    const sensor = (): string => simulator.sensorIds[0] as string;

    it('opens for the first user, is shared, and closes after the last', async () => {
      await start();
      const leave = [use(), use()];
      await until(() => simulator.counters.openConnections === 1);
      await socket.request('time', undefined);
      await leave[0]?.();
      assert.equal(simulator.counters.openConnections, 1);
      await leave[1]?.();
      await until(() => simulator.counters.openConnections === 0);
      assert.equal(simulator.counters.connections, 1);
      assert.equal(simulator.counters.authentications, 1);
    });

    it('goes on from the id that authenticate answers', async () => {
      await start({ nextId: 4711 });
      use();
      for (let n = 0; n < 3; n++) await socket.request('time', undefined);
      assert.equal(simulator.counters.idsOutOfSequence, 0);
    });

    it('does not flood the platform when keep-alive is months away', async () => {
      await start({}, { keepalive: 90 * 24 * 3600 * 1000 });
      use();
      for (let n = 0; n < 50; n++) await socket.request('time', undefined);
      assert.equal(simulator.counters.calls.time, 51, 'one of its own, when the connection is new');
    });

    it('matches answers that come in pieces and together with others', async () => {
      await start({ fragment: 7, stored: 400 });
      use();
      const names = ['getNodes', 'getDevices', 'getSensors', 'time', 'help'];
      const answers = await Promise.all(names.map((method) => socket.request(method, {})));
      assert.equal((answers[2] as unknown[]).length >= 4, true);
      assert.equal(typeof (answers[3] as { time: unknown }).time, 'string');
    });

    for (const errorStyle of ['error', 'code'] as const) {
      it(`reports a refusal that comes as ${errorStyle}, with the operation`, async () => {
        await start({ errorStyle });
        use();
        await assert.rejects(socket.request('noSuchMethod', {}), (error: PlatformError) => {
          assert.equal(error.operation, 'noSuchMethod');
          assert.match(error.message, /^iTwin IoT refused: /);
          return true;
        });
      });

      it(`says unauthorized for a wrong key, answered as ${errorStyle}, and tries slowly`, async () => {
        await start({ errorStyle }, { apiKey: 'wrong-secret', retryMax: 60_000 });
        use();
        await until(() => states.includes('unauthorized'));
        await pause(300);
        assert.equal(simulator.counters.failedAuthentications, 1);
        assert.deepEqual(
          outages.map(({ code }) => code),
          ['UNAUTHORIZED'],
        );
        assert.ok(!outages[0]?.message.includes('wrong-secret'));
      });
    }

    it('repeats a reading request when the connection breaks before the answer', async () => {
      await start();
      use();
      await socket.request('time', undefined);
      const asked = socket.request('getSensors', {}, { repeatable: true });
      simulator.faults.cutConnections();
      assert.equal(Array.isArray(await asked), true);
    });

    it('fails within the time-out when the platform is away, and says why', async () => {
      await start({}, { timeout: 500 });
      await simulator.faults.refuse();
      await assert.rejects(socket.request('time', undefined), (error: PlatformError) => {
        assert.match(error.message, /no answer to time from iTwin IoT at .* within 0.5 s: cannot reach/);
        return error.code === 'ECONNREFUSED';
      });
    });

    it('drops a peer that says nothing any more and dials again', async () => {
      await start({}, { keepalive: 100 });
      use();
      // At once: the next attempt must not meet the fault as well.
      socket.use({ onOutage: () => simulator.faults.clear() });
      await socket.request('time', undefined);
      simulator.faults.halfOpen();
      await until(() => outages.length > 0);
      assert.equal(outages[0]?.code, 'IDLE');
      await socket.request('time', undefined);
      assert.equal(simulator.counters.authentications, 2);
    });

    it('brings every observation exactly once over 20 cuts and restarts', async () => {
      await start({ stored: 5 });
      const got: string[] = [];
      const replayed: string[] = [];
      const follower = createSensorFollower({
        sensor: sensor(),
        series: SERIES,
        since: undefined,
        backfill: true,
        onPoint(time, _value, again) {
          got.push(time);
          if (again) replayed.push(time);
        },
      });
      const settled: string[] = [];
      const end = keepSubscribed(socket, {
        followers: [follower],
        timeout: 5000,
        retryAfter: 1000,
        onState: (state) => settled.push(state),
        onOutage: (error) => outages.push(error),
        onRefused: (error) => outages.push(error),
      });
      await until(() => simulator.counters.openSubscriptions === 1);
      const made: string[] = [];
      const make = (count: number): void => {
        const before = simulator.observations(sensor()).length;
        simulator.burst(count, sensor());
        made.push(
          ...simulator
            .observations(sensor())
            .slice(before)
            .map(({ timestamp }) => timestamp),
        );
      };
      make(3);
      await until(() => got.length === 3);
      for (let round = 0; round < 20; round++) {
        if (round % 2 === 0) simulator.faults.cutConnections();
        else await simulator.faults.restart({ downFor: 10 });
        make(2);
        const subscriptions = simulator.counters.subscriptions;
        await until(
          () => simulator.counters.openSubscriptions === 1 || simulator.counters.subscriptions > subscriptions,
        );
        make(2);
      }
      await until(() => got.length >= made.length);
      await until(() => settled.at(-1) === 'connected');
      await end();
      assert.deepEqual([...got].sort(), made);
      assert.ok(replayed.length > 0, 'some were missed and fetched');
    });

    it('streams a long series in chunks without holding up the process', async () => {
      await start({ stored: 20_000, chunkSize: 500 });
      let points = 0;
      let chunks = 0;
      const count = (chunk: object): void => {
        chunks++;
        points += Object.keys(chunk).length;
      };
      await readWholeSeries(socket, 'getData', { sensor: sensor(), ...SERIES }, count, {});
      assert.equal(points, 20_000);
      assert.equal(chunks, 40);
    });
  });
}
