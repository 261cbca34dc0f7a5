import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { also, ask, deploy, fails, runtime, simulate, simulator, testItwinNode } from '../../support/itwin-node';
import { serveRpc } from '../../support/rpc-server';

describe('itwin-iot-query', () => {
  testItwinNode('itwin-iot-query');

  it('goes on whatever the platform says, with answers that belong to a request or to none', async () => {
    await simulate();
    const hostile = [
      'null',
      '[]',
      '7',
      '"text"',
      '{',
      '{}',
      '{"id":{"toString":1},"result":{}}',
      '{"error":null}',
      '{"__proto__":{"id":1},"id":99999,"result":{"data":{}}}',
    ];
    const server = also(
      await serveRpc(
        (method) => (method === 'authenticate' ? { result: { nextId: 'seven' } } : { error: null, result: { method } }),
        hostile,
        [],
      ),
    );
    await deploy({}, { url: server.url });
    for (let n = 0; n < 3; n++) assert.deepEqual((await ask('time')).payload, { method: 'time' });
    assert.equal(server.connections, 1);
  });

  it('quotes a refusal, whatever it is, on one line and not without end', async () => {
    await simulate();
    const refusals: [object, RegExp][] = [
      [{ error: 'no' }, /^iTwin IoT refused: no$/],
      [{ error: 7 }, /^iTwin IoT refused: 7$/],
      [{ error: {} }, /^iTwin IoT refused: no reason given$/],
      [{ error: { code: -32601, message: 'a\nb' } }, /^iTwin IoT refused: a b$/],
      [{ error: { message: { deep: ['x'] }, data: 'why' } }, /^iTwin IoT refused: \{"deep":\["x"\]\} \(why\)$/],
      [{ result: { code: 5 } }, /^iTwin IoT refused: 5$/],
      [{ error: { message: 'x'.repeat(1e6) } }, /^iTwin IoT refused: x{300}…$/],
    ];
    let at = 0;
    const server = also(
      await serveRpc((method) => (method === 'authenticate' ? { result: {} } : (refusals[at] as [object, RegExp])[0])),
    );
    await deploy({}, { url: server.url });
    for (const [, wanted] of refusals) {
      const error = await fails('time');
      assert.match(error.message.replace(/^PlatformError: /, ''), wanted);
      at++;
    }
  });

  it('names an error without an id as the reason of a request that stays unanswered', async () => {
    await simulate();
    const server = also(
      await serveRpc(
        (method) => (method === 'authenticate' ? { result: {} } : undefined),
        ['{"error":{"code":-32700,"message":"cannot parse that"}}'],
      ),
    );
    await deploy({}, { url: server.url, timeout: 1 });
    const error = await fails('getNodes');
    assert.match(error.message, /no answer to getNodes .* within 1 s: iTwin IoT refused: cannot parse that/);
  });

  it('takes an error without an id for the refusal of the key, and does not quote the key', async () => {
    await simulate();
    const server = also(
      await serveRpc((_, params) => ({
        id: undefined,
        error: { message: `there is no ${(params as { code: string }).code}` },
      })),
    );
    await deploy({}, { url: server.url, timeout: 5 });
    const error = await fails('getNodes');
    assert.equal(error.code, 'UNAUTHORIZED');
    assert.match(error.message, /there is no •••/);
    assert.ok(!JSON.stringify(runtime.received('errors')).includes(simulator.apiKey));
  });

  it('does not take for wrong credentials what is no answer at all', async () => {
    await simulate();
    const smtp = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('220 smtp.example ESMTP\r\n');
    }).listen(0, '127.0.0.1');
    await once(smtp, 'listening');
    const { port } = smtp.address() as { port: number };
    await deploy({}, { url: `tcp://127.0.0.1:${port}`, timeout: 1 });
    const error = await fails('getNodes');
    assert.equal(error.code, 'INVALID_RESPONSE');
    assert.match(error.message, /not JSON/);
    await runtime.stop();
    smtp.close();
  });
});
