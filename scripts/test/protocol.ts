/** What `worker.ts` is told to run. */
export interface Order {
  /** Path of a test file. */
  file: string;
  colors: boolean;
  /** No other one follows: the process ends by itself, unless the tests have left something behind. */
  last: boolean;
}

/** What it answers. */
export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** All that the tests and Mocha's reporter have printed. */
  output: string;
  /** The failures alone, as Mocha lists them; empty without one. */
  failures: string;
}
