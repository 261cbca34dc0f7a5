import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { FaultProxy } from '../../simulators/core/fault-proxy';
import { until } from '../support/until';

const MEGABYTE = Buffer.alloc(1024 * 1024, 'x');

describe('the fault proxy', () => {
  let server: Server;
  let accepted: Socket[];
  let heard: Buffer;
  let proxy: FaultProxy;

  beforeEach(async () => {
    accepted = [];
    heard = Buffer.alloc(0);
    server = createServer((socket) => {
      accepted.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (piece) => {
        heard = Buffer.concat([heard, piece]);
        socket.write(piece);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await FaultProxy.start({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  });
  afterEach(async () => {
    await proxy.stop();
    for (const socket of accepted) socket.destroy();
    server.close();
  });

  /** A connection, and what has come back over it. */
  const open = async (): Promise<{ socket: Socket; pieces: Buffer[]; text(): string }> => {
    const socket = connect(proxy.port, proxy.host);
    const pieces: Buffer[] = [];
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return { socket, pieces, text: () => Buffer.concat(pieces).toString() };
  };
  const echoed = async (text: string): Promise<void> => {
    const { socket, text: got } = await open();
    socket.write(text);
    await until('the echo is back', () => got() === text);
    socket.destroy();
  };

  it('carries bytes both ways, and the end of either side', async () => {
    const { socket, text } = await open();
    const closed = closeOf(socket);
    socket.end(MEGABYTE);
    await until('all is back', () => text().length === MEGABYTE.length);
    await closed;
  });

  it('refuses, and comes back on the same port', async () => {
    const { socket } = await open();
    await Promise.all([closeOf(socket), proxy.refuse()]);
    await assert.rejects(open(), { code: 'ECONNREFUSED' });
    await proxy.listenAgain();
    await echoed('again');
  });

  it('cuts what is open, on both sides', async () => {
    const { socket } = await open();
    socket.write('hello');
    await until('the server has it', () => accepted.length === 1);
    const gone = accepted.map((each) => closeOf(each));
    proxy.cutConnections();
    await Promise.all([closeOf(socket), ...gone]);
    await echoed('again');
  });

  it('cuts in the middle of what comes, after so many bytes, as often as told', async () => {
    proxy.cutMidFrame({ afterBytes: 4, times: 1 });
    const { socket, text } = await open();
    socket.write('1234');
    await until('the first is whole', () => text() === '1234');
    socket.write('56789012');
    await closeOf(socket);
    assert.equal(text(), '12345678');
    await echoed('a whole text');
  });

  it('cuts in the middle of what the client says', async () => {
    proxy.cutMidFrame({ towards: 'server', times: 1 });
    const { socket } = await open();
    socket.write('12345678');
    await closeOf(socket);
    await until('the server has half of it', () => heard.toString() === '1234');
  });

  it('falls silent: what is open stays open and dead, what is new is accepted and dead', async () => {
    const before = await open();
    before.socket.write('a');
    await until('it is carried', () => before.text() === 'a');
    proxy.halfOpen();
    const during = await open();
    before.socket.write('b');
    during.socket.write('c');
    // The server's end is nothing that a dead peer tells.
    for (const socket of accepted) socket.destroy();
    proxy.clear();
    await echoed('well again');
    assert.deepEqual([before.text(), during.text(), heard.toString()], ['a', '', 'awell again']);
    assert.deepEqual([before.socket.readyState, during.socket.readyState], ['open', 'open']);
    assert.equal(proxy.openConnections >= 2, true);
    before.socket.destroy();
    during.socket.destroy();
    await until('the proxy lets go of them', () => proxy.openConnections === 0);
  });

  it('is slow by as much as told, and loses nothing', async () => {
    proxy.slow({ ms: 100 });
    const began = performance.now();
    await echoed('hello');
    assert.ok(performance.now() - began >= 195, 'there and back');
  });

  it('hands on small pieces, which arrive as such and in order', async () => {
    proxy.fragment({ bytes: 3 });
    const { socket, pieces, text } = await open();
    socket.write('0123456789');
    await until('all is back', () => text() === '0123456789');
    assert.ok(pieces.length > 1, `in ${pieces.length} pieces`);
  });
});

/** Whether it was in order or not: `once` fails with the error that comes before the close. */
function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}
