import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { openWebSocketWire } from '../../../nodes/itwin-iot/client/wire/web-socket-wire';
import type { Wire } from '../../../nodes/itwin-iot/client/wire/wire';
import { until } from '../../support/until';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('JSON texts in messages of a WebSocket', () => {
  let server: WebSocketServer;
  let peer: WebSocket;
  let wire: Wire;
  let texts: string[];

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const accepted = once(server, 'connection');
    texts = [];
    wire = await openWebSocketWire({
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      signal: new AbortController().signal,
      limit: 1000,
      onText: (text, apart) => texts.push(...(isJson(text) ? [text] : (apart?.(text) ?? assert.fail()))),
    });
    wire.ended.catch(() => undefined);
    [peer] = (await accepted) as [WebSocket];
  });
  afterEach(async () => {
    wire.close();
    server.close();
    await once(server, 'close');
  });

  const come = (...wanted: string[]) =>
    until('they have come', () => texts.length >= wanted.length).then(() => assert.deepEqual(texts, wanted));

  it('are understood when they come as binary', async () => {
    peer.send(Buffer.from('{"a":"°C"}'), { binary: true });
    peer.send('{"b":2}');
    await come('{"a":"°C"}', '{"b":2}');
  });

  it('are taken apart where several come in one, whatever their strings hold', async () => {
    peer.send('{"a":"}{"}\n{"b":[1,{"c":2}]} [3]');
    peer.send('{"d":"] ["}');
    await come('{"a":"}{"}', '{"b":[1,{"c":2}]}', '[3]', '{"d":"] ["}');
  });

  it('are handed on as they are when they break off, so that it is told', async () => {
    peer.send('{"a":1}{"b":');
    await come('{"a":1}', '{"a":1}{"b":');
  });

  it('end the connection when one has no end', async () => {
    peer.send(`{"a":"${'x'.repeat(2000)}"}`);
    await assert.rejects(wire.ended, { code: 'EVENT_TOO_LARGE' });
  });
});
