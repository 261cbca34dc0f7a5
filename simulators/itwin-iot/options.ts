import {
  choice,
  flag,
  HOST,
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

/** How the simulated iTwin IoT platform is set up. */
export const ITWIN_OPTIONS = {
  host: HOST,
  port: port('TCP port of REST and IMS'),
  /** 4201 on the platform. */
  socketPort: port('port of the socket API over WebSocket'),
  /** 4200 on the platform. */
  tcpPort: port('port of the socket API over plain TCP'),
  /** 80 on the device. */
  edgePort: port('port of the Edge THREAD'),
  /** The one API key; it does not expire. */
  apiKey: text('demo-api-key', 'the API key'),
  clientId: text('demo-client', 'client id for IMS'),
  clientSecret: text('demo-secret', 'client secret for IMS'),
  /** Undocumented. */
  tokenLifetime: positive(3600, 'seconds an IMS token is good for'),
  /** Undocumented. `code`: `result: {code, message}`. */
  errorStyle: choice(['error', 'code'], 'how the socket API refuses'),
  /**
   * Undocumented. `subscriptionId`: `{subscriptionId: <request id>}`; `empty`: `{}`; `none`: no answer before the first
   * update.
   */
  subscribeReply: choice(['subscriptionId', 'empty', 'none'], 'first answer to a subscription'),
  /** So that a client that does not look at it is seen. */
  nextId: whole(0, 100, 'nextId that authenticate answers'),
  /** Undocumented. */
  closeOnRefusal: flag(false, 'whether a refused authenticate closes the socket'),
  /** Undocumented. */
  idleTimeout: seconds(0, 'seconds without a request until a socket is closed, 0: never'),
  /** Of `getData` and `getObservations`; undocumented. */
  chunkSize: whole(1, 1000, 'points in one answer of getData'),
  /** In which order the answers of `getData` and the points in them come, by time; undocumented. */
  dataOrder: choice(['ascending', 'descending'], 'order of the points of getData'),
  /** "when a new observation is recorded" */
  updateSize: whole(1, 1, 'observations in one update at most'),
  /** So that answers arrive in pieces. */
  fragment: whole(0, 0, 'bytes of one write or WebSocket frame at most, 0: whole'),
  /** Undocumented. */
  datesInclusive: flag(true, 'whether startDate and endDate include their instant'),
  /** What an upload does with a sensor's observation of a time that is there: count it and replace it, or leave it. */
  duplicates: choice(['replace', 'ignore'], 'an upload of a time that is there'),
  /** The text says "200 Created". */
  integrateStatus: choice([200, 201], 'status of integrate under a connection'),
  /** The text's heading says 402, its table 422. */
  unprocessableStatus: choice([422, 402], 'status of what cannot be processed'),
  /** The text has a blank before it. */
  sensorTypesKey: choice([' sensorTypes', 'sensorTypes'], 'key of the sensor types'),
  /** Undocumented: `{"nodes": […]}` or the bare array. */
  listShape: choice(['object', 'array'], 'how REST lists are written'),
  ...REPLAY_OPTIONS,
  /** 5 s apart and ending at the start. */
  stored: whole(0, 0, 'observations of each mote at the start'),
} as const;

/** Everything may be left out. */
export type ItwinSimulatorOptions = OptionsOf<typeof ITWIN_OPTIONS>;

/** The options with every value filled in. */
export type ItwinSettings = SettingsOf<typeof ITWIN_OPTIONS>;

/** Fills in the defaults; throws a RangeError for values that cannot be. */
export function settingsOf(options: ItwinSimulatorOptions): ItwinSettings {
  return settingsIn(ITWIN_OPTIONS, options);
}
