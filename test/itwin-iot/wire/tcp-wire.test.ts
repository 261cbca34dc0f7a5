import { strict as assert } from 'node:assert';
import type { Socket } from 'node:net';
import { openTcpWire } from '../../../nodes/itwin-iot/client/wire/tcp-wire';
import type { Wire } from '../../../nodes/itwin-iot/client/wire/wire';
import { type LocalSockets, startRaw } from '../../support/sockets';

describe('TCP wire', () => {
  let server: LocalSockets;
  let wire: Wire;
  let greet: (socket: Socket) => void;

  const open = async (onText: (text: string) => void): Promise<void> => {
    const { signal } = new AbortController();
    wire = await openTcpWire({ url: `tcp://localhost:${server.port}`, signal, limit: 1000, onText });
  };
  /** JSON texts back to back. */
  const texts = (count: number): string => Array.from({ length: count }, (_, n) => JSON.stringify({ n })).join('');

  beforeEach(async () => {
    server = await startRaw((socket) => greet(socket));
  });
  afterEach(async () => {
    wire.close();
    await server.close();
  });

  it('hands on all that came before the peer ended the connection, then tells the end', async () => {
    greet = (socket) => socket.end(texts(60));
    const taken: string[] = [];
    await open((text) => {
      taken.push(text);
      // A flow that is busy: several turns of the event loop for these.
      for (const until = performance.now() + 2; performance.now() < until; );
    });
    await wire.ended;
    assert.equal(taken.length, 60);
    assert.equal(taken.at(-1), '{"n":59}');
  });

  it('ends the connection when a text cannot be taken, also in a later turn of the event loop', async () => {
    greet = (socket) => socket.write(texts(100));
    let taken = 0;
    await open(() => {
      if (++taken === 80) throw new Error('no room');
    });
    await assert.rejects(wire.ended, /no room/);
    assert.equal(taken, 80);
  });

  it('hands on nothing after it has been closed', async () => {
    greet = (socket) => socket.write(texts(100));
    let taken = 0;
    await open(() => {
      if (++taken === 70) wire.close();
    });
    await assert.rejects(wire.ended, { code: 'CLOSED' });
    assert.equal(taken, 70);
  });

  it('tells of what is no JSON', async () => {
    greet = (socket) => socket.write('{"n":1} HTTP/1.1 400 Bad Request');
    await open(() => undefined);
    await assert.rejects(wire.ended, { code: 'INVALID_RESPONSE' });
  });
});
