/** What the benchmark tells its Node-RED process. */
export type HostCommand =
  | { kind: 'run'; flow: object[]; credentials: Record<string, object>; count: number }
  | { kind: 'stop' };

export interface Measured {
  kind: 'measured';
  seconds: number;
  cpuSeconds: number;
  /** Event-loop delay in milliseconds. */
  delayP99: number;
  delayMax: number;
  /** MiB of heap more after the run than before it, both after a full collection. */
  heapGrowth: number;
  /** MiB of resident memory more at the worst moment of the run than before it. */
  peakGrowth: number;
}

/** What that process tells the benchmark. */
export type HostReport = { kind: 'ready' } | Measured;
