import { PlatformError } from '../errors';
import { monotonicNow, nextTurn } from '../timing';
import { createTurns } from '../turns';

/** How many requests are under way, and how many wait for their turn. */
export interface RequestLoad {
  running: number;
  waiting: number;
}

/** The bound on requests under way. */
export interface RequestTurns {
  load(): RequestLoad;
  /**
   * @param waited gets the milliseconds that the request waited for its turn
   * @throws PlatformError TIMEOUT when the time is up before its turn has come; else the signal's reason
   */
  run<Result>(work: () => Promise<Result>, signal: AbortSignal, waited?: (ms: number) => void): Promise<Result>;
}

/** First come, first served. A connection for each of a thousand messages would be one too many for most servers. */
export function createRequestTurns(most: number): RequestTurns {
  const inTurn = createTurns(most);
  let running = 0;
  let waiting = 0;
  return {
    load: () => ({ running, waiting }),
    run(work, signal, waited = () => undefined) {
      const begin = monotonicNow();
      waiting++;
      return new Promise((resolve, reject) => {
        const hasTurn = async (): Promise<void> => {
          waiting--;
          running++;
          waited(monotonicNow() - begin);
          await work().then(resolve, reject);
          running--;
          // Before that undici does not take the connection for free, and would open another.
          await nextTurn();
        };
        inTurn(hasTurn, signal).catch((thrown) => {
          waiting--;
          reject(notItsTurn(thrown, most));
        });
      });
    },
  };
}

function notItsTurn(thrown: unknown, most: number): unknown {
  if (!(thrown instanceof PlatformError) || thrown.code !== 'TIMEOUT') return thrown;
  const requests = most === 1 ? '1 request' : `${most} requests`;
  return new PlatformError(
    'TIMEOUT',
    `not sent: ${requests} of this account took all of the time-out; more may run at once ("maxRequests"), or the platform is too slow`,
    // There was no connection: whoever asks what became of the message may rely on it.
    { retryable: true, cause: Object.assign(new Error('no turn'), { code: 'ETIMEDOUT' }) },
  );
}

/** Worth a word in the error of a request that ran out of time. */
const LONG_WAIT = 1000;

/** A time-out of which a good part was spent before the request was sent says so. */
export function withWait(error: PlatformError, waited: number): PlatformError {
  if (error.code !== 'TIMEOUT' || waited < LONG_WAIT) return error;
  return error.with({ message: `${error.message}; ${Math.round(waited / 1000)} s of it in wait for its turn` });
}
