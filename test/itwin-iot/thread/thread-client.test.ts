import { strict as assert } from 'node:assert';
import type { ServerResponse } from 'node:http';
import type { PlatformError } from '../../../nodes/core/errors';
import type { Operation } from '../../../nodes/core/operation/operation';
import { threadOperations } from '../../../nodes/itwin-iot/operations/thread';
import { createThreadClient, type ThreadClient } from '../../../nodes/itwin-iot/thread/thread-client';
import { type LocalServer, serve } from '../../support/http';
import { threadSettings } from '../../support/thread';

describe('client of a THREAD', () => {
  let server: LocalServer;
  let client: ThreadClient;
  let answer: (response: ServerResponse) => void;

  beforeEach(async () => {
    server = await serve((_, response) => answer(response));
    client = createThreadClient({ ...threadSettings({ url: server.url, wsUrl: 'ws://localhost:1' }), timeout: 20_000 });
  });
  afterEach(async () => {
    await client.close();
    await server.quiet();
    await server.close();
  });

  const operation = (id: string): Operation => threadOperations.find((each) => each.id === id) as Operation;
  const json = (body: string) => (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);

  const bodies: [body: string, payload: unknown][] = [
    ['{"value":14.5288}', { value: 14.5288 }],
    ['{"content":"eth0"}', { content: 'eth0' }],
    ['"6C4F6D"', '6C4F6D'],
    ['true', true],
    ['6C4F6D', '6C4F6D'],
    ['2019-11-19T15:41:30.000Z', '2019-11-19T15:41:30.000Z'],
    ['', null],
  ];
  for (const [body, payload] of bodies) {
    it(`gives ${body || 'an empty body'} as it is`, async () => {
      answer = json(body);
      const { statusCode, ...rest } = await client.execute(operation('getTime'), {});
      assert.equal(statusCode, 200);
      assert.deepEqual(rest.payload, payload);
    });
  }

  it('refuses a web page', async () => {
    answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    await assert.rejects(client.execute(operation('getTime'), {}), { code: 'INVALID_RESPONSE' });
  });

  for (const body of ['{"content":"6C4F6D"}', '{"value":"6C4F6D"}', '"6C4F6D"', '6C4F6D\n']) {
    it(`reads the connect code from ${body.trim()}`, async () => {
      answer = json(body);
      assert.equal(await client.serialNumber(), '6C4F6D');
    });
  }

  it('says when there is no connect code', async () => {
    answer = json('{"hello":"world"}');
    await assert.rejects(client.serialNumber(), (error: PlatformError) => {
      assert.match(error.message, /holds no connect code; is the URL that of a THREAD\?/);
      return error.code === 'INVALID_RESPONSE';
    });
  });

  for (const id of ['flashLed', 'preferCellular', 'getTime']) {
    it(`never sends ${id} twice, neither after 503 nor when the answer is lost`, async () => {
      answer = (response) => response.writeHead(503, { 'retry-after': '0' }).end();
      await assert.rejects(client.execute(operation(id), {}), { statusCode: 503, operation: id });
      answer = (response) => response.destroy();
      await assert.rejects(client.execute(operation(id), {}), { code: 'ECONNRESET', operation: id });
      assert.equal(server.seen.length, 2);
    });
  }

  it('gives up after the time-out, and at once when its signal fires', async () => {
    answer = () => undefined;
    client = await client
      .close()
      .then(() => createThreadClient({ ...threadSettings({ url: server.url, wsUrl: '' }), timeout: 100 }));
    await assert.rejects(client.execute(operation('sleep'), { duration: 1 }), { code: 'TIMEOUT' });
    const life = new AbortController();
    const asked = client.execute(operation('sleep'), { duration: 1 }, { signal: life.signal });
    life.abort(new Error('closing'));
    await assert.rejects(asked, /closing/);
  });

  it('gives each port once', () => {
    assert.equal(client.port(1), client.port(1));
    assert.notEqual(client.port(1), client.port(2));
  });

  it('leaves no port open when it is closed', async () => {
    const states: string[] = [];
    client.port(1).use({ onState: (state) => states.push(state) });
    client.port(3).use({});
    await client.close();
    assert.deepEqual(states, ['connecting']);
    await assert.rejects(client.port(1).send('late'), { code: 'DISCONNECTED' });
  });
});
