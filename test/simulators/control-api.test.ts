import assert from 'node:assert/strict';
import type { XdpSimulator } from '../../simulators/xdp/index';
import { postLogin, readAll, simulate, stopAll } from './support';

const control = (simulator: XdpSimulator, method: string, path = '', body?: object) =>
  fetch(`http://127.0.0.1:${simulator.port}/_control${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  });

describe('the control API', () => {
  afterEach(stopAll);

  it('arms a fault by name, shows it, and clears it', async () => {
    const simulator = await simulate();
    const armed = await control(simulator, 'POST', '/fault', { fault: 'status', status: 503, path: '/login' });
    assert.equal(armed.status, 200);
    assert.equal((await postLogin(simulator)).status, 503);
    const overview = (await (await control(simulator, 'GET')).json()) as { armed: unknown };
    assert.deepEqual(overview.armed, [{ kind: 'status', status: 503, path: '/login', fired: 1 }]);
    assert.equal((await control(simulator, 'DELETE', '/fault')).status, 200);
    assert.equal((await postLogin(simulator)).status, 200);
  });

  it('is not hit by the faults it arms', async () => {
    const simulator = await simulate();
    await control(simulator, 'POST', '/fault', { fault: 'half-open' });
    assert.equal((await control(simulator, 'DELETE', '/fault')).status, 200);
  });

  it('answers before a restart cuts its own connection', async () => {
    const simulator = await simulate();
    const answer = await control(simulator, 'POST', '/fault', { fault: 'restart', downFor: 0 });
    assert.equal(await answer.text(), 'restart\n');
  });

  it('knows every fault there is', async () => {
    const simulator = await simulate({ stored: 1 });
    const { faults } = (await (await control(simulator, 'GET')).json()) as { faults: Record<string, object> };
    assert.deepEqual(Object.keys(faults), [
      'refuse',
      'restart',
      'cut-connections',
      'expired-token',
      'half-open',
      'slow',
      'wrong-credentials',
      'status',
      'too-many-requests',
      'answer',
      'html',
      'endless',
      'continue',
      'compressed',
      'lose-answer',
      'cut',
      'malformed',
      'oversized',
    ]);
  });

  it('refuses an unknown fault, a wrong or missing parameter, and what is no JSON', async () => {
    const simulator = await simulate();
    const wrong = [
      { fault: 'fire' },
      { fault: 'slow' },
      { fault: 'slow', ms: 'x' },
      { fault: 'cut', after: 1 },
      { fault: 'refuse' },
    ];
    for (const body of wrong) assert.equal((await control(simulator, 'POST', '/fault', body)).status, 400);
    const text = await fetch(`http://127.0.0.1:${simulator.port}/_control/fault`, { method: 'POST', body: 'slow' });
    assert.equal(text.status, 400);
    assert.equal((await control(simulator, 'GET', '/nothing')).status, 404);
    assert.deepEqual(simulator.faults.armed, []);
  });

  it('shows no key, no token and no password', async () => {
    const simulator = await simulate({ password: 'a-password-of-my-own' });
    const token = await (await postLogin(simulator)).text();
    await readAll(simulator, '/end-devices/events?includeDeviceSecrets=true');
    const overview = await (await control(simulator, 'GET')).text();
    const keys = simulator.endDevices().flatMap(({ secrets }) => Object.values(secrets));
    for (const secret of [token, simulator.password, ...Object.values(simulator.secrets()), ...keys]) {
      assert.equal(overview.includes(secret), false);
    }
  });
});
