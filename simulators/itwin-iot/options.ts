import { DATA_FILE } from '../core/readings';

/** How the simulated iTwin IoT platform is set up. Everything may be left out. */
export interface ItwinSimulatorOptions {
  /** Address to listen on; default `127.0.0.1`. */
  host?: string;
  /** TCP port of REST and IMS; 0 (default): a free one. */
  port?: number;
  /** Port of the socket API over WebSocket (4201 on the platform); default a free one. */
  socketPort?: number;
  /** Port of the socket API over plain TCP (4200 on the platform); default a free one. */
  tcpPort?: number;
  /** Port of the Edge THREAD (80 on the device); default a free one. */
  edgePort?: number;
  /** The one API key; default `demo-api-key`. It does not expire. */
  apiKey?: string;
  /** Default `demo-client`. */
  clientId?: string;
  /** Default `demo-secret`. */
  clientSecret?: string;
  /** Seconds an IMS token is good for; default 3600 (undocumented). */
  tokenLifetime?: number;
  /** How a refusal of the socket API is written; undocumented. `code`: `result: {code, message}`. Default `error`. */
  errorStyle?: 'error' | 'code';
  /**
   * The first answer to a subscription; undocumented. `subscriptionId` (default): `{subscriptionId: <request id>}`;
   * `empty`: `{}`; `none`: no answer before the first update.
   */
  subscribeReply?: 'subscriptionId' | 'empty' | 'none';
  /** What `authenticate` answers as `nextId`; default 100, so that a client that does not look at it is seen. */
  nextId?: number;
  /** Whether a refused `authenticate` closes the connection; undocumented, default false. */
  closeOnRefusal?: boolean;
  /** Seconds without a request after which a socket is closed; undocumented, 0 (default): never. */
  idleTimeout?: number;
  /** Points in one answer of `getData` and `getObservations`; undocumented, default 1000. */
  chunkSize?: number;
  /** In which order the answers of `getData` and the points in them come; undocumented, default ascending by time. */
  dataOrder?: 'ascending' | 'descending';
  /** Observations in one update of a data subscription at most; default 1: "when a new observation is recorded". */
  updateSize?: number;
  /** Bytes of one write (TCP) or of one WebSocket frame at most, so that answers arrive in pieces; 0 (default): whole. */
  fragment?: number;
  /** Whether `startDate` and `endDate` include their own instant; undocumented, default true. */
  datesInclusive?: boolean;
  /** What an upload does with a sensor's observation of a time that is there: count it and replace it, or leave it. */
  duplicates?: 'replace' | 'ignore';
  /** Status of a successful `integrate` under a connection: the text says "200 Created". Default 200. */
  integrateStatus?: 200 | 201;
  /** Status of a request that cannot be processed: the text's heading says 402, its table 422. Default 422. */
  unprocessableStatus?: 402 | 422;
  /** Key of the list of sensor types: the text has a blank before it (default). */
  sensorTypesKey?: ' sensorTypes' | 'sensorTypes';
  /** How REST lists are written; undocumented: `{"nodes": […]}` (default) or the bare array. */
  listShape?: 'object' | 'array';
  /** How much faster than measured (a reading of each mote each 5 s) the readings come. Default 1. */
  speed?: number;
  /** Whether readings come at all while it runs; default true. */
  live?: boolean;
  /** Observations each mote's sensor has at the start, 5 s apart and ending there. Default 0. */
  stored?: number;
  /** The motes' reading number the replay begins with, from 1 (default); the induced anomalies are at 2344 to 2460. */
  startReading?: number;
  /** CSV file of the readings; default the real ones beside the simulators. */
  dataFile?: string;
}

/** The options with every value filled in. */
export type ItwinSettings = Required<ItwinSimulatorOptions>;

const DEFAULTS: ItwinSettings = {
  host: '127.0.0.1',
  port: 0,
  socketPort: 0,
  tcpPort: 0,
  edgePort: 0,
  apiKey: 'demo-api-key',
  clientId: 'demo-client',
  clientSecret: 'demo-secret',
  tokenLifetime: 3600,
  errorStyle: 'error',
  subscribeReply: 'subscriptionId',
  nextId: 100,
  closeOnRefusal: false,
  idleTimeout: 0,
  chunkSize: 1000,
  dataOrder: 'ascending',
  updateSize: 1,
  fragment: 0,
  datesInclusive: true,
  duplicates: 'replace',
  integrateStatus: 200,
  unprocessableStatus: 422,
  sensorTypesKey: ' sensorTypes',
  listShape: 'object',
  speed: 1,
  live: true,
  stored: 0,
  startReading: 1,
  dataFile: DATA_FILE,
};

/** Fills in the defaults; throws a RangeError for values that cannot be. */
export function settingsOf(options: ItwinSimulatorOptions): ItwinSettings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings: ItwinSettings = { ...DEFAULTS, ...(Object.fromEntries(given) as ItwinSimulatorOptions) };
  check(settings);
  return settings;
}

function check(settings: ItwinSettings): void {
  const whole = (value: number, least: number) => Number.isSafeInteger(value) && value >= least;
  const rules: [boolean, string][] = [
    [settings.speed > 0 && Number.isFinite(settings.speed), 'speed must be above 0'],
    [settings.tokenLifetime > 0, 'tokenLifetime must be above 0'],
    [settings.idleTimeout >= 0, 'idleTimeout must be 0 or more'],
    [whole(settings.nextId, 0), 'nextId must be a whole number from 0'],
    [whole(settings.chunkSize, 1), 'chunkSize must be 1 or more'],
    [whole(settings.updateSize, 1), 'updateSize must be 1 or more'],
    [whole(settings.fragment, 0), 'fragment must be a whole number from 0'],
    [whole(settings.stored, 0), 'stored must be a whole number from 0'],
    [whole(settings.startReading, 1), 'startReading must be 1 or more'],
    [['error', 'code'].includes(settings.errorStyle), 'errorStyle must be error or code'],
    [
      ['subscriptionId', 'empty', 'none'].includes(settings.subscribeReply),
      'subscribeReply must be subscriptionId, empty or none',
    ],
    [['ascending', 'descending'].includes(settings.dataOrder), 'dataOrder must be ascending or descending'],
    [['replace', 'ignore'].includes(settings.duplicates), 'duplicates must be replace or ignore'],
    [[200, 201].includes(settings.integrateStatus), 'integrateStatus must be 200 or 201'],
    [[402, 422].includes(settings.unprocessableStatus), 'unprocessableStatus must be 402 or 422'],
    [
      settings.sensorTypesKey.trim() === 'sensorTypes',
      'sensorTypesKey must be sensorTypes, with a blank before it or not',
    ],
    [['object', 'array'].includes(settings.listShape), 'listShape must be object or array'],
  ];
  for (const [holds, problem] of rules) if (!holds) throw new RangeError(problem);
}
