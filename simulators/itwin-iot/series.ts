const FIRST_CAPACITY = 64;

/**
 * The observations of one sensor: a time and a value for each raw metric, in columns, so that a million of them take
 * 24 MB. Positions count them in order of arrival; by time they are found whatever that order was.
 */
export class Series {
  #times = new Float64Array(FIRST_CAPACITY);
  #columns: Float64Array[];
  #length = 0;
  /** Positions in order of time, one for each time; undefined while that is the order of arrival. */
  #order: number[] | undefined;

  /** `width`: how many raw metrics. */
  constructor(width: number) {
    this.#columns = Array.from({ length: width }, () => new Float64Array(FIRST_CAPACITY));
  }

  /** Position after the newest arrival: how many ever arrived. */
  get end(): number {
    return this.#length;
  }

  /** How many different times there are. */
  get count(): number {
    return this.#order?.length ?? this.#length;
  }

  /** Adds an observation of `time` (ms since 1970); one of the same time is replaced by it. */
  append(time: number, values: readonly number[]): void {
    if (this.#length === this.#times.length) this.#grow();
    const position = this.#length;
    const newest = this.count === 0 ? Number.NEGATIVE_INFINITY : this.time(this.at(this.count - 1));
    this.#times[position] = time;
    for (const [index, column] of this.#columns.entries()) column[position] = values[index] ?? Number.NaN;
    if (this.#order || time <= newest) this.#insert(position, time);
    this.#length += 1;
  }

  /** Time of the observation at a position. */
  time(position: number): number {
    return this.#times[position] ?? Number.NaN;
  }

  value(position: number, column: number): number {
    return this.#columns[column]?.[position] ?? Number.NaN;
  }

  /** All raw values at a position, in the raw metrics' order. */
  values(position: number): number[] {
    return this.#columns.map((column) => column[position] ?? Number.NaN);
  }

  /** Position of the observation that is the `rank`th by time, from 0. */
  at(rank: number): number {
    return this.#order ? (this.#order[rank] ?? Number.NaN) : rank;
  }

  /** Rank of the first observation at `time` or later; `count` when there is none. */
  rankFrom(time: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.time(this.at(middle)) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** True when there is an observation of just this time. */
  has(time: number): boolean {
    const rank = this.rankFrom(time);
    return rank < this.count && this.time(this.at(rank)) === time;
  }

  /** Position of the first observation at `time` or later. */
  firstFrom(time: number): number | undefined {
    const rank = this.rankFrom(time);
    return rank < this.count ? this.at(rank) : undefined;
  }

  /** Position of the last observation at `time` or earlier. */
  lastUntil(time: number): number | undefined {
    const rank = this.rankFrom(time + 1) - 1;
    return rank < 0 ? undefined : this.at(rank);
  }

  /** Forgets the observations from rank `from` up to, but without, rank `to`. */
  remove(from: number, to: number): void {
    this.#sorted().splice(from, to - from);
  }

  #sorted(): number[] {
    this.#order ??= Array.from({ length: this.#length }, (_, index) => index);
    return this.#order;
  }

  #insert(position: number, time: number): void {
    const rank = this.rankFrom(time);
    const order = this.#sorted();
    const taken = rank < order.length && this.time(this.at(rank)) === time;
    order.splice(rank, taken ? 1 : 0, position);
  }

  #grow(): void {
    const larger = (column: Float64Array) => {
      const grown = new Float64Array(column.length * 2);
      grown.set(column);
      return grown;
    };
    this.#times = larger(this.#times);
    this.#columns = this.#columns.map(larger);
  }
}
