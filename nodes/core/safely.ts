import { type PlatformError, toPlatformError } from './errors';

/**
 * A callback that somebody else has given, made safe for promises, timers and loops: what it throws is told to
 * `onMistake` and goes no further, whatever becomes of that. One listener's mistake must not stop what calls it.
 */
export function safely<Args extends unknown[]>(
  callback: ((...args: Args) => void) | undefined,
  onMistake: (error: PlatformError) => void,
): (...args: Args) => void {
  return (...args) => {
    try {
      callback?.(...args);
    } catch (thrown) {
      try {
        onMistake(toPlatformError(thrown));
      } catch {
        // Nobody is left to be told.
      }
    }
  };
}

/** The same for the one who would be told of mistakes: his own are told to nobody. */
export function silently<Args extends unknown[]>(
  callback: ((...args: Args) => void) | undefined,
): (...args: Args) => void {
  return safely(callback, () => undefined);
}
