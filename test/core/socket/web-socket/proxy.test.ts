import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../../nodes/core/errors';
import { freePort } from '../../../support/free-port';
import { startProxy } from '../../../support/http';
import { requestHead, startRaw, startWebSockets } from '../../../support/sockets';
import { until } from '../../../support/until';
import { fails, gone, proxied, setUpWebSocket } from './set-up';

describe('WebSocket', () => {
  const { open, serving, life } = setUpWebSocket();

  describe('behind a proxy', () => {
    for (const [variable, value, direct] of [
      ['NO_PROXY', 'localhost', true],
      ['no_proxy', 'example.com,*', true],
      ['no_proxy', 'example.com', false],
    ] as const) {
      it(`goes ${direct ? 'around' : 'through'} that of the environment when ${variable} is "${value}"`, async () => {
        const proxy = await serving(startProxy());
        const server = await serving(startWebSockets());
        process.env.http_proxy = proxy.url;
        process.env[variable] = value;
        const connection = await open(server.url);
        assert.deepEqual(proxy.seen, direct ? [] : [`CONNECT localhost:${server.port}`]);
        assert.deepEqual(proxy.authorizations, direct ? [] : [undefined]);
        connection.close();
        await gone(server);
      });
    }

    it('says that the proxy is away, not the platform', async () => {
      const url = `http://user:geheim@localhost:${await freePort()}`;
      await fails(
        open('ws://thread.example/ws', proxied(url)),
        'ECONNREFUSED',
        /^cannot reach the proxy localhost:\d+ on the way to thread.example:80/,
      );
    });

    it('says that the proxy cuts the tunnel', async () => {
      const proxy = await serving(
        startRaw(async (socket) => {
          await requestHead(socket);
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          await requestHead(socket);
          socket.destroy();
        }),
      );
      await fails(
        open('ws://thread.example/ws', proxied(`http://localhost:${proxy.port}`)),
        'ECONNRESET',
        /cut the connection/,
      );
      await gone(proxy);
    });

    it('ends with its signal while the proxy, or what is behind it, never answers', async () => {
      for (const answer of ['', 'HTTP/1.1 200 OK\r\n\r\n']) {
        life.renew();
        let asked = false;
        const proxy = await serving(
          startRaw(async (socket) => {
            await requestHead(socket);
            asked = true;
            socket.write(answer);
            socket.resume();
          }),
        );
        const opening = open('wss://thread.example/ws', proxied(`http://localhost:${proxy.port}`));
        await until('the proxy is asked', () => asked);
        life.abort(new PlatformError('TIMEOUT', 'no connection within 30 s'));
        await fails(opening, 'TIMEOUT', /^THREAD at wss:/);
        await gone(proxy);
      }
    });
  });
});
