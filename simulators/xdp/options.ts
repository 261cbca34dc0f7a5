import { DATA_FILE } from '../core/readings';

/** How the simulated Control Center is set up. Everything may be left out. */
export interface XdpSimulatorOptions {
  /** TCP port; 0 (default): a free one. */
  port?: number;
  /** Address to listen on; default `127.0.0.1`. */
  host?: string;
  /** The one user; default `demo`. */
  username?: string;
  /** Default `demo`. */
  password?: string;
  /** Sites the user may see; the first holds the motes and the replay. Default `['demo-farm']`. */
  namespaces?: readonly string[];
  /** Seconds a token is good for; default 3600 (undocumented). */
  tokenLifetime?: number;
  /** How `POST /login` writes the token: as bare text (default), as a JSON string, or as `{"token": …}`. */
  loginReply?: 'bare' | 'quoted' | 'object';
  /** Seconds between heartbeats of a stream; 0: none. Default 15 (undocumented). */
  heartbeat?: number;
  /** How much faster than measured (a reading of each mote each 5 s) the readings come. Default 1. */
  speed?: number;
  /** Whether readings come at all while it runs; default true. */
  live?: boolean;
  /** Recordings that are stored already at the start, 5 s apart and ending there. Default 0. */
  stored?: number;
  /** The motes' reading number the replay begins with, from 1 (default); the induced anomalies are at 2344 to 2460. */
  startReading?: number;
  /** Offset of the first recording; default 2^53 + 1, which a JavaScript number cannot hold. At most 2^63. */
  firstOffset?: bigint | string;
  /** Whether recordings carry their offset, which is optional: in the text's only sample they do not. Default true. */
  recordingOffsets?: boolean;
  /** Recordings kept in memory, oldest forgotten first. Default one million, at least `stored`. */
  retain?: number;
  /** Name of the topic in `StoredObservationRecordedEventsDone`: as in the text's example (default) or as in its table. */
  doneKey?: 'topic' | 'source';
  /**
   * Which offset a `StoredObservationRecordedEventsDone` carries, "optional" and "opaque" in the text: that of the
   * topic's newest recording (default), none, or one far ahead that no recording has.
   */
  doneOffset?: 'newest' | 'none' | 'ahead';
  /** Whether `offsets[topic]=n` sends event n again; undocumented, default false. */
  offsetsInclusive?: boolean;
  /** Status of a successful PUT, POST or DELETE, but not of the login; undocumented, default 204. */
  successStatus?: number;
  /** CSV file of the readings; default the real ones beside the simulators. */
  dataFile?: string;
}

/** The options with every value filled in. */
export type XdpSettings = Required<Omit<XdpSimulatorOptions, 'firstOffset'>> & { firstOffset: bigint };

/** Fills in the defaults; throws a RangeError for values that cannot be. */
export function settingsOf(options: XdpSimulatorOptions): XdpSettings {
  const stored = options.stored ?? 0;
  const settings: XdpSettings = {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    username: options.username ?? 'demo',
    password: options.password ?? 'demo',
    namespaces: options.namespaces ?? ['demo-farm'],
    tokenLifetime: options.tokenLifetime ?? 3600,
    loginReply: options.loginReply ?? 'bare',
    heartbeat: options.heartbeat ?? 15,
    speed: options.speed ?? 1,
    live: options.live ?? true,
    stored,
    startReading: options.startReading ?? 1,
    firstOffset: BigInt(options.firstOffset ?? 2n ** 53n + 1n),
    recordingOffsets: options.recordingOffsets ?? true,
    retain: Math.max(options.retain ?? 1_000_000, stored),
    doneKey: options.doneKey ?? 'topic',
    doneOffset: options.doneOffset ?? 'newest',
    offsetsInclusive: options.offsetsInclusive ?? false,
    successStatus: options.successStatus ?? 204,
    dataFile: options.dataFile ?? DATA_FILE,
  };
  check(settings);
  return settings;
}

function check(settings: XdpSettings): void {
  const rules: [boolean, string][] = [
    [settings.namespaces.length > 0, 'namespaces must name at least one site'],
    [settings.speed > 0 && Number.isFinite(settings.speed), 'speed must be above 0'],
    [settings.tokenLifetime > 0, 'tokenLifetime must be above 0'],
    [settings.heartbeat >= 0, 'heartbeat must be 0 or more'],
    [Number.isSafeInteger(settings.stored) && settings.stored >= 0, 'stored must be a whole number from 0'],
    [Number.isSafeInteger(settings.startReading) && settings.startReading >= 1, 'startReading must be 1 or more'],
    [settings.firstOffset >= 0n && settings.firstOffset <= 2n ** 63n, 'firstOffset must be from 0 to 2^63'],
    [settings.successStatus >= 200 && settings.successStatus < 300, 'successStatus must be from 200 to 299'],
    [['bare', 'quoted', 'object'].includes(settings.loginReply), 'loginReply must be bare, quoted or object'],
    [['topic', 'source'].includes(settings.doneKey), 'doneKey must be topic or source'],
    [['newest', 'none', 'ahead'].includes(settings.doneOffset), 'doneOffset must be newest, none or ahead'],
  ];
  for (const [holds, problem] of rules) if (!holds) throw new RangeError(problem);
}
