import { type PlatformError, toPlatformError } from '../../../core/errors';
import { abortable, deadline } from '../../../core/timing';
import type { Session } from '../session/session';
import type { Follower } from './follower';

/** The subscription of a follower on one connection. */
export interface Standing {
  /**
   * Resolves when it stands.
   *
   * @throws PlatformError the refusal; TIMEOUT when the platform says nothing at all
   */
  accepted(signal: AbortSignal, timeout: number): Promise<void>;
  /** Resolves when it is refused, at once or later, or when its connection is over. */
  readonly refusal: Promise<PlatformError>;
  /** What `refusal` has resolved with. */
  readonly error: PlatformError | undefined;
  end(): void;
}

/** Milliseconds a platform has to refuse a subscription that it does not answer otherwise. */
const SILENCE = 2000;

/**
 * What the platform first answers to a subscription is not documented. One to which it says nothing stands when there was
 * time to refuse it and the connection is alive.
 */
export function subscribeOn(session: Session, follower: Follower): Standing {
  const { namelessRefusal: before } = session;
  let end = (): void => undefined;
  let answered = false;
  let onAnswer = (): void => undefined;
  const answer = new Promise<void>((resolve) => {
    onAnswer = () => {
      if (answered) return;
      answered = true;
      resolve();
    };
  });
  let error: PlatformError | undefined;
  let onRefused: (reason: PlatformError) => void = () => undefined;
  const refusal = new Promise<PlatformError>((resolve) => {
    onRefused = (reason) => {
      error = reason;
      onAnswer();
      resolve(reason);
    };
  });
  try {
    end = follower.subscribe(session, { onAnswer, onRefused });
  } catch (thrown) {
    onRefused(toPlatformError(thrown));
  }

  return {
    refusal,
    get error() {
      return error;
    },
    end: () => end(),
    async accepted(signal, timeout) {
      const silence = deadline(Math.min(SILENCE, timeout / 2), signal);
      const limit = deadline(timeout, signal);
      try {
        await abortable(answer, silence.signal).catch(async (thrown) => {
          if (signal.aborted) throw thrown;
          const alive = session.ping(limit.signal).catch((refused) => {
            if (limit.signal.aborted) throw refused;
          });
          await Promise.race([answer, alive]);
        });
      } finally {
        silence.clear();
        limit.clear();
      }
      const { namelessRefusal } = session;
      // It may be what was refused: to go on as if it stood would be worse than to ask anew.
      if (!answered && namelessRefusal && namelessRefusal !== before) {
        end();
        onRefused(namelessRefusal);
      }
      if (error) throw error;
    },
  };
}
