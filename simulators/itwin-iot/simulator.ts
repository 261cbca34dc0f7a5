import type { FaultControls } from '../core/fault-controls';
import type { ItwinCounters } from './counters';
import type { ItwinEdge } from './edge/edge';
import type { Project } from './projects';

/** An observation that was made: by a mote, by a test, or uploaded by a client. */
export interface MadeObservation {
  readonly sensorId: string;
  /** ISO date, as the platform writes it: `2026-03-01T12:00:00.000Z`. */
  readonly timestamp: string;
  /** Raw values by raw metric. */
  readonly values: Readonly<Record<string, number>>;
}

/** An observation to append: without `timestamp` it is made now. */
export type NewObservation = Omit<MadeObservation, 'timestamp'> & { timestamp?: string };

/** A local iTwin IoT platform that runs. */
export interface ItwinSimulator {
  /** Socket API over WebSocket: `ws://127.0.0.1:<port>/` */
  readonly socketUrl: string;
  /** Socket API over plain TCP: `tcp://127.0.0.1:<port>` */
  readonly tcpUrl: string;
  /** REST: `http://127.0.0.1:<port>/api` */
  readonly url: string;
  /** Token endpoint: `http://127.0.0.1:<port>/connect/token` */
  readonly imsUrl: string;
  /** REST in the newer form: `http://127.0.0.1:<port>/sensor-data` */
  readonly sensorDataUrl: string;
  /** Ports of REST and IMS, of the socket API over WebSocket and over TCP. */
  readonly port: number;
  readonly socketPort: number;
  readonly tcpPort: number;
  readonly apiKey: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The default project, and another one that must be named. */
  readonly project: Project;
  readonly otherProject: Project;
  /** The four motes' sensors, by mote from 1: raw metrics RH (%) and T (°C). */
  readonly sensorIds: readonly string[];
  /** Faults of the socket API, REST and IMS together. */
  readonly faults: FaultControls;
  readonly counters: ItwinCounters;
  /** The Edge THREAD, with faults of its own. */
  readonly edge: ItwinEdge;
  /** A token as IMS issues it, with all scopes and the usual lifetime (seconds) unless told. */
  issueToken(options?: { scopes?: readonly string[]; lifetime?: number }): string;
  /** Objects as `getNodes`, `getDevices` and `getSensors` write them, of all projects. */
  nodes(): Record<string, unknown>[];
  devices(): Record<string, unknown>[];
  sensors(): Record<string, unknown>[];
  /** Observations stored now, sensor after sensor and oldest first, each time of a sensor once. */
  observations(sensorId?: string): MadeObservation[];
  /** Makes an observation, as a sensor does; a RangeError for an unknown sensor or a raw metric without a value. */
  append(observation: NewObservation): MadeObservation;
  /** Makes `count` observations of a mote's sensor at once (default mote 1), a millisecond apart: so many updates. */
  burst(count: number, sensorId?: string): void;
  /** Closes every connection and every port, the THREAD's too, and ends the replay. */
  stop(): Promise<void>;
}
