import { strict as assert } from 'node:assert';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Cursor } from '../../nodes/core/cursor-store';
import type { StreamSupervisor } from '../../nodes/core/stream-supervisor';
import { type FollowOptions, followStream } from '../../nodes/xdp/client/follow-stream';
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
  let reasons: string[];
  /** Offset of a Done event. */
  let doneOffset: (source: string) => number | undefined;
  let inclusive: boolean;
  let open: Set<(event: string) => void>;

  const frame = ({ source, offset }: Recorded): string =>
    `data:{"data":{"data":{},"nwkAddr":1,"source":"${source}","time":"2020-01-01T00:00:00.000Z"},"offset":${offset}}\nevent:ObservationRecorded\n\n`;

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
      for (const source of new Set(recorded.map((each) => each.source))) {
        const offset = doneOffset(source);
        const tail = offset === undefined ? '' : `,"offset":${offset}`;
        response.write(`data:{"data":{"topic":"${source}"}${tail}}\nevent:StoredObservationRecordedEventsDone\n\n`);
      }
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
      onEvent: ({ source, offset, storedDone }) => void (storedDone || handed.push(`${source} ${offset}`)),
      onSettled: (offsets) => {
        settled = offsets;
      },
      onSkipped: assert.fail,
      onState: (_, { error }) => void (error && reasons.push(error.message)),
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
      if (limit === 2048) assert.match(String(reasons), /request with the offsets of \d+/);
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
});
