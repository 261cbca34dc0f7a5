import { strict as assert } from 'node:assert';
import { deploy, flow, runtime, simulate, simulator, start, testItwinNode } from '../../support/itwin-node';
import {
  arrived,
  codes,
  numbers,
  observation,
  send,
  sendEach,
  UNKNOWN,
  uploads,
  upTo,
} from '../../support/itwin-upload';
import { until } from '../../support/until';

describe('itwin-iot-upload', () => {
  testItwinNode('itwin-iot-upload');

  for (const via of ['socket', 'rest'] as const) {
    describe(`via ${via}`, () => {
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
          await until('something has arrived', () => arrived().length > round * 10);
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
        assert.equal(arrived().length, 0);
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
        await simulate();
        await runtime.deploy(flow({ via }), { account: { apiKey: 'not-the-key' } });
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
        runtime.node('node').error = (error: unknown) => told.push((error as { code?: string }).code ?? error);
        await runtime.stop();
        assert.match(String(told[0]), /^1 messages for .* were not sent: the node was closed/);
        assert.deepEqual(told.slice(1), ['CLOSED']);
      });
    });
  }

  describe('via socket', () => {
    const via = 'socket';

    it('says that it waits for the platform, until when and why, and then that it is sent', async () => {
      await start({ via }, {}, { timeout: 60, retryMax: 2 });
      await simulator.faults.refuse();
      send(observation(1));
      await runtime.status('node', 'waiting, retry at ');
      assert.match(runtime.statuses('node').at(-1) ?? '', /^waiting, retry at \d\d:\d\d:\d\d, ECONNREFUSED$/);
      await simulator.faults.listenAgain();
      await runtime.status('node', 'recorded ');
      assert.deepEqual(numbers(), [1]);
    });

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
  });

  describe('via REST', () => {
    const via = 'rest';

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
  });
});
