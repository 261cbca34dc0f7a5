/** Something to wait for that happens again and again, such as "the log grew". */
export class Signal {
  readonly #waiting = new Set<() => void>();

  /** Wakes everyone who waits now; who waits later waits for the next time. */
  notify(): void {
    if (this.#waiting.size === 0) return;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves at the next `notify()`, or when `stop` is aborted, whichever comes first. */
  wait(stop: AbortSignal): Promise<void> {
    return untilStopped(stop, (wake) => {
      this.#waiting.add(wake);
      return () => this.#waiting.delete(wake);
    });
  }
}

/** Resolves after `ms` milliseconds, or at once when `stop` is aborted. */
export function pause(ms: number, stop: AbortSignal): Promise<void> {
  return untilStopped(stop, (wake) => {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  });
}

/** Resolves in a turn of the event loop of its own, so that a long piece of work lets others in between. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Resolves when `stop` is aborted, and never before. */
export function stopped(stop: AbortSignal): Promise<void> {
  return untilStopped(stop, () => () => undefined);
}

/** Starts a wait with `begin(wake)`, ends it at `wake()` or at the abort, and then calls what `begin` returned. */
export function untilStopped(stop: AbortSignal, begin: (wake: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) {
      resolve();
      return;
    }
    const wake = () => {
      stop.removeEventListener('abort', wake);
      end();
      resolve();
    };
    const end = begin(wake);
    stop.addEventListener('abort', wake, { once: true });
  });
}
