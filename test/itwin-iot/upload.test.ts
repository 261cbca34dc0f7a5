import { strict as assert } from 'node:assert';
import type { PlatformError, Verdict } from '../../nodes/core/errors';
import type { Operation } from '../../nodes/core/operation/operation';
import { createSharedSocket, type SharedSocket } from '../../nodes/itwin-iot/client/session/socket';
import type { ItwinSettings } from '../../nodes/itwin-iot/client/settings';
import { type SendObservations, uploadBySocket } from '../../nodes/itwin-iot/client/upload';
import { uploadOperations } from '../../nodes/itwin-iot/operations/upload';
import {
  IMPORT_SENSOR_ID,
  type ItwinSimulator,
  type ItwinSimulatorOptions,
  startItwinSimulator,
} from '../../simulators/itwin-iot';
import { serveRpc } from '../support/rpc-server';

const UPLOAD = uploadOperations.find(({ id }) => id === 'uploadData') as Operation;

/** JSON text of the nth observation of a test. */
const good = (n: number, sensorId = IMPORT_SENSOR_ID): string =>
  JSON.stringify({
    sensorId,
    timestamp: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
    values: { humidity: n, temperature: 20 },
  });
const bad = (n: number): string => good(n, '/api/13DC2F/node/dynamic/62D7C7/device/nobody/sensor');

describe('uploadData on the shared socket', () => {
  let simulator: ItwinSimulator;
  let socket: SharedSocket;
  let upload: SendObservations;

  const start = async (options: ItwinSimulatorOptions = {}, elsewhere?: string): Promise<void> => {
    simulator = await startItwinSimulator({ live: false, ...options });
    const { apiKey } = simulator;
    const url = elsewhere ?? simulator.socketUrl;
    const settings = { url, keepalive: 5000, timeout: 1000, retryMax: 100 } as ItwinSettings;
    socket = createSharedSocket(settings, { get: async () => apiKey, reject: () => undefined });
    upload = uploadBySocket(socket, UPLOAD, '');
  };
  afterEach(async () => {
    await socket.close();
    await simulator.stop();
  });

  const send = (...observations: string[]) => upload(observations);
  const lost = async (...observations: string[]): Promise<void> => {
    const fault = simulator.faults.loseAnswer({ times: 1, method: 'uploadData' });
    await assert.rejects(send(...observations), { retryable: true });
    fault.clear();
  };
  const maybeLost = (words: RegExp) => (error: PlatformError) => {
    assert.equal(error.code, 'MAYBE_LOST');
    return refused('final', words)(error);
  };
  const refused = (verdict: Verdict, words: RegExp) => (error: PlatformError) => {
    assert.equal(error.verdict, verdict);
    assert.equal(error.operation, 'uploadData');
    assert.match(error.message, words);
    return true;
  };

  it('answers how many were taken', async () => {
    await start();
    assert.deepEqual(await send(good(1), good(2)), { payload: { successfullyProcessedObs: 2 } });
  });

  it('refuses for good what was taken in part: nobody knows which', async () => {
    await start();
    await assert.rejects(send(good(1), bad(2), good(3)), refused('final', /took 2 of 3 observations .* together/));
  });

  it('refuses what was not taken at all, so that its parts may be sent alone', async () => {
    await start();
    await assert.rejects(
      send(bad(1), bad(2)),
      refused('refused', /took 0 of 2 observations: check that every sensor exists/),
    );
  });

  it('tells invalid params as refused, and any other refusal as doubtful', async () => {
    await start();
    await assert.rejects(send('{}'), refused('refused', /iTwin IoT refused: /));
    simulator.faults.status({ status: 500, times: 1, method: 'uploadData' });
    await assert.rejects(send(good(1)), refused('doubtful', /iTwin IoT refused: simulated 500/));
  });

  for (const result of [{}, { successfullyProcessedObs: 'some' }, { successfullyProcessedObs: -1 }, null, [1]]) {
    it(`never sends again what is answered with ${JSON.stringify(result)} for a number`, async () => {
      const platform = await serveRpc((method) => ({ result: method === 'uploadData' ? result : { nextId: 1 } }));
      try {
        await start({}, platform.url);
        await assert.rejects(send(good(1)), refused('final', /does not say how many observations were taken/));
      } finally {
        await socket.close();
        await platform.close();
      }
    });
  }

  describe('after a try without an answer', () => {
    it('accepts the same again from a platform that counts doubles', async () => {
      await start({ duplicates: 'replace' });
      await lost(good(1), good(2));
      await send(good(1), good(2));
    });

    it('never counts as taken what is missing from the answer to the second: nobody knows whether it is there', async () => {
      await start({ duplicates: 'ignore' });
      await lost(good(1), good(2));
      await assert.rejects(send(good(1), good(2)), maybeLost(/took 0 of 2 observations\. The 2 missing may be among/));
    });

    it('tells as perhaps lost what never reached the platform, which then refuses it', async () => {
      await start();
      await lost(bad(1));
      await assert.rejects(send(bad(1)), maybeLost(/they may be there already or may be lost/));
    });

    it('remembers them in another batch, one by one, and whatever was answered with an error in between', async () => {
      await start({ duplicates: 'ignore' });
      await lost(good(1), good(2));
      simulator.faults.status({ status: 500, times: 1, method: 'uploadData' });
      await assert.rejects(send(good(1), good(2), good(3)), { verdict: 'doubtful' });
      await assert.rejects(send(good(1)), maybeLost(/took 0 of 1/));
      await assert.rejects(send(good(2), good(3)), maybeLost(/took 1 of 2/));
      assert.equal(simulator.observations(IMPORT_SENSOR_ID).length, 3);
    });

    it('still refuses what more is missing than had been sent before', async () => {
      await start({ duplicates: 'ignore' });
      await lost(good(1));
      await assert.rejects(send(good(1), good(2), bad(3)), refused('final', /took 1 of 3/));
    });

    it('remembers them when nothing of a larger batch was taken', async () => {
      await start({ duplicates: 'ignore' });
      await lost(good(1));
      await assert.rejects(send(good(1), bad(2)), refused('refused', /took 0 of 2/));
      await assert.rejects(send(good(1)), maybeLost(/took 0 of 1/));
      await assert.rejects(send(bad(2)), refused('refused', /took 0 of 1/));
    });

    it('forgets them with the answer: the same once more is a double of its own', async () => {
      await start({ duplicates: 'ignore' });
      await lost(good(1));
      await assert.rejects(send(good(1)), maybeLost(/took 0 of 1/));
      await assert.rejects(send(good(1)), refused('refused', /took 0 of 1/));
    });

    it('counts a time-out as one', async () => {
      await start({ duplicates: 'ignore' });
      simulator.faults.slow({ ms: 1500, times: 1, method: 'uploadData' });
      await assert.rejects(send(good(1)), { code: 'TIMEOUT' });
      while (simulator.observations(IMPORT_SENSOR_ID).length === 0) await socket.request('time', undefined);
      await assert.rejects(send(good(1)), maybeLost(/took 0 of 1/));
    });
  });

  it('does not count a try that never went out', async () => {
    await start();
    await simulator.faults.refuse();
    await assert.rejects(send(good(1), bad(2)), { code: 'ECONNREFUSED' });
    await simulator.faults.listenAgain();
    await assert.rejects(send(good(1), bad(2)), refused('final', /took 1 of 2/));
  });
});
