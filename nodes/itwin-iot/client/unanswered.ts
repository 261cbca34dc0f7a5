/** Observations that were sent and never answered: the platform may have them. */
export interface Unanswered {
  add(observations: readonly string[]): void;
  /** How many of these are among them. */
  count(observations: readonly string[]): number;
  /** These have been answered. */
  forget(observations: readonly string[]): void;
}

/** Most texts remembered: of a message that is given up nobody says so. */
const REMEMBERED = 10_000;

export function createUnanswered(): Unanswered {
  const texts = new Set<string>();
  return {
    add(observations) {
      for (const each of observations) texts.add(each);
      for (const oldest of texts) {
        if (texts.size <= REMEMBERED) break;
        texts.delete(oldest);
      }
    },
    count: (observations) => observations.filter((each) => texts.has(each)).length,
    forget(observations) {
      for (const each of observations) texts.delete(each);
    },
  };
}
