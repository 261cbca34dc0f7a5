import {
  choice,
  flag,
  HOST,
  list,
  type Option,
  type OptionsOf,
  port,
  positive,
  REPLAY_OPTIONS,
  type SettingsOf,
  seconds,
  settingsOf as settingsIn,
  text,
  whole,
} from '../core/options';

/** Default: 2^53 + 1, which a JavaScript number cannot hold. */
const FIRST_OFFSET: Option<bigint | string> = {
  help: 'offset of the first recording',
  fallback: 2n ** 53n + 1n,
  expects: 'a whole number from 0 to 2^63',
  parse: (given) => given,
  accepts: (value) => /^\d{1,19}$/.test(String(value)) && BigInt(value) <= 2n ** 63n,
};

/** How the simulated Control Center is set up. */
export const XDP_OPTIONS = {
  port: port('TCP port'),
  host: HOST,
  /** The one user. */
  username: text('demo', 'the user'),
  password: text('demo', 'the password'),
  /** Sites the user may see; the first holds the motes and the replay. */
  namespaces: list(['demo-farm'], 'sites'),
  /** Undocumented. */
  tokenLifetime: positive(3600, 'seconds a token is good for'),
  /** How `POST /login` writes the token: as bare text, as a JSON string, or as `{"token": …}`. */
  loginReply: choice(['bare', 'quoted', 'object'], 'how the token is written'),
  /** Undocumented. */
  heartbeat: seconds(15, 'seconds between heartbeats of a stream, 0: none'),
  ...REPLAY_OPTIONS,
  /** 5 s apart and ending at the start. */
  stored: whole(0, 0, 'recordings stored at the start'),
  firstOffset: FIRST_OFFSET,
  /** The offset is optional: in the text's only sample recordings have none. */
  recordingOffsets: flag(true, 'whether recordings carry their offset'),
  /** In memory, oldest forgotten first; at least `stored`. */
  retain: whole(1, 1_000_000, 'recordings kept'),
  /** In `StoredObservationRecordedEventsDone`: as in the text's example, or as in its table. */
  doneKey: choice(['topic', 'source'], 'name of the topic in the Done event'),
  /**
   * Which offset a `StoredObservationRecordedEventsDone` carries, "optional" and "opaque" in the text: that of the
   * topic's newest recording, none, or one far ahead that no recording has.
   */
  doneOffset: choice(['newest', 'none', 'ahead'], 'offset in the Done event'),
  /** Undocumented. */
  offsetsInclusive: flag(false, 'whether offsets[topic]=n sends n again'),
  /** Of a PUT, POST or DELETE, but not of the login; undocumented. */
  successStatus: whole(200, 204, 'status of a successful change', 299),
} as const;

/** Everything may be left out. */
export type XdpSimulatorOptions = OptionsOf<typeof XDP_OPTIONS>;

/** The options with every value filled in. */
export type XdpSettings = Omit<SettingsOf<typeof XDP_OPTIONS>, 'firstOffset'> & { firstOffset: bigint };

/** Fills in the defaults; throws a RangeError for values that cannot be. */
export function settingsOf(options: XdpSimulatorOptions): XdpSettings {
  const settings = settingsIn(XDP_OPTIONS, options);
  return {
    ...settings,
    firstOffset: BigInt(settings.firstOffset),
    retain: Math.max(settings.retain, settings.stored),
  };
}
