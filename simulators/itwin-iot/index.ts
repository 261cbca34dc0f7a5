import { withControlApi } from '../core/control-api';
import { FaultControls } from '../core/fault-controls';
import { FaultRegistry } from '../core/faults';
import { httpApi } from '../core/http-api';
import { together } from '../core/local-port';
import { LocalServer } from '../core/local-server';
import { RequestLog } from '../core/request-log';
import { Credentials } from './access';
import { Counting } from './counters';
import { furnish, sensorIdOf, THREAD_SERIAL } from './demo-network';
import { type ItwinEdge, startEdge } from './edge/edge';
import { issueToken } from './ims';
import { Network } from './network';
import { type ItwinSettings, type ItwinSimulatorOptions, settingsOf } from './options';
import type { Platform } from './platform';
import { progressOf } from './progress';
import { Projects } from './projects';
import { Replay } from './replay';
import { restRoutes } from './rest';
import { refusal } from './rest-answers';
import { SENSOR_DATA_BASE, sensorDataRoutes } from './sensor-data-api';
import type { ItwinSimulator } from './simulator';
import { openSocketApi, type SocketApi } from './socket-api';
import { stateOf } from './state';
import { PLATFORM_SCOPE, SCOPES, Tokens } from './tokens';

export { IMPORT_NODE_ID, IMPORT_SENSOR_ID, NODE_ID, OTHER_NODE_ID, OTHER_SENSOR_ID, sensorIdOf } from './demo-network';
export type { ItwinEdge } from './edge/edge';
export type { ItwinSimulatorOptions } from './options';
export type { ItwinSimulator, MadeObservation } from './simulator';

const API_BASE = '/api';
const TOKEN_PATH = '/connect/token';
const MOTES = [1, 2, 3, 4];
const ALL_SCOPES = [...SCOPES, PLATFORM_SCOPE];

/** The parts that listen. */
interface Servers {
  readonly rest: LocalServer;
  readonly sockets: SocketApi;
  readonly edge: ItwinEdge;
}

/**
 * Starts a local iTwin IoT platform with an Edge THREAD; rejects when a port is taken, throws a RangeError for
 * impossible options.
 */
export async function startItwinSimulator(options: ItwinSimulatorOptions = {}): Promise<ItwinSimulator> {
  const settings = settingsOf(options);
  const requests = new RequestLog();
  const tokens = new Tokens();
  const platform: Platform = {
    settings,
    tokens,
    credentials: new Credentials(settings.apiKey, tokens),
    projects: new Projects(['Default', 'North']),
    network: new Network(),
    faults: new FaultRegistry(),
    counters: new Counting(requests, () => [sockets.ws, sockets.tcp]),
  };
  const listener = withControlApi(
    httpApiOf(platform, requests),
    () => faults,
    () => progressOf(simulator),
  );
  const rest = await LocalServer.start(listener, settings);
  const sockets = await openSocketApi(platform).catch((error: Error) => stopAndThrow([rest], error));
  const edge = await startEdge({ host: settings.host, port: settings.edgePort }, THREAD_SERIAL).catch((error: Error) =>
    stopAndThrow([rest, sockets.ws, sockets.tcp], error),
  );
  const faults = new FaultControls(together([rest, sockets.ws, sockets.tcp]), platform.faults, {
    expireTokens: () => tokens.expireAll(),
    forgetSessions: () => tokens.forgetAll(),
  });
  const simulator = simulatorOf(platform, { rest, sockets, edge }, faults);
  return simulator;
}

/** REST, IMS and the newer API, on one port as the text's `https://iiot.bentley.com` would be. */
function httpApiOf(platform: Platform, requests: RequestLog): ReturnType<typeof httpApi> {
  const shared = { faults: platform.faults, requests, refusal };
  const api = httpApi({ ...shared, base: API_BASE, routes: restRoutes(platform) });
  const ims = { method: 'POST', path: TOKEN_PATH, handle: issueToken.bind(undefined, platform) };
  const others = httpApi({ ...shared, base: '', routes: [ims, ...sensorDataRoutes(platform)] });
  return (req, res) => (req.url?.startsWith(`${API_BASE}/`) ? api : others)(req, res);
}

function simulatorOf(platform: Platform, servers: Servers, faults: FaultControls): ItwinSimulator {
  const { settings, counters, projects, tokens, network } = platform;
  const { rest, sockets, edge } = servers;
  const [project, otherProject] = projects.all;
  if (!project || !otherProject) throw new Error('two projects are needed');
  furnish(network, project, otherProject);
  const replay = replayOf(platform, edge, settings);
  return {
    socketUrl: `ws://${settings.host}:${sockets.ws.port}/`,
    tcpUrl: `tcp://${settings.host}:${sockets.tcp.port}`,
    url: `${rest.origin}${API_BASE}`,
    imsUrl: `${rest.origin}${TOKEN_PATH}`,
    sensorDataUrl: `${rest.origin}${SENSOR_DATA_BASE}`,
    port: rest.port,
    socketPort: sockets.ws.port,
    tcpPort: sockets.tcp.port,
    apiKey: settings.apiKey,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    project,
    otherProject,
    sensorIds: MOTES.map(sensorIdOf),
    faults,
    counters,
    edge,
    issueToken: ({ scopes = ALL_SCOPES, lifetime = settings.tokenLifetime } = {}) => tokens.issue(scopes, lifetime),
    ...stateOf(network, replay),
    async stop() {
      replay.stop();
      faults.stop();
      await Promise.all([rest.stop(), sockets.ws.stop(), sockets.tcp.stop(), edge.stop()]);
    },
  };
}

/** Stores what is there from the start, and goes on live; the device on the THREAD's port 1 sends the readings of mote 1. */
function replayOf({ network }: Platform, edge: ItwinEdge, settings: ItwinSettings): Replay {
  const replay = new Replay(network, settings, ([first]) => {
    if (first) edge.devicePort(1).fromDevice(`${first.humidity},${first.temperature}\r\n`);
  });
  replay.store(settings.stored, Date.now());
  if (settings.live) replay.start(settings.speed);
  return replay;
}

async function stopAndThrow(started: readonly { stop(): Promise<void> }[], error: Error): Promise<never> {
  await Promise.all(started.map((one) => one.stop()));
  throw error;
}
