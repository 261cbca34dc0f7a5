import { strict as assert } from 'node:assert';
import helper from 'node-red-node-test-helper';
import { serve } from '../../support/http';
import { itwinCredentials } from '../../support/itwin';
import { closed, deployAccount, form, type TestResult, testAccount, testConnection } from '../../support/itwin-account';
import { also, runtime, simulator } from '../../support/itwin-node';
import { serveRpc } from '../../support/rpc-server';

describe('itwin-iot-account', () => {
  testAccount();

  describe('Test connection', () => {
    const secrets = (): string[] => [simulator.apiKey, simulator.clientSecret];
    const testNew = async (properties: object, credentials: object): Promise<TestResult> => {
      await runtime.deploy([{ id: 'flow', type: 'tab' }]);
      const result = await testConnection({ id: 'new', properties: { ...form(), ...properties }, credentials });
      assert.ok(!secrets().some((secret) => JSON.stringify(result).includes(secret)));
      return result;
    };

    for (const auth of ['apikey', 'jwt', 'ims'] as const) {
      it(`takes the unsaved values: ${auth}`, async () => {
        const result = await testNew({ auth }, itwinCredentials(simulator).account ?? {});
        assert.equal(result.ok, true, result.message);
        assert.match(result.message, /North Sector THREAD #1/);
        await closed();
      });
    }

    it('takes the stored key where the dialog has none of its own', async () => {
      await deployAccount();
      const result = await testConnection({ id: 'account', properties: form(), credentials: { apiKey: '__PWRD__' } });
      assert.equal(result.ok, true, result.message);
    });

    for (const property of ['url', 'restUrl', 'imsUrl'] as const) {
      it(`hands what is stored to no other server: ${property}`, async () => {
        const elsewhere = also(await serve((_, response) => response.end()));
        const auth = property === 'imsUrl' ? 'ims' : 'apikey';
        await deployAccount({ auth });
        const url = property === 'url' ? elsewhere.url.replace('http', 'ws') : elsewhere.url;
        const result = await testConnection({
          id: 'account',
          properties: { ...form(), auth, [property]: url },
          credentials: { apiKey: '__PWRD__', clientId: simulator.clientId, clientSecret: '__PWRD__' },
        });
        assert.equal(result.ok, false);
        assert.match(result.message, /type the password again to use it there, or deploy first/);
        assert.equal(elsewhere.seen.length, 0);
      });
    }

    it('hands what is stored to no other server where the form leaves the key out', async () => {
      const elsewhere = also(await serve((_, response) => response.end()));
      await deployAccount();
      for (const credentials of [{}, undefined]) {
        const properties = { ...form(), restUrl: elsewhere.url };
        const result = await testConnection({ id: 'account', properties, credentials });
        assert.equal(result.ok, false);
        assert.match(result.message, /type the password again to use it there, or deploy first/);
      }
      assert.equal(elsewhere.seen.length, 0);
    });

    it('takes no form of a web page', async () => {
      await deployAccount();
      await helper.request().post('/itwin-iot-account/test').type('form').send('id=account').expect(415);
    });

    for (const [what, properties, credentials, wanted] of [
      ['a wrong key', {}, { apiKey: 'wrong-secret' }, /iTwin IoT refused the credentials; check them in the account/],
      [
        'a wrong client secret',
        { auth: 'ims' },
        { clientId: 'demo-client', clientSecret: 'wrong-secret' },
        /issued no token; check client id, secret and scope/,
      ],
      [
        'an unset variable',
        { projectId: '${FARFIELD_UNSET}' },
        { apiKey: 'x' },
        /FARFIELD_UNSET, named in "projectId"/,
      ],
      ['no key', {}, { apiKey: '' }, /"apiKey" is empty/],
    ] as const) {
      it(`says what is wrong: ${what}`, async () => {
        const result = await testNew(properties, credentials);
        assert.equal(result.ok, false);
        assert.match(result.message, wanted);
        assert.ok(!JSON.stringify(result).includes('wrong-secret'));
        await closed();
      });
    }

    it('says at once that nothing listens at the socket', async () => {
      const url = simulator.socketUrl;
      await simulator.faults.refuse();
      const begin = Date.now();
      const result = await testNew({ url, timeout: '30' }, { apiKey: simulator.apiKey });
      assert.equal(result.code, 'ECONNREFUSED');
      assert.match(result.message, /cannot reach iTwin IoT at ws:.*nothing listens there/);
      assert.ok(Date.now() - begin < 3000, `${Date.now() - begin} ms`);
    });

    it('says at once that REST is elsewhere', async () => {
      // A port that no system gives away, unlike one that has just been closed.
      const restUrl = 'http://localhost:1/api';
      const begin = Date.now();
      const result = await testNew({ restUrl, timeout: '30' }, { apiKey: simulator.apiKey });
      assert.equal(result.code, 'ECONNREFUSED');
      assert.match(result.message, /cannot reach iTwin IoT at http:.*nothing listens there/);
      assert.ok(Date.now() - begin < 3000, `${Date.now() - begin} ms`);
    });

    it('says that the base URL of REST is not the right one', async () => {
      const result = await testNew({ restUrl: simulator.url.replace('/api', '') }, { apiKey: simulator.apiKey });
      assert.equal(result.ok, false);
      assert.equal(result.code, 'NOT_FOUND');
    });

    it('ends when the platform says nothing', async function () {
      this.timeout(30_000);
      simulator.faults.halfOpen();
      const result = await testNew({ timeout: '1' }, { apiKey: simulator.apiKey });
      assert.equal(result.ok, false);
      assert.equal(result.code, 'TIMEOUT');
      assert.match(result.message, /iTwin IoT/);
    });

    it('names a few of many connections only', async () => {
      const nodes = Array.from({ length: 500 }, (_, index) => ({
        id: `/fn/${index}/node`,
        props: { NAME: `N${index}` },
      }));
      const server = also(await serveRpc((method) => ({ result: method === 'getNodes' ? nodes : { nextId: 1 } })));
      const result = await testNew({ url: server.url }, { apiKey: simulator.apiKey });
      assert.equal(result.ok, true, result.message);
      assert.ok(result.message.length < 200, result.message);
      assert.match(result.message, /\(500\)$/);
    });
  });
});
