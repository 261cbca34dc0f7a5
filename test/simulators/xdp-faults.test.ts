import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { XdpSimulator } from '../../simulators/xdp';
import { call, dataOf, logIn, numbered, offsetOf, openStream, postLogin, readAll, simulate, stopAll } from './support';

const refused = (error: Error) => (error.cause as { code?: string }).code === 'ECONNREFUSED';
const put = { body: '{"name":"A"}' };

describe('faults of the xDP simulator', () => {
  afterEach(stopAll);

  describe('of the connection', () => {
    it('refuse: the port is closed, streams break, and all is well on the same port later', async () => {
      const simulator = await simulate();
      const stream = await openStream(simulator, '/recordings/events');
      await simulator.faults.refuse();
      assert.equal(await stream.ended(), 'broken');
      await assert.rejects(postLogin(simulator), refused);
      await simulator.faults.listenAgain();
      assert.equal((await postLogin(simulator)).status, 200);
    });

    it('refuse for a while: open again when the promise resolves', async () => {
      const simulator = await simulate();
      const again = simulator.faults.refuse({ forMs: 200 });
      await assert.rejects(postLogin(simulator), refused);
      await again;
      assert.equal((await postLogin(simulator)).status, 200);
    });

    it('restart: sockets cut, tokens forgotten, stored data kept', async () => {
      const simulator = await simulate({ stored: 3 });
      const token = await logIn(simulator);
      const stream = await openStream(simulator, '/recordings/events', { token });
      const before = simulator.recordings();
      const up = simulator.faults.restart({ downFor: 100 });
      assert.equal(await stream.ended(), 'broken');
      await up;
      assert.equal((await call(simulator, 'PUT', '/end-device-types/a', { ...put, token })).status, 401);
      assert.equal((await call(simulator, 'PUT', '/end-device-types/a', put)).status, 204);
      assert.deepEqual(simulator.recordings(), before);
      assert.equal((await readAll(simulator, '/recordings/events')).names.length, 4);
    });

    it('stop ends a restart that is under way', async () => {
      const simulator = await simulate();
      const up = simulator.faults.restart({ downFor: 3_600_000 });
      await simulator.stop();
      await up;
      await assert.rejects(postLogin(simulator), refused);
    });

    it('half-open: a request is accepted and never answered', async () => {
      const simulator = await simulate();
      simulator.faults.halfOpen({ path: '/login', times: 1 });
      const held = postLogin(simulator).catch((error: Error) => error);
      while (simulator.faults.armed[0]?.fired !== 1) await new Promise(setImmediate);
      assert.equal((await postLogin(simulator)).status, 200);
      assert.equal(simulator.counters.recentRequests[0]?.status, undefined);
      await simulator.stop();
      assert.ok((await held) instanceof Error);
    });

    it('half-open: streams that are open say nothing any more, not even heartbeats, and stay connected', async () => {
      const simulator = await simulate({ heartbeat: 0.02 });
      const silent = await openStream(simulator, '/recordings/events');
      await silent.until(({ names }) => names.length === 1);
      simulator.faults.halfOpen({ path: '/recordings' });
      // What was written before is on its way still: another stream's heartbeats tell when it has arrived.
      const other = await openStream(simulator, '/observation-types/events');
      const heartbeats = () => other.blocks.filter(({ event }) => event === undefined).length;
      await other.until(() => heartbeats() >= 3);
      const { text } = silent;
      simulator.faults.clear();
      simulator.append(numbered(1));
      await other.until(() => heartbeats() >= 8);
      assert.equal(silent.text, text);
      assert.equal(silent.end, undefined);
      assert.ok((await readAll(simulator, '/recordings/events')).names.includes('ObservationRecorded'));
    });
  });

  describe('of the authentication', () => {
    it('wrong credentials: the right ones are refused', async () => {
      const simulator = await simulate();
      simulator.faults.wrongCredentials({ times: 2 });
      assert.equal((await postLogin(simulator)).status, 401);
      assert.equal((await postLogin(simulator)).status, 401);
      assert.equal((await postLogin(simulator)).status, 200);
    });

    it('expired token: all tokens expire now, new ones are good', async () => {
      const simulator = await simulate();
      const token = await logIn(simulator);
      assert.equal((await call(simulator, 'PUT', '/end-device-types/a', { ...put, token })).status, 204);
      simulator.faults.expireTokens();
      assert.equal((await call(simulator, 'PUT', '/end-device-types/a', { ...put, token })).status, 401);
      assert.equal((await call(simulator, 'PUT', '/end-device-types/a', put)).status, 204);
    });
  });

  describe('of the answer', () => {
    it('429 with Retry-After in seconds or as an HTTP-date', async () => {
      const simulator = await simulate();
      simulator.faults.tooManyRequests({ retryAfter: 7, times: 1, path: '/end-device-types' });
      const seconds = await call(simulator, 'PUT', '/end-device-types/a', put);
      assert.equal(seconds.status, 429);
      assert.equal(seconds.headers.get('retry-after'), '7');
      simulator.faults.tooManyRequests({ retryAfter: new Date(Date.UTC(2030, 0, 1)), path: '/end-device-types' });
      const date = await call(simulator, 'PUT', '/end-device-types/a', put);
      assert.equal(date.headers.get('retry-after'), 'Tue, 01 Jan 2030 00:00:00 GMT');
      assert.deepEqual(simulator.counters.provisioned, []);
    });

    it('500, 502, 503, 504: for so many requests, or until cleared', async () => {
      const simulator = await simulate();
      const token = await logIn(simulator);
      for (const status of [500, 502, 503, 504]) {
        simulator.faults.status({ status, times: 2 });
        for (const expected of [status, status, 204]) {
          assert.equal((await call(simulator, 'PUT', '/end-device-types/a', { ...put, token })).status, expected);
        }
      }
      const armed = simulator.faults.status({ status: 503 });
      for (let request = 0; request < 5; request += 1) assert.equal((await postLogin(simulator)).status, 503);
      assert.equal(armed.fired, 5);
      armed.clear();
      assert.equal((await postLogin(simulator)).status, 200);
    });

    it('only for the path and the method told', async () => {
      const simulator = await simulate();
      simulator.faults.status({ status: 500, path: '/end-device-types', method: 'DELETE' });
      assert.equal((await call(simulator, 'PUT', '/end-device-types/a', put)).status, 204);
      assert.equal((await call(simulator, 'DELETE', '/end-device-types/a')).status, 500);
      assert.equal((await call(simulator, 'DELETE', '/observation-types/a')).status, 404);
    });

    it('a captive portal: a web page with status 200, for JSON and for SSE', async () => {
      const simulator = await simulate();
      const token = await logIn(simulator);
      simulator.faults.htmlPage();
      const stream = await openStream(simulator, '/recordings/events', { token });
      assert.equal(stream.response.statusCode, 200);
      assert.equal(stream.response.headers['content-type'], 'text/html; charset=utf-8');
      assert.equal(await stream.ended(), 'complete');
      assert.match(await (await postLogin(simulator)).text(), /^<!DOCTYPE html>/);
    });

    it('any answer in place of the one asked for, a page that says it is JSON among them', async () => {
      const simulator = await simulate();
      simulator.faults.answer({ body: '{"ok":1}', path: '/secrets' });
      simulator.faults.htmlPage({ path: '/end-devices', type: 'application/json' });
      const answer = await call(simulator, 'PUT', '/secrets/a', { body: '{}' });
      assert.deepEqual([answer.status, answer.text], [200, '{"ok":1}']);
      assert.ok(!('secrets.a' in simulator.secrets()) && !('a' in simulator.secrets()));
      const page = await call(simulator, 'GET', '/end-devices/events');
      assert.equal(page.headers.get('content-type'), 'application/json');
      assert.match(page.text, /^<!DOCTYPE html>/);
    });

    it('an answer without an end, as long as the client reads', async () => {
      const simulator = await simulate();
      simulator.faults.endless({ path: '/login' });
      const answer = await postLogin(simulator);
      let size = 0;
      for await (const piece of answer.body ?? []) {
        size += piece.length;
        if (size > 1024 * 1024) break;
      }
      assert.ok(size > 1024 * 1024);
    });

    it('100 Continue that nobody asked for, before an answer and before a stream', async () => {
      const simulator = await simulate({ stored: 1 });
      const token = await logIn(simulator);
      simulator.faults.unaskedContinue();
      for (const path of ['/recordings/events?finite=true', '/nothing']) {
        const got = await rawAnswer(simulator, path, token);
        assert.match(got, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 (200|404) /);
      }
    });

    for (const encoding of ['gzip', 'deflate', 'br'] as const) {
      it(`${encoding} that nobody asked for: of answers, and of streams while they go on`, async () => {
        const simulator = await simulate({ stored: 3 });
        simulator.faults.compressed({ encoding });
        const token = await (await postLogin(simulator)).text();
        const headers = { authorization: `Bearer ${token}`, 'xdp-namespace': simulator.namespace };
        const stream = await fetch(`${simulator.url}/recordings/events`, { headers });
        assert.equal(stream.headers.get('content-encoding'), encoding);
        let text = '';
        const decoder = new TextDecoder();
        simulator.append(numbered(4));
        for await (const piece of stream.body ?? []) {
          text += decoder.decode(piece, { stream: true });
          if (text.split('event:ObservationRecorded').length > 4) break;
        }
        assert.match(text, /StoredObservationRecordedEventsDone/);
      });
    }

    it('a share of the requests, drawn for each of them', async () => {
      const simulator = await simulate();
      simulator.faults.status({ status: 503, path: '/login', chance: 0.5 });
      const statuses = await Promise.all(Array.from({ length: 100 }, async () => (await postLogin(simulator)).status));
      const refused = statuses.filter((status) => status === 503).length;
      assert.ok(refused > 10 && refused < 90, `${refused} of 100`);
      simulator.faults.clear();
      simulator.faults.status({ status: 503, path: '/login', chance: 0 });
      assert.equal((await postLogin(simulator)).status, 200);
    });

    it('slow: the answer waits', async () => {
      const simulator = await simulate();
      simulator.faults.slow({ ms: 150 });
      const start = performance.now();
      assert.equal((await postLogin(simulator)).status, 200);
      assert.ok(performance.now() - start >= 145);
    });

    it('a lost answer: the request is carried out, and the connection breaks instead of the answer', async () => {
      const simulator = await simulate();
      const token = await logIn(simulator);
      simulator.faults.loseAnswer({ times: 1 });
      await assert.rejects(call(simulator, 'PUT', '/end-device-types/a', { ...put, token }));
      assert.equal(simulator.counters.provisioned.length, 1);
      assert.equal((await call(simulator, 'PUT', '/end-device-types/a', { ...put, token })).status, 204);
    });
  });

  describe('of the stream', () => {
    it('cut mid-frame: so many whole events, half of one, and then the connection breaks', async () => {
      const simulator = await simulate({ stored: 10 });
      simulator.faults.cutMidFrame({ afterEvents: 4, times: 1 });
      const stream = await openStream(simulator, '/recordings/events');
      assert.equal(await stream.ended(), 'broken');
      assert.equal(stream.events.length, 4);
      assert.match(stream.rest, /^data:\{"data":\{/);
      assert.equal((await readAll(simulator, '/recordings/events')).names.length, 11);
    });

    it('cut mid-frame: a stream that is open is hit at its next event', async () => {
      const simulator = await simulate();
      const stream = await openStream(simulator, '/recordings/events');
      await stream.until(({ names }) => names.length === 1);
      const { faults } = simulator;
      faults.cutMidFrame({ afterEvents: 1, path: '/recordings' });
      simulator.appendMany([numbered(1), numbered(2)]);
      assert.equal(await stream.ended(), 'broken');
      assert.deepEqual(dataOf(stream.events.at(-1) ?? assert.fail()).data, { number: 1 });
      assert.notEqual(stream.rest, '');
      assert.equal(simulator.recordings().length, 2);
    });

    it('malformed frame: the JSON of one event is broken, the others are whole', async () => {
      const simulator = await simulate({ stored: 5 });
      simulator.faults.malformedFrame({ afterEvents: 2 });
      const stream = await readAll(simulator, '/recordings/events');
      assert.equal(stream.names.length, 6);
      const broken = stream.events.map((event) => {
        try {
          return dataOf(event) === undefined;
        } catch (error) {
          assert.ok(error instanceof SyntaxError);
          return true;
        }
      });
      assert.deepEqual(broken, [false, false, true, false, false, false]);
      simulator.faults.clear();
      assert.equal((await readAll(simulator, '/recordings/events')).events.every(dataOf), true);
    });

    it('oversized event: one too many, of just so many bytes, without an offset', async () => {
      const simulator = await simulate({ stored: 3 });
      simulator.faults.oversizedEvent({ bytes: 3_000_000, afterEvents: 1, times: 1 });
      const stream = await readAll(simulator, '/recordings/events');
      assert.equal(stream.names.length, 5);
      const [, large, next] = stream.events;
      assert.equal(Buffer.byteLength(`${large?.lines.join('\n')}\n\n`), 3_000_000);
      assert.equal(large?.event, 'ObservationRecorded');
      assert.equal(offsetOf(large ?? assert.fail()), undefined);
      assert.equal(offsetOf(next ?? assert.fail()), simulator.recordings()[1]?.offset);
    });

    it('slow: each event waits', async () => {
      const simulator = await simulate({ stored: 4 });
      const token = await logIn(simulator);
      simulator.faults.slow({ ms: 40, path: '/recordings' });
      const start = performance.now();
      const stream = await openStream(simulator, '/recordings/events?finite=true', { token });
      assert.equal(await stream.ended(), 'complete');
      assert.ok(performance.now() - start >= 6 * 40 - 10);
      assert.equal(stream.names.length, 5);
    });

    it('each fault hits so many streams, once each', async () => {
      const simulator = await simulate({ stored: 2 });
      const armed = simulator.faults.malformedFrame({ times: 2 });
      const wholes: number[] = [];
      for (let opened = 0; opened < 3; opened += 1) {
        const { text } = await readAll(simulator, '/recordings/events');
        wholes.push(text.split('\n').filter((line) => /^data:.*\}$/.test(line)).length);
      }
      assert.deepEqual(wholes, [2, 2, 3]);
      assert.equal(armed.fired, 2);
    });
  });
});

/** The bytes of an answer, its interim ones too, as they stand on the wire. */
async function rawAnswer({ port, namespace }: XdpSimulator, path: string, token: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `GET /api${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nxdp-namespace: ${namespace}\r\nConnection: close\r\n\r\n`,
  );
  let text = '';
  for await (const piece of socket) text += piece;
  return text;
}
