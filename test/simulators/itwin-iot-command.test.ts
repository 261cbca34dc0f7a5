import assert from 'node:assert/strict';
import { command } from '../../simulators/itwin-iot/command';
import { startItwinSimulator } from '../../simulators/itwin-iot/index';
import { simulate, stopAll } from './itwin-iot-support';

describe('npm run simulate -- itwin-iot', () => {
  afterEach(stopAll);

  it('says where everything is and how to use it, without a key of the user', async () => {
    const running = await command.start({ live: false, apiKey: 'a-key-of-my-own', clientSecret: 'a-secret-of-my-own' });
    const usage = running.usage.join('\n');
    for (const part of ['ws://127.0.0.1:', 'tcp://127.0.0.1:', '/connect/token', '/ws/port/', 'demo-client']) {
      assert.ok(usage.includes(part), part);
    }
    assert.doesNotMatch(usage, /of-my-own/);
    assert.match(running.progress(), /^open 0, connections 0, /);
    assert.equal(
      (await fetch(`${running.url}/nodes/all`, { headers: { authorization: 'ApiKey a-key-of-my-own' } })).status,
      200,
    );
    await running.stop();
    await assert.rejects(fetch(running.url));
  });

  it('is controlled over HTTP, the THREAD on its own port', async () => {
    const simulator = await simulate();
    const arm = (port: number) =>
      fetch(`http://127.0.0.1:${port}/_control/fault`, { method: 'POST', body: '{"fault":"status","status":503}' });
    assert.equal((await arm(simulator.port)).status, 200);
    assert.equal((await fetch(`${simulator.url}/nodes/all`)).status, 503);
    assert.equal((await fetch(`${simulator.edge.url}/version`)).status, 200);
    assert.equal((await arm(simulator.edge.port)).status, 200);
    assert.equal((await fetch(`${simulator.edge.url}/version`)).status, 503);
    const overview = await (await fetch(`http://127.0.0.1:${simulator.port}/_control`)).text();
    assert.equal(overview.includes(simulator.apiKey), false);
  });

  it('refuses options that cannot be, and a port that is taken without leaving another open', async () => {
    for (const wrong of [{ speed: 0 }, { chunkSize: 0 }, { nextId: -1 }, { stored: 0.5 }, { fragment: -1 }]) {
      await assert.rejects(simulate(wrong), RangeError);
    }
    const { socketPort, tcpPort, edgePort } = await takenPorts();
    for (const taken of [{ socketPort }, { tcpPort }, { edgePort }]) {
      await assert.rejects(startItwinSimulator({ live: false, ...taken }), { code: 'EADDRINUSE' });
    }
  });

  async function takenPorts() {
    const { socketPort, tcpPort, edge } = await simulate();
    return { socketPort, tcpPort, edgePort: edge.port };
  }
});
