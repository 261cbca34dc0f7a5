import { EdgePort, PORTS } from './edge-port';

/** State of the simulated Edge THREAD. */
export interface Thread {
  /** "a 6-character hex string". */
  readonly serialNumber: string;
  readonly ports: ReadonlyMap<number, EdgePort>;
  /** What its clock is ahead of this machine's, in ms: POST time sets it. */
  clockOffset: number;
  batterySaver: { value: boolean; low: number; high: number };
  /** Route that is preferred: `eth0` or `ppp0`. */
  interfacePriority: string;
  version: string;
  /** Last thing an update was asked for: a version, a file, or the latest. */
  readonly updates: { version?: string; file?: string }[];
  /** The colour of the LED, while there is no cloud connection: true for green. */
  accessible: boolean;
  cloudConnection: boolean;
  /** Durations of the sleeps asked for, in ms; it stays awake all the same. */
  readonly sleeps: number[];
  /** How often the LED was flashed. */
  flashes: number;
}

/** A THREAD as it comes; the device on port 2 sends back whatever it gets. */
export function newThread(serialNumber: string): Thread {
  const ports = new Map(PORTS.map((number) => [number as number, new EdgePort()]));
  const loopBack = ports.get(2);
  if (loopBack) loopBack.echo = true;
  return {
    serialNumber,
    ports,
    clockOffset: 0,
    batterySaver: { value: false, low: 0, high: 100 },
    interfacePriority: 'eth0',
    version: '7.17.0',
    updates: [],
    accessible: false,
    cloudConnection: true,
    sleeps: [],
    flashes: 0,
  };
}
