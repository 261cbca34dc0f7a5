/** One request as it arrived, for tests that look at order, pace and headers. Neither token nor body is kept. */
export interface RequestRecord {
  readonly method: string;
  /** Path without the API's base. */
  readonly path: string;
  /** Query as sent, without the question mark. */
  readonly query: string;
  /** Arrival in milliseconds since 1970. */
  readonly at: number;
  /** Status answered; undefined while unanswered. */
  status: number | undefined;
}

const KEPT = 10_000;

/** Counts requests by method and path, and keeps the latest 10,000. */
export class RequestLog {
  /** Requests by `<METHOD> <path>`, such as `POST /login`. */
  readonly byOperation: Record<string, number> = {};
  readonly recent: RequestRecord[] = [];

  add(method: string, path: string, query: string): RequestRecord {
    const key = `${method} ${path}`;
    this.byOperation[key] = (this.byOperation[key] ?? 0) + 1;
    const record: RequestRecord = { method, path, query, at: Date.now(), status: undefined };
    this.recent.push(record);
    if (this.recent.length > KEPT) this.recent.shift();
    return record;
  }
}
