import assert from 'node:assert/strict';
import { call, logIn, openStream, postLogin, simulate, stopAll } from './support';

describe('xDP authentication', () => {
  afterEach(stopAll);

  it('replies the token as bare text', async () => {
    const response = await postLogin(await simulate());
    assert.equal(response.status, 200);
    assert.match(await response.text(), /^[\w-]{43}$/);
  });

  it('replies the token as a JSON string or in an object when told', async () => {
    const quoted: unknown = await (await postLogin(await simulate({ loginReply: 'quoted' }))).json();
    assert.equal(typeof quoted, 'string');
    const object = (await (await postLogin(await simulate({ loginReply: 'object' }))).json()) as { token: unknown };
    assert.equal(typeof object.token, 'string');
  });

  it('refuses a wrong password with 401', async () => {
    const simulator = await simulate();
    assert.equal((await postLogin(simulator, 'wrong')).status, 401);
    assert.equal(simulator.counters.failedLogins, 1);
    assert.equal(simulator.counters.logins, 0);
  });

  it('takes a login without a namespace, and one with', async () => {
    const simulator = await simulate();
    const response = await fetch(`${simulator.url}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'xdp-namespace': simulator.namespace },
      body: JSON.stringify({ username: 'demo', password: 'demo' }),
    });
    assert.equal(response.status, 200);
    assert.equal((await postLogin(simulator)).status, 200);
  });

  it('refuses a login that is not JSON, or lacks a field, with 400', async () => {
    const simulator = await simulate();
    for (const body of ['username=demo', '{"username":"demo"}']) {
      assert.equal((await call(simulator, 'POST', '/login', { body })).status, 400);
    }
  });

  it('answers 401 without a token, with an unknown one, and with another scheme', async () => {
    const simulator = await simulate();
    const url = `${simulator.url}/end-devices/events?finite=true`;
    const token = await logIn(simulator);
    for (const authorization of [undefined, 'Bearer unknown', `Basic ${token}`, token]) {
      const headers = new Headers({ 'xdp-namespace': simulator.namespace });
      if (authorization) headers.set('authorization', authorization);
      assert.equal((await fetch(url, { headers })).status, 401);
    }
  });

  it('answers 401 once the token has expired, and takes a new one', async () => {
    const simulator = await simulate({ tokenLifetime: 0.2 });
    const token = await logIn(simulator);
    const expired = async () => (await call(simulator, 'DELETE', '/end-devices/1', { token })).status === 401;
    while (!(await expired())) await new Promise((resolve) => setTimeout(resolve, 20));
    const stream = await openStream(simulator, '/end-devices/events', { token });
    assert.equal(stream.response.statusCode, 401);
    assert.notEqual(await logIn(simulator), token);
  });

  it('answers 400 without a namespace and 403 for one the user may not see', async () => {
    const simulator = await simulate();
    assert.equal((await call(simulator, 'DELETE', '/end-devices/1', { namespace: null })).status, 400);
    assert.equal((await call(simulator, 'DELETE', '/end-devices/1', { namespace: 'elsewhere' })).status, 403);
  });

  it('keeps the namespaces apart', async () => {
    const simulator = await simulate({ namespaces: ['north', 'south'] });
    simulator.append({ nwkAddr: 1, data: {} }, 'south');
    assert.equal(simulator.recordings('north').length, 0);
    assert.equal(simulator.recordings('south').length, 1);
    const body = '{"name":"Pumps"}';
    const answer = await call(simulator, 'PUT', '/end-device-types/pump-data-up-mac-payload', {
      body,
      namespace: 'south',
    });
    assert.equal(answer.status, 204);
    assert.deepEqual(
      simulator.endDeviceTypes('south').map(({ name }) => name),
      ['Pumps'],
    );
  });
});
