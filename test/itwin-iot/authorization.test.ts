import { strict as assert } from 'node:assert';
import type { PlatformError } from '../../nodes/core/errors';
import { createItwinClient, type ItwinClient } from '../../nodes/itwin-iot/client/itwin-client';
import type { ItwinSettings } from '../../nodes/itwin-iot/client/settings';
import { type ItwinSimulator, startItwinSimulator } from '../../simulators/itwin-iot';
import { until } from '../support/until';

const SCOPE = 'sensor-data:modify sensor-data:read users:read itwins:read itwins:modify';

describe('iTwin IoT authorization', () => {
  let simulator: ItwinSimulator;
  let client: ItwinClient;

  const settingsOf = (changes: Partial<ItwinSettings>): ItwinSettings => ({
    url: simulator.socketUrl,
    restUrl: simulator.url,
    auth: 'apikey',
    apiKey: simulator.apiKey,
    jwt: '',
    imsUrl: simulator.imsUrl,
    clientId: simulator.clientId,
    clientSecret: simulator.clientSecret,
    scope: SCOPE,
    accept: 'application/json',
    projectParameter: 'projectIds',
    projectId: '',
    keepalive: 5000,
    timeout: 20_000,
    retryMax: 100,
    ...changes,
  });
  beforeEach(async () => {
    simulator = await startItwinSimulator({ live: false });
  });
  afterEach(async () => {
    await client.close();
    await simulator.stop();
  });

  const ask = async (): Promise<void> => {
    const { statusCode } = await client.rest.request({ method: 'GET', path: '/nodes/all' });
    assert.equal(statusCode, 200);
    const { time } = (await client.socket.request('time', undefined)) as { time: string };
    assert.ok(!Number.isNaN(Date.parse(time)));
  };

  it('takes an API key for REST and socket', async () => {
    client = createItwinClient(settingsOf({}));
    await ask();
  });

  it('takes a JWT for both', async () => {
    client = createItwinClient(settingsOf({ auth: 'jwt', jwt: simulator.issueToken() }));
    await ask();
  });

  it('fetches one token of IMS for all, and a new one when it is refused', async () => {
    client = createItwinClient(settingsOf({ auth: 'ims' }));
    await Promise.all([ask(), ask(), ask()]);
    assert.equal(simulator.counters.tokens, 1);
    simulator.faults.expireTokens();
    await ask();
    assert.equal(simulator.counters.tokens, 2);
  });

  it('says what is wrong with the client of IMS, without its secret', async () => {
    client = createItwinClient(settingsOf({ auth: 'ims', clientSecret: 'wrong-secret', retryMax: 60_000 }));
    await assert.rejects(ask(), (error: PlatformError) => {
      assert.equal(error.code, 'UNAUTHORIZED');
      assert.ok(!error.message.includes('wrong-secret'));
      return true;
    });
    await assert.rejects(client.socket.request('time', undefined), { code: 'UNAUTHORIZED' });
    assert.ok(simulator.counters.failedTokens <= 3, 'no flood');
  });

  it('does not let one request that a token is not good for spoil the others', async () => {
    const jwt = simulator.issueToken({ scopes: ['sensor-data:read'] });
    client = createItwinClient(settingsOf({ auth: 'jwt', jwt, retryMax: 60_000 }));
    const integrate = () =>
      client.rest.request({ method: 'POST', path: '/integrations/integrate', body: '{}', operation: 'integrate' });
    for (let n = 0; n < 10; n++) {
      await assert.rejects(integrate(), { code: 'UNAUTHORIZED', statusCode: 401, message: /scope sensor-data:modify/ });
      await ask();
    }
    assert.equal(simulator.counters.requests['POST /integrations/integrate'], 2, 'no flood');
  });

  it('asks again after a while, and is let in when it may', async () => {
    client = createItwinClient(settingsOf({ retryMax: 50 }));
    simulator.faults.wrongCredentials();
    const list = () => client.rest.request({ method: 'GET', path: '/nodes/all' });
    await assert.rejects(list(), { code: 'UNAUTHORIZED' });
    simulator.faults.clear();
    await assert.rejects(list(), { code: 'UNAUTHORIZED' });
    assert.equal(simulator.counters.requests['GET /nodes/all'], 2);
    await until('it is let in', () =>
      list().then(
        () => true,
        () => false,
      ),
    );
  });
});
