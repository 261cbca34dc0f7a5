import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import { PlatformError } from '../../../nodes/core/errors';
import type { OutboxFate } from '../../../nodes/core/outbox/message';
import { createOutbox, type Outbox, type OutboxOptions, type OutboxState } from '../../../nodes/core/outbox/outbox';
import type { DiskLog, LogEntry, StoredItem } from '../../../nodes/core/storage/disk-log';
import { fakeClock } from '../../support/clock';

/** What became of one message, in the order it was told: `kept`, then the answer or the code of the error. */
export type Told = string[];

/** An outbox whose platform and clock are in the hands of the test. The arrays are empty when a test begins. */
export interface OutboxSetUp {
  /** An outbox in mode memory, one message a batch; closed after the test. */
  open(options?: Partial<OutboxOptions<string>>): Outbox<string>;
  /** Puts one message in and notes what becomes of it. */
  put(box: Outbox<string>, ...records: string[]): Told;
  platform: { take(records: readonly string[], signal: AbortSignal): Promise<string> };
  /** Makes the platform silent until the test answers, for the oldest request. */
  slow(): { answer(text?: string): Promise<void>; refuse(error: unknown): Promise<void> };
  /** Lets milliseconds pass. */
  pass(ms: number): Promise<number>;
  /** Lets everything happen that needs no time. */
  settle(): Promise<number>;
  setClock(now: number): void;
  /** Batches that came to the platform, taken or not. */
  sent: string[][];
  states: OutboxState[];
  outages: PlatformError[];
  troubles: PlatformError[];
  orphans: string[];
  told: Told[];
}

export const away = (): PlatformError => new PlatformError('ECONNREFUSED', 'away', { retryable: true });
export const refused = (): PlatformError => new PlatformError('PLATFORM_ERROR', 'bad reading', { statusCode: 400 });

/** To be called in a `describe`. After each test no timer may be left, and no message may have been told two ends. */
export function setUpOutbox(): OutboxSetUp {
  let clock: sinon.SinonFakeTimers;
  let boxes: Outbox<string>[];
  const sent: string[][] = [];
  const states: OutboxState[] = [];
  const outages: PlatformError[] = [];
  const troubles: PlatformError[] = [];
  const orphans: string[] = [];
  const told: Told[] = [];
  const platform: OutboxSetUp['platform'] = { take: async () => 'taken' };

  beforeEach(() => {
    clock = fakeClock(1_750_000_000_000);
    sinon.stub(Math, 'random').returns(1);
    boxes = [];
    for (const list of [sent, states, outages, troubles, orphans, told]) list.length = 0;
    platform.take = async () => 'taken';
  });
  afterEach(async () => {
    const closing = Promise.all(boxes.map((box) => box.close()));
    // A node waits a moment for its folder.
    await clock.tickAsync(2000);
    await closing;
    const timers = clock.countTimers();
    sinon.restore();
    assert.equal(timers, 0, 'no timer survives');
    // Of every message: kept at most once and first, then exactly one end, or none for one that stays on disk.
    for (const each of told) assert.match(each.join(' '), /^(kept( [\w ]+)?|[\w ]+)?$/);
    for (const each of told) assert.ok(each.filter((word) => word !== 'kept').length <= 1, each.join(' '));
  });

  const settle = (): Promise<number> => clock.tickAsync(0);

  return {
    open(options = {}) {
      const box = createOutbox<string>({
        mode: 'memory',
        maxItems: 10_000,
        maxBytes: 20_000_000,
        maxAge: 0,
        whenFull: 'reject',
        batchSize: 1,
        batchTime: 0,
        backoff: { base: 1000, max: 60_000 },
        send: async (records, signal) => {
          sent.push([...records]);
          return platform.take(records, signal);
        },
        onState: (state) => states.push(state),
        onOutage: (error) => outages.push(error),
        onTrouble: (error) => troubles.push(error),
        orphan: (note) => ({
          accepted: () => orphans.push(['accepted', note()?.topic].filter(Boolean).join(' ')),
          failed: (error) => orphans.push(error.code),
        }),
        ...options,
      });
      boxes.push(box);
      return box;
    },
    put(box, ...records) {
      const mine: Told = [];
      told.push(mine);
      box.put(records, {
        kept: () => mine.push('kept'),
        accepted: (answer) => mine.push(answer),
        failed: (error) => mine.push(error.code),
      } satisfies OutboxFate<string>);
      return mine;
    },
    platform,
    slow() {
      const waiting: { resolve(text: string): void; reject(error: unknown): void }[] = [];
      platform.take = (_, signal) =>
        new Promise((resolve, reject) => {
          waiting.push({ resolve, reject });
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      return {
        async answer(text = 'taken') {
          waiting.shift()?.resolve(text);
          await settle();
        },
        async refuse(error) {
          waiting.shift()?.reject(error);
          await settle();
        },
      };
    },
    pass: (ms) => clock.tickAsync(ms),
    settle,
    setClock: (now) => clock.setSystemTime(now),
    sent,
    states,
    outages,
    troubles,
    orphans,
    told,
  };
}

/** A message as a log in memory holds it. */
export interface LoggedItem extends StoredItem {
  seq: number;
  at: number;
}

/** A log in memory whose appends succeed when the test says so. */
export interface SlowLog extends DiskLog {
  items: LoggedItem[];
  /** Ends the oldest append that waits. */
  finish(error?: PlatformError): void;
  removed: number[];
}

/** @param stored what an earlier run left */
export function slowLog(stored: LoggedItem[] = []): SlowLog {
  const waiting: {
    item: Omit<LoggedItem, 'seq'>;
    resolve(entry: LogEntry): void;
    reject(error: PlatformError): void;
  }[] = [];
  let last = stored.at(-1)?.seq ?? 0;
  const entryOf = ({ seq, at, records }: LoggedItem): LogEntry => ({
    seq,
    at,
    count: records.length,
    bytes: Buffer.byteLength(records.join('')),
  });
  const log: SlowLog = {
    items: [...stored],
    removed: [],
    load: async () => stored.map(entryOf),
    append: (item) => new Promise((resolve, reject) => waiting.push({ item, resolve, reject })),
    async read({ seq }) {
      const item = log.items.find((each) => each.seq === seq);
      if (!item) throw new PlatformError('DAMAGED', `${seq} is gone`);
      return item;
    },
    finish(error) {
      const next = waiting.shift();
      if (!next) return;
      if (error) return next.reject(error);
      const item = { ...next.item, seq: ++last };
      log.items.push(item);
      next.resolve(entryOf(item));
    },
    remove(entries) {
      const gone = entries.map(({ seq }) => seq);
      log.removed.push(...gone);
      log.items = log.items.filter(({ seq }) => !gone.includes(seq));
    },
    async close() {
      while (waiting.length > 0) log.finish();
    },
  };
  return log;
}
