import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { LocalServer } from '../../simulators/core/local-server';

describe('a local server', () => {
  let server: LocalServer;

  beforeEach(async () => {
    server = await LocalServer.start((_req, res) => res.end('here'));
  });

  afterEach(() => server.stop());

  const answer = async () => (await fetch(server.origin)).text();
  const refused = (error: Error) => (error.cause as { code?: string }).code === 'ECONNREFUSED';

  it('listens on the loopback address, on a free port', async () => {
    assert.match(server.origin, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    assert.equal(await answer(), 'here');
  });

  it('rejects when the port is taken', async () => {
    await assert.rejects(
      LocalServer.start(() => undefined, { port: server.port }),
      { code: 'EADDRINUSE' },
    );
  });

  it('refuses connections while its port is closed, and answers on the same port again', async () => {
    const { port } = server;
    await server.refuse();
    assert.equal(server.listening, false);
    await assert.rejects(fetch(server.origin), refused);
    await server.listenAgain();
    assert.equal(server.port, port);
    assert.equal(await answer(), 'here');
  });

  it('closes the connections that are open when it stops, and stays closed', async () => {
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await server.stop();
    await closed;
    await server.listenAgain();
    await assert.rejects(fetch(server.origin), refused);
  });

  it('counts connections', async () => {
    const sockets = [connect(server.port, '127.0.0.1'), connect(server.port, '127.0.0.1')];
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    while (server.connections < 2) await new Promise(setImmediate);
    assert.equal(server.openConnections, 2);
    server.cut();
    await Promise.all(sockets.map((socket) => once(socket, 'close')));
    assert.equal(server.openConnections, 0);
    assert.equal(server.connections, 2);
  });
});
