import { strict as assert } from 'node:assert';
import { serve } from '../../support/http';
import { also, deploy, runtime, simulate, simulator, start, testItwinNode } from '../../support/itwin-node';
import {
  numbers,
  observation,
  send,
  sendEach,
  UNKNOWN,
  type Uploaded,
  uploads,
  upTo,
} from '../../support/itwin-upload';
import { serveRpc } from '../../support/rpc-server';

describe('itwin-iot-upload', () => {
  testItwinNode('itwin-iot-upload');

  for (const via of ['socket', 'rest'] as const) {
    describe(`via ${via}`, () => {
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
        // The outage itself, and each message of which nothing proves that it was taken.
        const wanted = duplicates === 'ignore' ? 4 : 1;
        if (duplicates === 'ignore') await runtime.errors('errors', wanted);
        else await runtime.messages('complete', 3);
        assert.deepEqual(numbers(), upTo(3));
        assert.equal(uploads(), 2);
        const errors = await runtime.errors('errors', wanted);
        assert.equal(errors.length, wanted);
        assert.equal(errors.filter(({ code }) => code === 'MAYBE_LOST').length, wanted - 1);
        assert.deepEqual(warned, []);
      });
    }

    it('goes on though the platform refuses one message in the middle again and again', async function () {
      // Half a minute passes before it steps aside.
      this.timeout(60_000);
      await simulate();
      const taken: number[] = [];
      const platform = also(
        await serveRpc((method, params) => {
          if (method !== 'uploadData') return { result: { nextId: 1 } };
          const uploaded = (params as { data: Uploaded[] }).data.map(({ values }) => values.humidity);
          if (uploaded.includes(2)) return { error: { code: -32603, message: 'internal' } };
          taken.push(...uploaded);
          return { result: { successfullyProcessedObs: uploaded.length } };
        }),
      );
      await deploy({ via, offline: 'memory', batchSize: 5, batchTime: 60_000 }, { url: platform.url });
      sendEach(0, 5);
      await runtime.messages('complete', 4);
      const [error] = await runtime.errors('errors', 1);
      assert.match(error?.message ?? '', /iTwin IoT refused: internal/);
      await runtime.status('node', 'queued 1 PLATFORM_ERROR');
      assert.deepEqual(taken, [0, 1, 3, 4]);
    });
  });

  describe('via REST', () => {
    const via = 'rest';

    it('isolates a refused message, so that the rest of its batch arrives', async () => {
      await start({ via, batchSize: 3, batchTime: 60_000 });
      for (const each of [observation(1), observation(2, UNKNOWN), observation(3)]) send(each);
      await runtime.messages('complete', 2);
      const [error] = await runtime.errors('errors', 1);
      assert.match(error?.message ?? '', /observations\[0\]\.sensorId: sensor does not exist/);
      assert.deepEqual(numbers(), [1, 3]);
    });

    it('gives up the one message in the middle that the platform chokes on again and again, where that is set', async function () {
      this.timeout(60_000);
      await simulate();
      const taken: number[] = [];
      const server = also(
        await serve(({ body }, response) => {
          const { observations } = JSON.parse(body) as { observations: Uploaded[] };
          const uploaded = observations.map(({ values }) => values.humidity);
          if (uploaded.includes(2)) return response.writeHead(500).end();
          taken.push(...uploaded);
          response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"ACCEPTED"}');
        }),
      );
      await deploy(
        { via, offline: 'memory', giveUpAfter: 5, batchSize: 5, batchTime: 60_000 },
        { restUrl: server.url },
      );
      sendEach(0, 5);
      await runtime.messages('complete', 4);
      const errors = await runtime.errors('errors', 2);
      assert.match(errors[1]?.message ?? '', /failed at uploadObservations \(HTTP 500\)/);
      assert.deepEqual(taken, [0, 1, 3, 4]);
    });
  });
});
