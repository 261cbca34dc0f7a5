import type { FaultControls } from '../core/fault-controls';
import type { XdpCounters } from './counters';
import type { EndDevice } from './end-devices';
import type { Recording, StoredRecording } from './recording';
import type { EndDeviceType, ObservationType } from './topic-types';

/** A recording to append: without `source` it is one of the motes' observation type, without `time` of now. */
export type NewRecording = Pick<Recording, 'data' | 'nwkAddr'> & Partial<Recording>;

/** A local Control Center that runs. State is that of the first namespace unless another is named. */
export interface XdpSimulator {
  /** What a client is given as the API's address: `http://127.0.0.1:<port>/api`. */
  readonly url: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** The first namespace. */
  readonly namespace: string;
  readonly faults: FaultControls;
  readonly counters: XdpCounters;
  /** Stored recordings, oldest first, parsed anew at each call. */
  recordings(namespace?: string): StoredRecording[];
  endDevices(namespace?: string): EndDevice[];
  endDeviceTypes(namespace?: string): EndDeviceType[];
  observationTypes(namespace?: string): ObservationType[];
  /** Secrets by path. */
  secrets(namespace?: string): Record<string, string>;
  /** Stores a recording as if a device had made it; returns its offset. */
  append(recording: NewRecording, namespace?: string): string;
  /** The same for many; returns their offsets. */
  appendMany(recordings: Iterable<NewRecording>, namespace?: string): string[];
  /** Closes every connection and the port, and ends the replay. */
  stop(): Promise<void>;
}
