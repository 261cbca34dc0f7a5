import { strict as assert } from 'node:assert';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import sinon from 'sinon';
import { PlatformError } from '../../nodes/core/errors';
import type { Cursor } from '../../nodes/core/storage/cursor-store';
import type { StreamSupervisor } from '../../nodes/core/stream/supervisor';
import { type FollowOptions, followStream } from '../../nodes/xdp/client/follow-stream';
import { chooseOffsets, shorterAfter } from '../../nodes/xdp/client/offset-choice';
import { readStored } from '../../nodes/xdp/client/read-stored';
import { createXdpClient, type XdpClient } from '../../nodes/xdp/client/xdp-client';
import { until } from '../support/until';

/** A server of recordings as simple as the text leaves it: offsets are numbers, each source in order. */
interface Recorded {
  source: string;
  offset: number;
}

describe('Following recordings', () => {
  let server: Server;
  let client: XdpClient;
  let stream: StreamSupervisor | undefined;
  let recorded: Recorded[];
  let queries: string[];
  let handed: string[];
  let settled: Cursor;
  /** Why it waited. */
  let reasons: PlatformError[];
  /** Whether recordings carry their offsets. */
  let offsetsGiven: boolean;
  /** Which sources have a Done. */
  let hasDone: (source: string) => boolean;
  /** Offset of a Done event. */
  let doneOffset: (source: string) => number | undefined;
  let inclusive: boolean;
  let open: Set<(event: string) => void>;

  const frame = ({ source, offset }: Recorded, time = '2020-01-01T00:00:00.000Z'): string => {
    const tail = offsetsGiven ? `,"offset":${offset}` : '';
    return `data:{"data":{"data":{"n":${offset}},"nwkAddr":1,"source":"${source}","time":"${time}"}${tail}}\nevent:ObservationRecorded\n\n`;
  };

  const serve = async (maxHeaderSize: number): Promise<void> => {
    server = createServer({ maxHeaderSize }, (request, response) => {
      if (request.url === '/login') return response.end('token');
      const { searchParams } = new URL(String(request.url), 'http://localhost');
      queries.push(String(request.url));
      const finite = searchParams.get('finite') === 'true';
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const each of recorded) {
        const from = searchParams.get(`offsets[${each.source}]`);
        if (from === null || each.offset > Number(from) || (inclusive && each.offset === Number(from)))
          response.write(frame(each));
      }
      for (const source of new Set(recorded.map((each) => each.source).filter(hasDone))) {
        const offset = doneOffset(source);
        const tail = offset === undefined ? '' : `,"offset":${offset}`;
        response.write(`data:{"data":{"topic":"${source}"}${tail}}\nevent:StoredObservationRecordedEventsDone\n\n`);
      }
      if (recorded.length === 0) response.write('data:{"data":{}}\nevent:StoredObservationRecordedEventsDone\n\n');
      if (finite) return response.end();
      const send = (text: string): void => void response.write(text);
      open.add(send);
      response.on('close', () => open.delete(send));
    });
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    client = createXdpClient({
      url: `http://127.0.0.1:${port}`,
      namespace: 'farm',
      username: 'demo',
      password: 'demo',
      timeout: 5000,
      retryMax: 10,
    });
  };

  beforeEach(() => {
    recorded = [];
    queries = [];
    handed = [];
    settled = {};
    reasons = [];
    offsetsGiven = true;
    hasDone = () => true;
    doneOffset = () => undefined;
    inclusive = false;
    open = new Set();
  });
  afterEach(async () => {
    await stream?.close();
    stream = undefined;
    await client.close();
    server.closeAllConnections();
    server.close();
  });

  const follow = (options: Partial<FollowOptions> = {}): void => {
    stream = followStream(client, {
      stream: 'recordings',
      secrets: false,
      offsets: {},
      backoff: { base: 1, max: 10 },
      handshakeTimeout: 5000,
      idleTimeout: 0,
      onEvent: ({ source, storedDone, data }) =>
        void (storedDone || handed.push(`${source} ${(data.data as { n: number }).n}`)),
      onSettled: (offsets) => {
        settled = offsets;
      },
      onSkipped: assert.fail,
      onState: (_, { error }) => void (error && reasons.push(error)),
      onOutage: () => undefined,
      ...options,
    });
  };

  const record = (source: string, offset: number): void => {
    recorded.push({ source, offset });
    for (const send of open) send(frame({ source, offset }));
  };
  /** Cuts every stream; what was recorded just before has not been sent on it. */
  const cut = async (...missed: Recorded[]): Promise<void> => {
    recorded.push(...missed);
    const before = queries.length;
    server.closeAllConnections();
    await until('the stream comes back', () => queries.length > before);
    await connected();
  };
  const connected = (count = 1): Promise<void> => until('it is connected', () => open.size === count);

  for (const done of ['none', 'the last', 'one beyond the last'] as const)
    for (const isInclusive of [false, true])
      it(`loses and repeats nothing, with offset of a Done: ${done}, offsets inclusive: ${isInclusive}`, async () => {
        await serve(16_384);
        inclusive = isInclusive;
        doneOffset = (source) => {
          const last = recorded.filter((each) => each.source === source).at(-1)?.offset as number;
          return done === 'none' ? undefined : last + (done === 'the last' ? 0 : 5);
        };
        record('a', 10);
        record('b', 11);
        follow();
        await connected();
        await until('stored ones have come', () => handed.length === 2);
        // Below what a Done may have named.
        await cut({ source: 'a', offset: 12 }, { source: 'b', offset: 13 });
        await until('missed ones have come', () => handed.length >= 4);
        record('a', 14);
        await until('the live one has come', () => handed.length >= 5);
        assert.deepEqual(handed, ['a 10', 'b 11', 'a 12', 'b 13', 'a 14']);
        const read: string[] = [];
        const newest = await readStored(client, {
          stream: 'recordings',
          secrets: false,
          offsets: { a: '10', b: '11' },
          timeout: 5000,
          signal: new AbortController().signal,
          onEvent: ({ source, offset }) => read.push(`${source} ${offset}`),
          onSkipped: assert.fail,
        });
        assert.deepEqual(read, ['a 12', 'b 13', 'a 14']);
        assert.deepEqual(newest, { a: '14', b: '13' });
      });

  for (const limit of [16_384, 8192, 2048])
    it(`goes on with 300 observation types behind a limit of ${limit} bytes for a request's head, each recording once`, async () => {
      await serve(limit);
      const sources = Array.from({ length: 300 }, (_, n) => `observation-type-${n}-data-up-json`);
      for (const [n, source] of sources.entries()) record(source, 100 + n);
      follow();
      await until('stored ones have come', () => handed.length === 300);
      await cut(...sources.map((source, n) => ({ source, offset: 1000 + n })));
      await until('missed ones have come', () => handed.length >= 600);
      await connected();
      record(sources[299] as string, 5000);
      await until('the live one has come', () => handed.includes(`${sources[299]} 5000`));
      assert.equal(handed.length, 601);
      assert.equal(new Set(handed).size, 601);
      assert.equal(Object.keys(settled).length, 300);
      if (limit !== 2048) return;
      const tooLong = reasons.filter(({ message }) => /request with the offsets of \d+/.test(message));
      assert.notEqual(tooLong.length, 0);
      for (const { statusCode, operation, retryable } of tooLong)
        assert.deepEqual(
          { statusCode, operation, retryable },
          { statusCode: 431, operation: 'recordings', retryable: true },
        );
    });

  it('hands everything of a source on again when the platform no longer has what had come of it', async () => {
    await serve(16_384);
    const sources = Array.from({ length: 300 }, (_, n) => `observation-type-${n}-data-up-json`);
    for (const [n, source] of sources.entries()) record(source, 100 + n);
    const last = sources[299] as string;
    follow({
      offsets: Object.fromEntries(sources.map((source, n) => [source, source === last ? '7' : String(100 + n)])),
    });
    await until('it has come again', () => handed.length > 0);
    assert.deepEqual(handed, [`${last} 399`]);
  });

  it('begins with what is new: what is stored is passed over, and its offsets are kept', async () => {
    await serve(16_384);
    record('a', 10);
    record('b', 11);
    follow({ onlyNew: true });
    await connected();
    await until('the offsets are kept', () => Object.keys(settled).length === 2);
    assert.deepEqual(settled, { a: '10', b: '11' });
    record('a', 12);
    await until('the new one has come', () => handed.length > 0);
    await cut({ source: 'b', offset: 13 });
    await until('the missed one has come', () => handed.length > 1);
    assert.deepEqual(handed, ['a 12', 'b 13']);
  });

  it('begins with what is new at a site without recordings too: what came while it was away is handed on', async () => {
    await serve(16_384);
    const keep = sinon.spy();
    follow({ onlyNew: true, onSettled: keep });
    await until('that nothing was there is kept', () => keep.called);
    await stream?.close();
    record('a', 10);
    follow({ offsets: keep.lastCall.args[0] });
    await until('the missed one has come', () => handed.length > 0);
    assert.deepEqual(handed, ['a 10']);
  });

  it('goes on passing over the past after a stop in the middle of it, but for sources that were through', async () => {
    await serve(16_384);
    hasDone = (source) => source === 'a';
    record('a', 10);
    record('b', 11);
    const keep = sinon.spy();
    follow({ onlyNew: true, onSettled: keep });
    await until('a is through', () => keep.lastCall?.args[0].a === '10');
    assert.equal(keep.lastCall.args[0].b, undefined);
    await stream?.close();
    hasDone = () => true;
    record('a', 12);
    follow({ offsets: keep.lastCall.args[0] });
    await connected();
    await until('b is through', () => keep.lastCall.args[0].b === '11' || settled.b === '11');
    record('b', 13);
    await until('the new ones have come', () => handed.length > 1);
    assert.deepEqual(handed, ['a 12', 'b 13']);
  });

  it('goes on from the Done of a source whose recordings carry no offset, as in the sample of the text', async () => {
    await serve(16_384);
    offsetsGiven = false;
    doneOffset = (source) => recorded.filter((each) => each.source === source).at(-1)?.offset;
    record('a', 10);
    record('b', 11);
    follow();
    await until('stored ones have come', () => handed.length === 2 && settled.b !== undefined);
    await cut({ source: 'a', offset: 12 });
    await until('the missed one has come', () => handed.length > 2);
    assert.deepEqual(handed, ['a 10', 'b 11', 'a 12']);
    const newest = await readStored(client, {
      stream: 'recordings',
      secrets: false,
      offsets: {},
      timeout: 5000,
      signal: new AbortController().signal,
      onEvent: () => undefined,
      onSkipped: assert.fail,
    });
    assert.deepEqual(newest, { a: '12', b: '11' });
  });

  it('hands a source on that had no room in the request and of which nothing is stored any more', async () => {
    await serve(4096);
    const sources = Array.from({ length: 300 }, (_, n) => `observation-type-${n}-data-up-json`);
    for (const [n, source] of sources.slice(0, 299).entries()) record(source, 100 + n);
    const last = sources[299] as string;
    follow({ offsets: Object.fromEntries(sources.map((source, n) => [source, String(100 + n)])) });
    await connected();
    const live = (): void => {
      for (const send of open) send(frame({ source: last, offset: 5000 }, '2999-01-01T00:00:00.000Z'));
    };
    const [first] = open;
    live();
    await until('the stream breaks', () => reasons.some(({ message }) => message.includes(last)));
    await until('it comes back', () => open.size === 1 && !open.has(first ?? assert.fail()));
    live();
    await until('the live one has come', () => handed.length > 0);
    assert.deepEqual(handed, [`${last} 5000`]);
  });

  it('asks for those first that had no room in the request before', () => {
    const offsets = { a: '1', b: '2', c: '3' };
    const room = encodeURIComponent('offsets[a]').length + 3;
    const { sent, unsent } = chooseOffsets(offsets, room);
    assert.deepEqual([sent, unsent], [{ a: '1' }, { b: '2', c: '3' }]);
    assert.deepEqual(chooseOffsets(offsets, room, unsent).sent, { b: '2' });
  });

  it('takes a reset for a request that was too long only when it was long', () => {
    const reset = new PlatformError('ECONNRESET', 'reset');
    const few = chooseOffsets({ a: '1', b: '2' }, 12_000);
    assert.equal(shorterAfter(reset, few), undefined);
    assert.equal(
      shorterAfter(new PlatformError('PLATFORM_ERROR', 'too long', { statusCode: 431 }), few),
      few.length / 2,
    );
    const many = chooseOffsets(Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`type-${n}`, '1'])), 12_000);
    assert.equal(shorterAfter(reset, many), many.length / 2);
  });
});
