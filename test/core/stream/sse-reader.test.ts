import { strict as assert } from 'node:assert';
import type { PlatformError } from '../../../nodes/core/errors';
import { readEvents, type SseEvent, type SseReaderOptions } from '../../../nodes/core/stream/sse-reader';

/** What came out of a body: `name: data`, and how often something was left out. */
interface Read {
  events: string[];
  skipped: PlatformError[];
}

async function* bodyOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

const show = ({ event, data }: SseEvent): string => `${event ?? '-'}: ${data}`;

async function read(chunks: readonly (string | Uint8Array)[], options: Partial<SseReaderOptions> = {}): Promise<Read> {
  const seen: Read = { events: [], skipped: [] };
  const bytes = chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
  await readEvents(bodyOf(bytes), {
    onEvent: (event) => seen.events.push(show(event)),
    onSkipped: (error) => seen.skipped.push(error),
    ...options,
  });
  return seen;
}

describe('SSE reader', () => {
  describe('reads as the WHATWG standard says (§9.2.6)', () => {
    const cases: [title: string, text: string, events: string[]][] = [
      ['LF', 'event: a\ndata: 1\n\ndata: 2\n\n', ['a: 1', '-: 2']],
      ['CRLF', 'event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n', ['a: 1', '-: 2']],
      ['CR', 'event: a\rdata: 1\r\rdata: 2\r\r', ['a: 1', '-: 2']],
      ['all of them mixed', 'event: a\rdata: 1\n\r\ndata: 2\r\n\rdata: 3\n\n', ['a: 1', '-: 2', '-: 3']],
      ['data before event, as xDP writes it', 'data:{"a":1}\nevent:NameUpdated\n\n', ['NameUpdated: {"a":1}']],
      ['an empty data line (heartbeat)', 'data:\n\ndata: \n\ndata\n\n', ['-: ', '-: ', '-: ']],
      ['no data line: nothing fires and the type is forgotten', 'event: a\n\ndata: 1\n\n', ['-: 1']],
      ['several data lines', 'data: 1\ndata: 2\ndata:\ndata: 4\n\n', ['-: 1\n2\n\n4']],
      ['one blank after the colon goes, a second stays', 'data:  x \nevent:  e\n\n', [' e:  x ']],
      ['comments', ': hello\n:\n::\ndata: 1\n: between\ndata: 2\n\n:\n\n', ['-: 1\n2']],
      ['unknown fields and odd retry values', 'foo: bar\nretry: soon\nid: 7\nDATA: no\ndata: 1\n\n', ['-: 1']],
      ['the last of two event lines', 'event: a\nevent: b\ndata: 1\n\n', ['b: 1']],
      ['blank lines in a row', '\n\n\ndata: 1\n\n\n\n\ndata: 2\n\n', ['-: 1', '-: 2']],
      ['an unfinished last block is dropped', 'data: 1\n\ndata: 2\n', ['-: 1']],
      ['an unfinished last line is dropped', 'data: 1\n\ndata: 2', ['-: 1']],
      ['a byte order mark at the very start', '\uFEFFdata: 1\n\n', ['-: 1']],
      [
        'a byte order mark anywhere else is part of the name',
        'data: 1\n\n\uFEFFdata: 2\n\ndata: 3\n\n',
        ['-: 1', '-: 3'],
      ],
      ['colons in the value', 'data: a:b: c\n\n', ['-: a:b: c']],
      [
        'texts of two, three and four bytes',
        'event: Größe\ndata: {"t":"°C € 😀 湿度"}\n\n',
        ['Größe: {"t":"°C € 😀 湿度"}'],
      ],
      ['nothing at all', '', []],
    ];
    for (const [title, text, events] of cases) {
      it(title, async () => {
        assert.deepEqual((await read([text])).events, events);
      });

      it(`${title} (split at every byte)`, async () => {
        const bytes = Buffer.from(text);
        for (let at = 0; at <= bytes.length; at++) {
          const { events: seen } = await read([bytes.subarray(0, at), bytes.subarray(at)]);
          assert.deepEqual(seen, events, `split at ${at}`);
        }
        const single = [...bytes].map((byte) => Uint8Array.of(byte));
        assert.deepEqual((await read(single)).events, events, 'byte by byte');
      });
    }

    it('does not wait for the next bytes to see that a line which ends in CR is over', async () => {
      const seen: string[] = [];
      async function* body(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('data: 1\r\r');
        assert.deepEqual(seen, ['-: 1']);
        yield Buffer.from('data: 2\r\n\r');
        assert.deepEqual(seen, ['-: 1', '-: 2']);
        yield Buffer.from('\ndata: 3\r\n\r\n');
      }
      await readEvents(body(), { onEvent: (event) => seen.push(show(event)), onSkipped: assert.fail });
      assert.deepEqual(seen, ['-: 1', '-: 2', '-: 3']);
    });

    it('bytes that are not UTF-8 become replacement characters and end nothing', async () => {
      const bytes = Buffer.concat([Buffer.from('data: '), Buffer.of(0xff, 0xc3), Buffer.from('\n\ndata: 2\n\n')]);
      assert.deepEqual((await read([bytes])).events, ['-: \uFFFD\uFFFD', '-: 2']);
    });
  });

  describe('an oversized event', () => {
    const limit = 100;
    const long = 'x'.repeat(150);

    for (const [name, eol] of [
      ['LF', '\n'],
      ['CRLF', '\r\n'],
      ['CR', '\r'],
    ] as const) {
      const small = (data: string): string => `event: e${eol}data: ${data}${eol}${eol}`;

      it(`is left out with everything before and after it kept, wherever chunks end (${name})`, async () => {
        const head = small('1') + small('2');
        const text = `${head}data: ${long}${eol}event: big${eol}${eol}${small('3')}${small('4')}`;
        const bytes = Buffer.from(text);
        // Cuts inside of the long line, and a second one at every place behind it: blank line and all.
        for (const first of [head.length + 120, head.length + 140]) {
          for (let second = first; second <= bytes.length; second++) {
            const { events, skipped } = await read(
              [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)],
              { maxEventLength: limit },
            );
            assert.deepEqual(events, ['e: 1', 'e: 2', 'e: 3', 'e: 4'], `cut at ${first} and ${second}`);
            assert.equal(skipped.length, 1);
          }
        }
      });

      it(`whose blank line is split over chunks byte by byte is left out alone (${name})`, async () => {
        const text = `${small('1')}data: ${long}${eol}${eol}${small('2')}data: ${long}${eol}id: 5${eol}${eol}${small('3')}`;
        const single = [...Buffer.from(text)].map((byte) => Uint8Array.of(byte));
        const { events, skipped } = await read(single, { maxEventLength: limit });
        assert.deepEqual(events, ['e: 1', 'e: 2', 'e: 3']);
        assert.equal(skipped.length, 2);
      });

      it(`that grows beyond the limit exactly with the end of a line is left out alone (${name})`, async () => {
        const line = `data: ${'x'.repeat(60)}${eol}`;
        const { events, skipped } = await read([`${small('1')}${line}`, line, eol, small('2')], {
          maxEventLength: limit,
        });
        assert.deepEqual(events, ['e: 1', 'e: 2']);
        assert.equal(skipped.length, 1);
      });
    }

    it('ends with a blank line of mixed line ends too', async () => {
      const { events } = await read(['data: 1\n\n', `data: ${long}`, 'x\n\r\ndata: 2\n\n'], { maxEventLength: limit });
      assert.deepEqual(events, ['-: 1', '-: 2']);
    });

    it('behind finished events in one chunk does not take the next event with it', async () => {
      const chunks = [`data: 1\n\ndata: 2\n\ndata: ${long}\n`, '\ndata: 3\n\n'];
      const { events, skipped } = await read(chunks, { maxEventLength: limit });
      assert.deepEqual(events, ['-: 1', '-: 2', '-: 3']);
      assert.equal(skipped.length, 1);
    });

    it('is told once, after the events before it, with the limit and without its content', async () => {
      const order: string[] = [];
      const chunks = [`data: 1\n\ndata: secret${long}`, long, long, '\n\ndata: 2\n\n'];
      await read(chunks, {
        maxEventLength: limit,
        onEvent: (event) => order.push(show(event)),
        onSkipped: (error) => order.push(`${error.code} ${error.message}`),
      });
      assert.deepEqual(order, [
        '-: 1',
        `EVENT_TOO_LARGE an event longer than ${limit} characters was left out`,
        '-: 2',
      ]);
    });

    it('at the end of the stream is left out as well', async () => {
      const { events, skipped } = await read(['data: 1\n\n', `data: ${long}`, long], { maxEventLength: limit });
      assert.deepEqual(events, ['-: 1']);
      assert.equal(skipped.length, 1);
    });

    it('of four hundred megabytes takes no memory', async () => {
      const chunk = Buffer.alloc(1024 * 1024, 'x');
      async function* body(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('data: 1\n\ndata: ');
        for (let n = 0; n < 400; n++) yield chunk;
        yield Buffer.from('\n\ndata: 2\n\n');
      }
      const events: string[] = [];
      const before = process.memoryUsage().heapUsed;
      let most = 0;
      await readEvents(body(), {
        onEvent: (event) => events.push(show(event)),
        onSkipped: () => undefined,
        onActivity: () => {
          most = Math.max(most, process.memoryUsage().heapUsed - before);
        },
      });
      assert.deepEqual(events, ['-: 1', '-: 2']);
      assert.ok(most < 200 * 1024 * 1024, `${most} bytes`);
    });
  });

  describe('back-pressure', () => {
    it('asks for the next chunk only when the flow has taken the events of the last', async () => {
      const log: string[] = [];
      async function* body(): AsyncGenerator<Uint8Array> {
        for (const name of ['a', 'b']) {
          log.push(`chunk ${name}`);
          yield Buffer.from(`data: ${name}1\n\ndata: ${name}2\n\n`);
        }
      }
      await readEvents(body(), {
        onEvent({ data }) {
          // As Node-RED does it: a sent message reaches the next node in a later turn.
          setImmediate(() => log.push(`flow ${data}`));
        },
        onSkipped: assert.fail,
      });
      assert.deepEqual(log, ['chunk a', 'flow a1', 'flow a2', 'chunk b', 'flow b1', 'flow b2']);
    });

    it('lets the flow work while a chunk of thousand events is handed on', async () => {
      let taken = 0;
      let most = 0;
      let given = 0;
      const chunk = Array.from({ length: 1000 }, (_, n) => `data: ${n}\n\n`).join('');
      await read([chunk], {
        onEvent() {
          given++;
          most = Math.max(most, given - taken);
          setImmediate(() => taken++);
        },
      });
      assert.equal(given, 1000);
      assert.ok(most <= 100, `${most} events at once`);
    });

    it('tells of each turn only what the flow has really taken', async () => {
      const taken: string[] = [];
      const given: string[] = [];
      const turns: number[] = [];
      const chunk = Array.from({ length: 200 }, (_, n) => `data: ${n}\n\n`).join('');
      await read([chunk, 'data: last\n\n'], {
        onEvent({ data }) {
          given.push(data);
          setImmediate(() => taken.push(data));
        },
        onTurn() {
          assert.deepEqual(taken, given);
          turns.push(taken.length);
        },
      });
      assert.equal(turns.at(-1), 201);
      assert.ok(turns.length > 3);
    });

    it('reports activity for every chunk, comments and skipped text included', async () => {
      let activity = 0;
      await read([': ping\n', 'x', 'data: 1\n\n', `data: ${'x'.repeat(200)}`, 'x', '\n\n'], {
        maxEventLength: 100,
        onActivity: () => activity++,
      });
      // And once more for each of the four pieces that the flow has had to take.
      assert.equal(activity, 10);
    });
  });

  describe('the end', () => {
    it('of a body that fails is its error; the events before it have been handed on', async () => {
      async function* body(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('data: 1\n\ndata: 2');
        throw new Error('cut');
      }
      const events: string[] = [];
      const reading = readEvents(body(), { onEvent: (event) => events.push(show(event)), onSkipped: assert.fail });
      await assert.rejects(reading, /cut/);
      assert.deepEqual(events, ['-: 1']);
    });

    it('of the reading closes the body when a listener throws', async () => {
      let closed = false;
      async function* body(): AsyncGenerator<Uint8Array> {
        try {
          yield Buffer.from('data: 1\n\n');
          yield Buffer.from('data: 2\n\n');
        } finally {
          closed = true;
        }
      }
      const reading = readEvents(body(), {
        onEvent: () => {
          throw new Error('listener');
        },
        onSkipped: assert.fail,
      });
      await assert.rejects(reading, /listener/);
      assert.equal(closed, true);
    });
  });
});
