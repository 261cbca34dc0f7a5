/** The times of the observations that a flow has already. */
export interface KnownTimes {
  /**
   * @param at milliseconds since 1970
   * @returns false when it was among them already
   */
  add(at: number): boolean;
  /** Forgets the older half as soon as there are more than `most`. */
  trim(most: number): void;
}

/** In a sorted list: observations come nearly always in order, and then a number is all that one costs. */
export function createKnownTimes(): KnownTimes {
  let times: number[] = [];

  /** Index of the first that is not before `at`. */
  const search = (at: number): number => {
    let from = 0;
    let to = times.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((times[middle] as number) < at) from = middle + 1;
      else to = middle;
    }
    return from;
  };

  return {
    add(at) {
      if (times.length === 0 || at > (times.at(-1) as number)) {
        times.push(at);
        return true;
      }
      const place = search(at);
      if (times[place] === at) return false;
      times.splice(place, 0, at);
      return true;
    },
    trim(most) {
      if (times.length > most) times = times.slice(-Math.ceil(most / 2));
    },
  };
}
