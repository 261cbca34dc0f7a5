import { type BackoffBounds, backoffDelay } from './backoff';
import type { DiskLog } from './disk-log';
import { isCredentialError, PlatformError, toPlatformError } from './errors';
import { isDoubtful, mayBeTakenLater } from './outbox-verdict';
import { sleep } from './timing';

/** What happens to messages while the platform is away. */
export type OfflineMode = 'fail' | 'memory' | 'disk';

/** What became of one message. `accepted` or `failed` is called once; `kept` at most once, before. */
export interface OutboxFate<Answer> {
  /** It will not be lost any more: safely on disk. Called in mode `disk` only. */
  kept?(): void;
  /** The platform has taken it. */
  accepted(answer: Answer): void;
  /** It will not be sent: refused, dropped, too old, or the node closes. */
  failed(error: PlatformError): void;
}

export interface OutboxState {
  state: 'idle' | 'sending' | 'waiting';
  /** Messages not yet accepted. */
  queued: number;
  /** Why the last try failed; none after a success. */
  error?: PlatformError;
  /** Milliseconds until the next attempt. */
  retryIn?: number;
}

export interface OutboxOptions<Answer> {
  mode: OfflineMode;
  /** Where mode `disk` keeps messages; none in the other modes. */
  log?: DiskLog;
  /** Most messages held. */
  maxItems: number;
  /** Milliseconds after which a message is given up; 0: never. */
  maxAge: number;
  whenFull: 'reject' | 'drop-oldest';
  /** Observations that make a batch; 1: every message goes on its own. */
  batchSize: number;
  /** Milliseconds a message waits for others at the most; 0: it does not wait. */
  batchTime: number;
  backoff: BackoffBounds;
  /** Sends one batch. Each record is one observation as JSON text. */
  send(records: readonly string[], signal: AbortSignal): Promise<Answer>;
  onState(state: OutboxState): void;
  /** Called once an outage while messages are kept for later. */
  onOutage(error: PlatformError): void;
  /** Who hears about messages found on disk at the start: their flow is long gone. */
  orphan: OutboxFate<Answer>;
}

export interface Outbox<Answer> {
  /** Takes one message with its observations. */
  put(records: readonly string[], fate: OutboxFate<Answer>): void;
  close(): Promise<void>;
}

interface Item<Answer> {
  /** On its way to disk → in the queue ⇄ on its way to the platform → dealt with. */
  state: 'writing' | 'waiting' | 'sending' | 'gone';
  seq: number;
  at: number;
  records: readonly string[];
  fate: OutboxFate<Answer>;
}

/** After so many doubtful answers to the same batch its messages are tried one by one. */
const DOUBTS = 3;

/**
 * A queue in front of the platform: first in, first out, one batch under way, at least once.
 * Mode `fail` gives every message one try; the others try again for ever while a later try may succeed.
 */
export function createOutbox<Answer>(options: OutboxOptions<Answer>): Outbox<Answer> {
  const { mode, log, maxItems, maxAge, batchSize, batchTime, backoff } = options;
  const life = new AbortController();
  const closedError = (): PlatformError =>
    new PlatformError('CLOSED', 'the node was closed before the platform took the message');
  let items: Item<Answer>[] = [];
  // Mostly beyond every number of an earlier run, even if its log was deleted; what the log says counts more.
  let nextSeq = Date.now();
  let failures = 0;
  /** Doubtful answers in a row. */
  let doubtful = 0;
  let lastError: PlatformError | undefined;
  let running: Promise<void> | undefined;
  let arrived: (() => void) | undefined;

  const report = (state: OutboxState['state'], detail: Partial<OutboxState> = {}): void =>
    options.onState({ state, queued: items.length, ...detail });

  const loading = log ? restore(log) : Promise.resolve();

  async function restore(from: DiskLog): Promise<void> {
    try {
      const stored = await from.load();
      // The clock may have been set back: what is numbered below the log's head counts as dealt with.
      nextSeq = Math.max(nextSeq, from.lastSeq + 1);
      items = stored.map((item) => ({ ...item, state: 'waiting', fate: options.orphan }));
      if (items.length > 0) wake();
    } catch (error) {
      options.onOutage(toPlatformError(error));
    }
  }

  /** Takes items out of the queue and says what became of them. */
  const settle = async (gone: readonly Item<Answer>[], tell: (fate: OutboxFate<Answer>) => void): Promise<void> => {
    for (const item of gone) item.state = 'gone';
    items = items.filter(({ state }) => state !== 'gone');
    // Only a gapless beginning of the log can be forgotten; what is dropped out of turn waits for it.
    const last = items[0] === undefined ? nextSeq - 1 : items[0].seq - 1;
    try {
      await log?.advance(last);
    } catch (error) {
      options.onOutage(toPlatformError(error));
    }
    for (const { fate } of gone) {
      try {
        tell(fate);
      } catch (error) {
        // One listener's mistake must neither hide the others' fate nor stop the queue.
        options.onOutage(toPlatformError(error));
      }
    }
  };

  const dropExpired = async (): Promise<void> => {
    if (maxAge <= 0) return;
    const before = Date.now() - maxAge;
    const expired = items.filter(({ at, state }) => state === 'waiting' && at < before);
    if (expired.length === 0) return;
    const error = new PlatformError('EXPIRED', `given up: not taken by the platform within ${maxAge / 1000} s`);
    await settle(expired, (fate) => fate.failed(error));
  };

  /** The first items that make a batch; a message is never split, and none is sent before it is on disk. */
  const nextBatch = (): Item<Answer>[] => {
    const batch: Item<Answer>[] = [];
    let count = 0;
    for (const item of items) {
      if (item.state === 'writing') break;
      if (batch.length > 0 && (batchSize <= 1 || count + item.records.length > batchSize)) break;
      batch.push(item);
      count += item.records.length;
    }
    return batch;
  };

  const batchIsDue = (): boolean => {
    const first = items[0];
    if (!first || batchSize <= 1 || batchTime <= 0) return true;
    const count = items.reduce((sum, { state, records }) => (state === 'waiting' ? sum + records.length : sum), 0);
    const age = Date.now() - first.at;
    // Negative when the clock was set back.
    return count >= batchSize || age >= batchTime || age < 0;
  };

  const waitForMore = (): Promise<void> => {
    const first = items[0] as Item<Answer>;
    const more = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const stop = new AbortController();
    const end = (): void => stop.abort();
    life.signal.addEventListener('abort', end, { once: true });
    return Promise.race([more, sleep(Math.max(0, first.at + batchTime - Date.now()), stop.signal)]).finally(() => {
      arrived = undefined;
      stop.abort();
      life.signal.removeEventListener('abort', end);
    });
  };

  const sendBatch = async (batch: readonly Item<Answer>[]): Promise<PlatformError | undefined> => {
    for (const item of batch) item.state = 'sending';
    report('sending');
    let answer: Answer;
    try {
      const records = batch.flatMap((item) => item.records);
      answer = await options.send(records, life.signal);
    } catch (thrown) {
      for (const item of batch) item.state = 'waiting';
      lastError = toPlatformError(thrown);
      return lastError;
    }
    lastError = undefined;
    await settle(batch, (fate) => fate.accepted(answer));
    return undefined;
  };

  /** A refused batch may hold one bad message: each gets a try of its own, so that the others arrive. */
  const sendRefused = async (
    batch: readonly Item<Answer>[],
    error: PlatformError,
  ): Promise<PlatformError | undefined> => {
    if (batch.length === 1 || error.verdict === 'final') {
      await settle(batch, (fate) => fate.failed(error));
      return undefined;
    }
    for (const item of batch) {
      // Dropped to make room, while another one was under way.
      if (item.state === 'gone') continue;
      const again = await sendBatch([item]);
      if (life.signal.aborted || (again && mayBeTakenLater(again))) return again;
      if (again) await settle([item], (fate) => fate.failed(again));
    }
    return undefined;
  };

  /**
   * The platform answers this batch, again and again, with what may be its own trouble or that of one message. When
   * another message gets through meanwhile, those that do not are at fault, and must not hold up the queue for ever.
   */
  const findPoison = async (
    batch: readonly Item<Answer>[],
    error: PlatformError,
  ): Promise<PlatformError | undefined> => {
    const alone = batch.length === 1;
    const bad = new Map<Item<Answer>, PlatformError>(alone ? [[batch[0] as Item<Answer>, error]] : []);
    // The next may be such a one as well: each time it is the turn of another.
    const held = new Set(batch);
    const behind = items.filter((item) => item.state === 'waiting' && !held.has(item));
    const probe = behind[(doubtful - DOUBTS) % behind.length];
    let taken = false;
    for (const item of [...(alone ? [] : batch), ...(probe ? [probe] : [])]) {
      if (item.state === 'gone' || (item === probe && taken)) continue;
      const again = await sendBatch([item]);
      if (life.signal.aborted) return again;
      if (!again) taken = true;
      else if (isDoubtful(again)) bad.set(item, again);
      else if (mayBeTakenLater(again)) return again;
      else await settle([item], (fate) => fate.failed(again));
    }
    if (!taken) return error;
    for (const [item, reason] of bad) if (item.state !== 'gone') await settle([item], (fate) => fate.failed(reason));
    return undefined;
  };

  const waitOut = async (error: PlatformError): Promise<void> => {
    const wait = isCredentialError(error) ? backoff.max : backoffDelay(failures, backoff);
    const retryIn = Math.max(wait, error.retryAfter ?? 0);
    if (failures++ === 0) options.onOutage(error);
    report('waiting', { error, retryIn });
    await sleep(retryIn, life.signal);
  };

  const run = async (): Promise<void> => {
    await loading;
    while (items[0]?.state === 'waiting' && !life.signal.aborted) {
      await dropExpired();
      if (items[0]?.state !== 'waiting') break;
      if (!batchIsDue()) {
        await waitForMore();
        continue;
      }
      const batch = nextBatch();
      let error = await sendBatch(batch);
      if (life.signal.aborted) break;
      doubtful = error && isDoubtful(error) ? doubtful + 1 : 0;
      if (error && (mode === 'fail' || !mayBeTakenLater(error))) error = await failOrSplit(batch, error);
      else if (error && doubtful >= DOUBTS) error = await findPoison(batch, error);
      if (life.signal.aborted) break;
      if (error) await waitOut(error);
      else failures = 0;
    }
    // Before anybody hears of it, and without an await in between: what is put in from now on needs a run of its own.
    running = undefined;
    if (!life.signal.aborted && items.length === 0) report('idle', lastError && { error: lastError });
  };

  const failOrSplit = async (
    batch: readonly Item<Answer>[],
    error: PlatformError,
  ): Promise<PlatformError | undefined> => {
    if (!mayBeTakenLater(error)) return sendRefused(batch, error);
    await settle(batch, (fate) => fate.failed(error));
    return undefined;
  };

  function wake(): void {
    if (life.signal.aborted) return;
    arrived?.();
    running ??= run().catch((error) => {
      running = undefined;
      options.onOutage(toPlatformError(error));
    });
  }

  /** @returns false when the message cannot be taken */
  const makeRoom = (fate: OutboxFate<Answer>): boolean => {
    if (items.length < maxItems) return true;
    const full = `${maxItems} messages wait for the platform already`;
    const oldest = items.find(({ state }) => state !== 'sending');
    if (options.whenFull === 'reject' || !oldest) {
      fate.failed(new PlatformError('QUEUE_FULL', `${full}: this one was not taken`));
      return false;
    }
    void settle([oldest], (old) => old.failed(new PlatformError('QUEUE_FULL', `${full}: the oldest was dropped`)));
    return true;
  };

  const add = (records: readonly string[], fate: OutboxFate<Answer>): void => {
    if (life.signal.aborted) {
      fate.failed(closedError());
      return;
    }
    if (!makeRoom(fate)) return;
    const item: Item<Answer> = { state: log ? 'writing' : 'waiting', seq: nextSeq++, at: Date.now(), records, fate };
    items.push(item);
    if (!log) {
      wake();
      return;
    }
    log.append({ seq: item.seq, at: item.at, records }).then(
      () => {
        if (item.state === 'gone') return;
        item.state = 'waiting';
        fate.kept?.();
        wake();
      },
      (error: PlatformError) => {
        if (item.state === 'gone') return;
        items = items.filter((each) => each !== item);
        fate.failed(error);
        wake();
      },
    );
  };

  return {
    put(records, fate) {
      // What an earlier run left on disk goes first.
      if (log) void loading.then(() => add(records, fate));
      else add(records, fate);
    },
    async close() {
      life.abort(closedError());
      arrived?.();
      await running;
      if (log) await log.close();
      else for (const { fate } of items) fate.failed(closedError());
      items = [];
    },
  };
}
