import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { startProxy } from '../../../support/http';
import { until } from '../../../support/until';
import { failure, GET, setUpHttpClient, textOf } from './set-up';

describe('HTTP client', () => {
  const { start, open } = setUpHttpClient();
  const signal = (): AbortSignal => new AbortController().signal;

  describe('an answer without an end', () => {
    for (const statusCode of [200, 400])
      it(`is not read beyond its limit, and its connection is closed (HTTP ${statusCode})`, async () => {
        let written = 0;
        const { client, server } = await start(
          (_, response) => {
            response.writeHead(statusCode, { 'content-type': 'application/json' });
            const more = (): void => {
              while (!response.destroyed && response.write('x'.repeat(65_536))) written += 65_536;
              if (!response.destroyed) response.once('drain', more);
            };
            more();
          },
          { maxAnswer: 1_000_000 },
        );
        const error = await failure(client.request({ ...GET, method: 'POST' }));
        assert.equal(error.code, statusCode === 200 ? 'ANSWER_TOO_LARGE' : 'PLATFORM_ERROR');
        assert.ok(error.message.length < 1000);
        await until('the connection is closed', () => server.connections === 0);
        assert.ok(written < 20_000_000, `${written} bytes`);
      });

    it('is not held twenty times at once: the large part of a few is read at a time, and all arrive', async function () {
      this.timeout(60_000);
      let open = 0;
      let most = 0;
      const { client } = await start(
        (_, response) => {
          // So much fits into buffers on the way, or is read before it counts as large.
          response.write('x'.repeat(900_000));
          const rest = 'x'.repeat(15_000_000);
          response.write(rest, () => {
            most = Math.max(most, ++open);
            setTimeout(() => {
              open--;
              response.end();
            }, 50);
          });
        },
        { maxAnswer: 20_000_000, timeout: 60_000 },
      );
      const answers = await Promise.all(Array.from({ length: 12 }, () => client.request(GET)));
      for (const { body } of answers) assert.equal(body.length, 15_900_000);
      assert.ok(most <= 3, `${most} at once`);
    });

    it('is short for a token, whatever the account allows for other answers', async () => {
      const { client } = await start((_, response) => response.end('x'.repeat(100_000)));
      assert.equal((await failure(client.request({ ...GET, authorized: false }))).code, 'ANSWER_TOO_LARGE');
      assert.equal((await client.request(GET)).body.length, 100_000);
    });
  });

  describe('an answer that is compressed although nobody asked', () => {
    const text = JSON.stringify({ humidity: 45.5, unit: '% 湿度' }).repeat(1000);
    const codings: [string, Buffer][] = [
      ['gzip', gzipSync(text)],
      ['x-gzip', gzipSync(text)],
      ['deflate', deflateSync(text)],
      ['BR', brotliCompressSync(text)],
      ['identity', Buffer.from(text)],
    ];

    for (const [coding, data] of codings) {
      it(`is understood whole (${coding})`, async () => {
        const { client, server } = await start((_, response) => {
          response.writeHead(200, { 'content-encoding': coding }).end(data);
        });
        assert.equal((await client.request(GET)).body, text);
        assert.equal(server.seen[0]?.headers['accept-encoding'], 'identity');
      });

      it(`is understood as a stream (${coding})`, async () => {
        const { client } = await start((_, response) => {
          response.writeHead(200, { 'content-encoding': coding }).end(data);
        });
        const { body } = await client.open({ ...GET, signal: signal() });
        assert.equal(await textOf(body), text);
      });
    }

    it('does not unfold into more than may be read', async () => {
      const { client } = await start(
        (_, response) => {
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000)));
        },
        { maxAnswer: 1_000_000 },
      );
      assert.equal((await failure(client.request(GET))).code, 'ANSWER_TOO_LARGE');
    });

    it('is an error when it is cut, not an end', async () => {
      const { client } = await start((_, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text).subarray(0, 100));
      });
      const error = await failure(client.request({ ...GET, method: 'POST' }));
      assert.equal(error.code, 'INVALID_RESPONSE');
      const { body } = await client.open({ ...GET, signal: signal() });
      assert.equal((await failure(textOf(body))).code, 'INVALID_RESPONSE');
    });

    it('is refused by name when its coding is unknown', async () => {
      const { client } = await start((_, response) => {
        response.writeHead(200, { 'content-encoding': 'zstd' }).end('?');
      });
      for (const work of [client.request({ ...GET, method: 'POST' }), client.open({ ...GET, signal: signal() })]) {
        const error = await failure(work);
        assert.equal(error.code, 'INVALID_RESPONSE');
        assert.match(error.message, /content-encoding: zstd/);
      }
    });
  });

  describe('an interim answer that nobody asked for', () => {
    let server: Server;
    let requests: number;
    let sockets: Socket[];

    /** A server that answers each request with these pieces, each in a packet of its own. */
    const serving = async (pieces: readonly string[]): Promise<string> => {
      requests = 0;
      sockets = [];
      server = createServer((socket) => {
        sockets.push(socket);
        socket.setNoDelay(true);
        socket.on('error', () => undefined);
        socket.on('data', async (data) => {
          if (!/^(GET|POST)/.test(data.toString())) return;
          requests++;
          for (const piece of pieces) {
            socket.write(piece);
            await new Promise((resolve) => setImmediate(resolve));
          }
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    afterEach(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });

    const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
    const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\ntaken';
    const cases: Record<string, readonly string[]> = {
      'before the answer': [CONTINUE, OK],
      'in one packet with it': [CONTINUE + OK],
      'with headers, twice': [`HTTP/1.1 100 Continue\r\nx: y\r\n\r\n${CONTINUE}`, OK],
      'of HTTP/1.0': ['HTTP/1.0 100 Continue\r\n\r\n', OK],
      'byte by byte': [...`${CONTINUE}${OK}`],
      'of other kinds': ['HTTP/1.1 102 Processing\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n', OK],
    };
    for (const [name, pieces] of Object.entries(cases))
      it(`is passed over, ${name}: the request is sent once`, async () => {
        const client = open(await serving(pieces));
        for (let n = 1; n <= 3; n++) {
          const { body } = await client.request({ method: 'POST', path: '/', body: 'x' });
          assert.equal(body, 'taken');
          assert.equal(requests, n);
        }
      });

    it('is passed over behind a proxy', async () => {
      const url = await serving([CONTINUE, OK]);
      const client = open(url);
      assert.equal((await client.request({ method: 'POST', path: '/', body: 'x' })).body, 'taken');
      const proxy = await startProxy();
      const through = open(url, { proxy: { url: proxy.url, noProxy: [] } });
      assert.equal((await through.request({ method: 'POST', path: '/', body: 'x' })).body, 'taken');
      await proxy.close();
    });

    it('does not change a body that looks like one', async () => {
      const text = CONTINUE.repeat(3);
      const client = open(await serving([`HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n`, text]));
      assert.equal((await client.request({ method: 'POST', path: '/', body: 'x' })).body, text);
    });
  });
});
