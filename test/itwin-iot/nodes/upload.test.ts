import { strict as assert } from 'node:assert';
import { seriesWriter, toSenml } from '../../../nodes/core/senml';
import {
  IMPORT_SENSOR_ID,
  type ItwinSimulator,
  type ItwinSimulatorOptions,
  type MadeObservation,
  startItwinSimulator,
} from '../../../simulators/itwin-iot';
import { RpcClient } from '../../simulators/itwin-iot-support';
import { createFlowRuntime, type FlowRuntime } from '../../support/flow';
import { serve } from '../../support/http';
import { itwinCredentials, itwinFlow } from '../../support/itwin';
import { serveRpc } from '../../support/rpc-server';
import { until } from '../../support/until';

const START = Date.UTC(2026, 2, 1, 12, 0, 0);
const timeOf = (n: number): string => new Date(START + n * 1000).toISOString();
/** The nth observation of a test: its humidity is n. */
const observation = (n: number, sensorId = IMPORT_SENSOR_ID) => ({
  sensorId,
  timestamp: timeOf(n),
  values: { humidity: n, temperature: 20 },
});
type Uploaded = ReturnType<typeof observation>;

const UNKNOWN = '/api/13DC2F/node/dynamic/62D7C7/device/nobody/sensor';

let runtime: FlowRuntime;
let simulator: ItwinSimulator;

const deploy = (properties: Record<string, unknown>, account: Record<string, unknown> = {}): Promise<void> =>
  runtime.deploy(
    itwinFlow(simulator, { type: 'itwin-iot-upload', ...properties }, account),
    itwinCredentials(simulator),
  );
const start = async (
  properties: Record<string, unknown>,
  options: ItwinSimulatorOptions = {},
  account: Record<string, unknown> = {},
): Promise<void> => {
  simulator = await startItwinSimulator({ live: false, ...options });
  await deploy(properties, account);
};

const sensorsOf = (): unknown[] => simulator.counters.received.map(({ sensorId, values }) => [sensorId, values.T]);

const send = (payload: unknown, fields: Record<string, unknown> = {}): void =>
  runtime.send('node', { payload, ...fields });
const sendEach = (from: number, to: number): void => {
  for (let n = from; n < to; n++) send(observation(n));
};
const stored = (sensorId = IMPORT_SENSOR_ID): MadeObservation[] => simulator.observations(sensorId);
const numbers = (): unknown[] => stored().map(({ values }) => values.humidity);
const upTo = (count: number): number[] => [...Array(count).keys()];
const uploads = (): number =>
  (simulator.counters.calls.uploadData ?? 0) + (simulator.counters.requests['POST /data/upload'] ?? 0);
const codes = (): unknown[] => runtime.received('errors').map(({ error }) => (error as { code?: string }).code);

describe('itwin-iot-upload', () => {
  before(async () => {
    runtime = await createFlowRuntime('itwin-iot');
  });
  afterEach(async () => {
    await runtime.stop();
    await simulator.stop();
  });
  after(() => runtime.dispose());

  for (const via of ['socket', 'rest'] as const) {
    const operation = via === 'socket' ? 'uploadData' : 'uploadObservations';
    const answered = via === 'socket' ? { successfullyProcessedObs: 1 } : { status: 'ACCEPTED' };

    describe(`via ${via}`, () => {
      it('uploads an observation, gives the answer and is done', async () => {
        await start({ via });
        send(observation(1), { topic: 'mine' });
        const [answer] = await runtime.messages('out', 1);
        await runtime.messages('complete', 1);
        assert.deepEqual(stored(), [observation(1)]);
        assert.deepEqual(answer?.payload, answered);
        assert.equal(answer?.operation, operation);
        assert.equal(answer?.statusCode, via === 'socket' ? undefined : 202);
        assert.equal(answer?.topic, 'mine');
        assert.equal(simulator.counters.received[0]?.via, via);
        await until('the status is cleared', () => runtime.statuses('node').at(-1) === '');
      });

      it('takes the sensor of a bare object from the dialog, else from msg.params', async () => {
        await start({ via, sensorId: '$lookup({"7": sensor}, device)', sensorIdType: 'jsonata' });
        const [first, second, third] = simulator.sensorIds as [string, string, string];
        send({ T: 1, RH: 1 }, { device: '7', sensor: first, params: { sensorId: second } });
        send({ T: 2, RH: 2 }, { device: third, params: { sensorId: second } });
        await runtime.messages('out', 2);
        assert.deepEqual(sensorsOf(), [
          [first, 1],
          [second, 2],
        ]);
        assert.ok(simulator.counters.received.every(({ timestamp }) => Date.parse(timestamp) <= Date.now()));
      });

      it('takes it from msg.device only where the dialog says nothing at all', async () => {
        await start({ via });
        const [first, second] = simulator.sensorIds as [string, string];
        send({ T: 1, RH: 1 }, { device: first, params: { sensorId: second } });
        send({ T: 2, RH: 2 }, { device: first });
        await runtime.messages('out', 2);
        assert.deepEqual(sensorsOf(), [
          [second, 1],
          [first, 2],
        ]);
      });

      it('takes the SenML pack of another platform for the sensor that a table in the dialog says', async () => {
        const table = `{"27435": "${IMPORT_SENSOR_ID}"}`;
        await start({ via, sensorId: `$lookup(${table}, device)`, sensorIdType: 'jsonata' });
        const values = { humidity: 40, temperature: 20 };
        const payload = toSenml({ platform: 'xdp', device: '27435', time: timeOf(1), values });
        send(payload, { device: '27435', contentType: 'application/senml+json' });
        await runtime.messages('out', 1);
        assert.deepEqual(stored(), [{ sensorId: IMPORT_SENSOR_ID, timestamp: timeOf(1), values }]);
        send(payload, { device: '1' });
        const [error] = await runtime.errors('errors', 1);
        assert.match(error?.message ?? '', /needs the parameter "sensorId" \(SenML pack\)/);
      });

      it('takes a pack of several of its own sensors and times in one request', async () => {
        await start({ via, sensorId: UNKNOWN });
        const [first, second] = simulator.sensorIds as [string, string];
        const pack = [first, second].flatMap((device) =>
          toSenml({ platform: 'itwin-iot', device, time: timeOf(1), values: { T: 1, RH: 2 } }),
        );
        send(pack);
        await runtime.messages('out', 1);
        const values = { RH: 2, T: 1 };
        assert.deepEqual(stored(first), [{ sensorId: first, timestamp: timeOf(1), values }]);
        assert.deepEqual(stored(second), [{ sensorId: second, timestamp: timeOf(1), values }]);
        assert.equal(uploads(), 1);
      });

      const bad: [string, unknown, RegExp][] = [
        ['a text', 'hello', /the payload must be an observation/],
        ['no sensor', { T: 1 }, /needs the parameter "sensorId"/],
        ['points without a metric', { [timeOf(1)]: 5 }, /holds values by time/],
        [
          'a value that is none',
          [observation(1), { ...observation(2), values: { T: 'hot' } }],
          /"T" of \w+ \(item 2 of 2\) must be a number/,
        ],
      ];
      for (const [what, payload, words] of bad) {
        it(`refuses ${what} and sends nothing`, async () => {
          await start({ via });
          send(payload);
          const [error] = await runtime.errors('errors', 1);
          assert.equal(error?.code, 'INVALID_PARAMETER');
          assert.match(error?.message ?? '', words);
          assert.equal(uploads(), 0);
        });
      }

      it('collects messages into batches and completes each of them', async () => {
        await start({ via, batchSize: 10, batchTime: 60_000 });
        sendEach(0, 20);
        await runtime.messages('complete', 20);
        assert.equal(uploads(), 2);
        assert.deepEqual(numbers(), upTo(20));
        assert.equal(runtime.received('out').length, 20);
      });

      it('sends what there is when the batch time is over', async () => {
        await start({ via, batchSize: 1000, batchTime: 50 });
        sendEach(0, 3);
        await runtime.messages('complete', 3);
        assert.equal(uploads(), 1);
      });

      it('tells an unknown sensor in an error, and is not done', async () => {
        await start({ via, offline: 'memory' });
        send(observation(1, UNKNOWN));
        send(observation(2));
        const [error] = await runtime.errors('errors', 1);
        assert.match(error?.message ?? '', via === 'socket' ? /took 0 of 1 observations/ : /sensor does not exist/);
        await runtime.messages('complete', 1);
        assert.deepEqual(numbers(), [2]);
        assert.equal(uploads(), 2);
      });

      it('refuses a batch of which nothing was taken message by message', async () => {
        await start({ via, batchSize: 2, batchTime: 60_000 });
        send(observation(1, UNKNOWN));
        send(observation(2, UNKNOWN));
        await runtime.errors('errors', 2);
        assert.equal(uploads(), 3);
        assert.equal(runtime.received('complete').length, 0);
      });

      it('offline fail: the error comes within the time-out and nothing is sent later', async () => {
        await start({ via }, {}, { timeout: 1 });
        await simulator.faults.refuse();
        send(observation(1));
        const [error] = await runtime.errors('errors', 1);
        assert.equal(error?.code, 'ECONNREFUSED');
        await simulator.faults.listenAgain();
        send(observation(2));
        await runtime.messages('complete', 1);
        assert.deepEqual(numbers(), [2]);
      });

      it('offline memory: keeps order over an outage, says how many wait, and reports it once', async () => {
        await start({ via, offline: 'memory' }, {}, { timeout: 1 });
        await simulator.faults.refuse();
        sendEach(0, 50);
        await runtime.status('node', 'queued 50 ECONNREFUSED');
        assert.equal(runtime.received('complete').length, 0);
        await simulator.faults.listenAgain();
        await runtime.messages('complete', 50);
        assert.deepEqual(numbers(), upTo(50));
        assert.deepEqual(
          simulator.counters.received.map(({ values }) => values.humidity),
          upTo(50),
        );
        assert.deepEqual(codes(), ['ECONNREFUSED']);
      });

      it('offline memory: every observation is there once after cuts and restarts in the middle', async () => {
        await start({ via, offline: 'memory', batchSize: 5 }, {}, { timeout: 1 });
        for (let round = 0; round < 6; round++) {
          sendEach(round * 10, round * 10 + 10);
          await until('something has arrived', () => stored().length > round * 10);
          if (round % 2 === 0) simulator.faults.cutConnections();
          else await simulator.faults.restart({ downFor: 20 });
        }
        await runtime.messages('complete', 60);
        assert.deepEqual(numbers(), upTo(60));
        assert.ok(codes().every((code) => ['ECONNRESET', 'ECONNREFUSED', 'DISCONNECTED'].includes(String(code))));
      });

      it('offline disk: done once on disk; what waits outlives a restart of the node and arrives in order', async () => {
        const properties = { id: 'node', via, offline: 'disk', batchSize: 50 };
        await start(properties, {}, { timeout: 1 });
        await simulator.faults.refuse();
        sendEach(0, 300);
        await runtime.messages('complete', 300);
        assert.equal(stored().length, 0);
        await deploy(properties, { timeout: 1 });
        await runtime.status('node', 'queued 300');
        await simulator.faults.listenAgain();
        await runtime.messages('out', 300);
        assert.deepEqual(numbers(), upTo(300));
        assert.equal(simulator.counters.received.length, 300);
        assert.equal(codes().filter((code) => code !== 'ECONNREFUSED').length, 0);
      });

      it('says unauthorized for a wrong key, keeps what waits and sends it when the key is right', async () => {
        await start({ via, offline: 'memory' });
        simulator.faults.wrongCredentials();
        send(observation(1));
        await runtime.status('node', 'unauthorized');
        const [error] = await runtime.errors('errors', 1);
        assert.equal(error?.code, 'UNAUTHORIZED');
        assert.ok(!error?.message.includes(simulator.apiKey));
        simulator.faults.clear();
        await runtime.messages('complete', 1);
        assert.deepEqual(numbers(), [1]);
      });

      it('offline fail: a wrong key is an error at once', async () => {
        simulator = await startItwinSimulator({ live: false });
        const flow = itwinFlow(simulator, { type: 'itwin-iot-upload', via });
        await runtime.deploy(flow, { account: { apiKey: 'not-the-key' } });
        send(observation(1));
        const [error] = await runtime.errors('errors', 1);
        assert.equal(error?.code, 'UNAUTHORIZED');
        assert.doesNotMatch(error?.message ?? '', /not-the-key/);
        await runtime.status('node', 'unauthorized');
      });

      it('does not lose what went out as the peer fell silent', async () => {
        await start({ via, offline: 'memory' }, {}, { timeout: 1, keepalive: 1 });
        sendEach(0, 1);
        await runtime.messages('complete', 1);
        simulator.faults.halfOpen();
        sendEach(1, 4);
        await runtime.status('node', 'queued 3');
        simulator.faults.clear();
        await runtime.messages('complete', 4);
        assert.deepEqual(numbers(), upTo(4));
      });

      it('fails what waits when the node closes, instead of forgetting it in silence', async () => {
        await start({ via, offline: 'memory' }, {}, { timeout: 1 });
        await simulator.faults.refuse();
        send(observation(1));
        await runtime.status('node', 'queued 1');
        const told: unknown[] = [];
        runtime.node('node').error = (error: unknown) => told.push((error as { code?: string }).code);
        await runtime.stop();
        assert.deepEqual(told, ['CLOSED']);
      });

      it('gives what getData and a subscription then show', async () => {
        await start({ via, batchSize: 3, batchTime: 60_000 });
        const [sensor] = simulator.sensorIds as [string];
        const client = await RpcClient.authenticated(simulator);
        try {
          const series = { metric: 'T', unit: 'C' };
          const subscription = client.request('subscribeData', { sensors: [sensor], ...series });
          await client.until(() => client.answersTo(subscription).length > 0);
          for (const n of upTo(3)) send({ sensorId: sensor, timestamp: timeOf(n), values: { T: n, RH: 40 } });
          await runtime.messages('complete', 3);
          const points = Object.fromEntries(upTo(3).map((n) => [timeOf(n), n]));
          await client.until(() => client.updates(subscription).length === 3);
          assert.deepEqual(Object.assign({}, ...client.updates(subscription)), points);
          assert.deepEqual(await client.data({ sensor, ...series }), points);
        } finally {
          client.destroy();
        }
      });

      it('takes back what a query gives as SenML', async () => {
        await start({ via });
        const points = { [timeOf(1)]: 1, [timeOf(2)]: 2 };
        const names = { platform: 'itwin-iot', device: IMPORT_SENSOR_ID };
        const packs = ['humidity', 'temperature'].flatMap((name) => seriesWriter({ ...names, name })(points));
        send(packs);
        await runtime.messages('complete', 1);
        assert.deepEqual(stored(), [
          { ...observation(1), values: { humidity: 1, temperature: 1 } },
          { ...observation(2), values: { humidity: 2, temperature: 2 } },
        ]);
      });
    });
  }

  describe('via socket', () => {
    const via = 'socket';
    const warnings = (): string[] => {
      const said: string[] = [];
      runtime.node('node').warn = (words: unknown) => said.push(String(words));
      return said;
    };

    it('tells partial acceptance as an error with its numbers, and never sends any of it again', async () => {
      await start({ via, offline: 'memory' });
      const warned = warnings();
      send([observation(1), observation(2, UNKNOWN), observation(3)]);
      const [error] = await runtime.errors('errors', 1);
      assert.match(error?.message ?? '', /iTwin IoT took 2 of 3 observations that were sent together/);
      send(observation(4));
      await runtime.messages('complete', 1);
      assert.deepEqual(numbers(), [1, 3, 4]);
      assert.equal(uploads(), 2);
      assert.deepEqual(warned, []);
    });

    it('tells every message of a batch of which some were not taken', async () => {
      await start({ via, batchSize: 3, batchTime: 60_000 });
      for (const each of [observation(1), observation(2, UNKNOWN), observation(3)]) send(each);
      const errors = await runtime.errors('errors', 3);
      for (const { message } of errors) assert.match(message, /took 2 of 3/);
      assert.equal(uploads(), 1);
      assert.equal(runtime.received('complete').length, 0);
    });

    for (const duplicates of ['replace', 'ignore'] as const) {
      it(`sends again what went unanswered, on a platform that lets doubles ${duplicates}`, async () => {
        await start({ via, offline: 'memory', batchSize: 3, batchTime: 60_000 }, { duplicates });
        const warned = warnings();
        simulator.faults.loseAnswer({ times: 1, method: 'uploadData' });
        sendEach(0, 3);
        await runtime.messages('complete', 3);
        assert.deepEqual(numbers(), upTo(3));
        assert.equal(uploads(), 2);
        // Only the outage itself.
        assert.equal(runtime.received('errors').length, 1);
        assert.equal(warned.length, duplicates === 'ignore' ? 1 : 0);
        if (duplicates === 'ignore') assert.match(String(warned[0]), /took 0 of 3 .* sent before without an answer/);
      });
    }

    it('does not forgive a refusal because the platform had been away before', async () => {
      await start({ via, offline: 'memory' }, {}, { timeout: 1 });
      await simulator.faults.refuse();
      send([observation(1), observation(2, UNKNOWN)]);
      await runtime.status('node', 'queued 1');
      await simulator.faults.listenAgain();
      const errors = await runtime.errors('errors', 2);
      assert.match(errors[1]?.message ?? '', /took 1 of 2/);
    });

    for (const errorStyle of ['error', 'code'] as const) {
      it(`keeps what is refused with a code as ${errorStyle} that says nothing of the message`, async () => {
        await start({ via, offline: 'memory' }, { errorStyle });
        simulator.faults.status({ status: 500, times: 2, method: 'uploadData' });
        send(observation(1));
        await runtime.messages('complete', 1);
        assert.deepEqual(numbers(), [1]);
        assert.equal(uploads(), 3);
        assert.equal(runtime.received('errors').length, 1);
      });
    }

    it('works over plain TCP as well', async () => {
      simulator = await startItwinSimulator({ live: false });
      await deploy({ via, batchSize: 10, batchTime: 60_000 }, { url: simulator.tcpUrl });
      sendEach(0, 10);
      await runtime.messages('complete', 10);
      assert.deepEqual(numbers(), upTo(10));
      assert.equal(simulator.counters.recentCalls.at(-1)?.transport, 'tcp');
    });

    it('uses one connection for all its uploads', async () => {
      await start({ via });
      for (const n of upTo(5)) {
        send(observation(n));
        await runtime.messages('complete', n + 1);
      }
      assert.equal(simulator.counters.connections, 1);
      assert.equal(simulator.counters.idsOutOfSequence, 0);
    });

    it('fails the one message in the middle that the platform refuses again and again, and goes on', async () => {
      simulator = await startItwinSimulator({ live: false });
      const taken: number[] = [];
      const platform = await serveRpc((method, params) => {
        if (method !== 'uploadData') return { result: { nextId: 1 } };
        const uploaded = (params as { data: Uploaded[] }).data.map(({ values }) => values.humidity);
        if (uploaded.includes(2)) return { error: { code: -32603, message: 'internal' } };
        taken.push(...uploaded);
        return { result: { successfullyProcessedObs: uploaded.length } };
      });
      try {
        await deploy({ via, offline: 'memory', batchSize: 5, batchTime: 60_000 }, { url: platform.url });
        sendEach(0, 5);
        await runtime.messages('complete', 4);
        // The outage, then the message itself.
        const errors = await runtime.errors('errors', 2);
        assert.match(errors[1]?.message ?? '', /iTwin IoT refused: internal/);
        assert.deepEqual(taken, [0, 1, 3, 4]);
      } finally {
        await runtime.stop();
        await platform.close();
      }
    });
  });

  it('names the project of the account to the socket API, where it has one', async () => {
    const projects: unknown[] = [];
    simulator = await startItwinSimulator({ live: false });
    const platform = await serveRpc((method, params) => {
      if (method !== 'uploadData') return { result: { nextId: 1 } };
      projects.push((params as { projectIds?: unknown }).projectIds);
      return { result: { successfullyProcessedObs: 1 } };
    });
    try {
      for (const projectId of ['', '60D90DF0B2BD096E970C2824']) {
        await deploy({ via: 'socket' }, { url: platform.url, projectId });
        send(observation(1));
        await runtime.messages('out', 1);
        await runtime.stop();
      }
      assert.deepEqual(projects, [undefined, ['60D90DF0B2BD096E970C2824']]);
    } finally {
      await runtime.stop();
      await platform.close();
    }
  });

  describe('via REST', () => {
    const via = 'rest';

    it('sends a list of observations as the platform text has it', async () => {
      await start({ via });
      send([observation(1), observation(2)]);
      await runtime.messages('complete', 1);
      assert.deepEqual(stored(), [observation(1), observation(2)]);
      assert.deepEqual(simulator.counters.requests, { 'POST /data/upload': 1 });
    });

    it('isolates a refused message, so that the rest of its batch arrives', async () => {
      await start({ via, batchSize: 3, batchTime: 60_000 });
      for (const each of [observation(1), observation(2, UNKNOWN), observation(3)]) send(each);
      await runtime.messages('complete', 2);
      const [error] = await runtime.errors('errors', 1);
      assert.match(error?.message ?? '', /observations\[0\]\.sensorId: sensor does not exist/);
      assert.deepEqual(numbers(), [1, 3]);
    });

    it('waits as long as the platform asks for, and does not lose what waits meanwhile', async () => {
      await start({ via, offline: 'memory' });
      simulator.faults.tooManyRequests({ retryAfter: 1, times: 1, path: '/data/upload' });
      const before = Date.now();
      sendEach(0, 3);
      await runtime.messages('complete', 3);
      assert.ok(Date.now() - before >= 1000);
      assert.deepEqual(numbers(), upTo(3));
      assert.deepEqual(codes(), ['RATE_LIMITED']);
    });

    it('keeps what is answered with 500 and sends it again', async () => {
      await start({ via, offline: 'memory' });
      simulator.faults.status({ status: 500, times: 2, path: '/data/upload' });
      sendEach(0, 3);
      await runtime.messages('complete', 3);
      assert.deepEqual(numbers(), upTo(3));
    });

    it('sends again what went unanswered: it is there once', async () => {
      await start({ via, offline: 'memory', batchSize: 3, batchTime: 60_000 });
      simulator.faults.loseAnswer({ times: 1, path: '/data/upload' });
      sendEach(0, 3);
      await runtime.messages('complete', 3);
      assert.deepEqual(numbers(), upTo(3));
    });

    it('does not take the web page of a portal for an acceptance', async () => {
      await start({ via, offline: 'memory' });
      simulator.faults.htmlPage({ times: 1, path: '/data/upload' });
      send(observation(1));
      await runtime.messages('complete', 1);
      assert.deepEqual(codes(), ['INVALID_RESPONSE']);
      assert.deepEqual(numbers(), [1]);
    });

    it('does not send again what was accepted in other words than JSON', async () => {
      simulator = await startItwinSimulator({ live: false });
      const server = await serve((_, response) =>
        response.writeHead(202, { 'content-type': 'application/json' }).end('ACCEPTED'),
      );
      try {
        await deploy({ via, offline: 'memory' }, { restUrl: server.url });
        send(observation(1));
        const [answer] = await runtime.messages('out', 1);
        assert.equal(answer?.payload, 'ACCEPTED');
        assert.equal(server.seen.length, 1);
        assert.deepEqual(JSON.parse(server.seen[0]?.body ?? ''), { observations: [observation(1)] });
      } finally {
        await runtime.stop();
        await server.close();
      }
    });

    it('fails the one message in the middle that the platform chokes on again and again, and goes on', async () => {
      simulator = await startItwinSimulator({ live: false });
      const taken: number[] = [];
      const server = await serve(({ body }, response) => {
        const { observations } = JSON.parse(body) as { observations: Uploaded[] };
        const uploaded = observations.map(({ values }) => values.humidity);
        if (uploaded.includes(2)) return response.writeHead(500).end();
        taken.push(...uploaded);
        response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"ACCEPTED"}');
      });
      try {
        await deploy({ via, offline: 'memory', batchSize: 5, batchTime: 60_000 }, { restUrl: server.url });
        sendEach(0, 5);
        await runtime.messages('complete', 4);
        const errors = await runtime.errors('errors', 2);
        assert.match(errors[1]?.message ?? '', /failed at uploadObservations \(HTTP 500\)/);
        assert.deepEqual(taken, [0, 1, 3, 4]);
      } finally {
        await runtime.stop();
        await server.close();
      }
    });

    it('goes to the newer Sensor Data API with its own scope and Accept header', async () => {
      simulator = await startItwinSimulator({ live: false });
      const account = {
        restUrl: simulator.sensorDataUrl,
        auth: 'ims',
        scope: 'itwin-platform',
        accept: 'application/vnd.bentley.itwin-platform.v1+json',
      };
      await deploy({ via }, account);
      send(observation(1));
      await runtime.messages('complete', 1);
      assert.deepEqual(stored(), [observation(1)]);
      assert.equal(simulator.counters.tokens, 1);
    });
  });

  it('refuses a way that there is not, by name', async () => {
    await start({ via: 'pigeon' });
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /"via" must be one of socket, rest, but is "pigeon"/);
    await runtime.status('node', 'not configured');
  });
});
