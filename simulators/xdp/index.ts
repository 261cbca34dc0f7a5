import { withControlApi } from '../core/control-api';
import { FaultControls } from '../core/fault-controls';
import { FaultRegistry } from '../core/faults';
import { httpApi } from '../core/http-api';
import { LocalServer } from '../core/local-server';
import { RequestLog } from '../core/request-log';
import type { ControlCenter } from './control-center';
import { Counting } from './counters';
import { OBSERVATION_TOPIC, provisionMotes } from './motes';
import { settingsOf, type XdpSettings, type XdpSimulatorOptions } from './options';
import { storeRecording } from './post-recordings';
import { progressOf } from './progress';
import { Replay } from './replay';
import { routesOf } from './routes';
import type { NewRecording, XdpSimulator } from './simulator';
import { emptySite, type Site } from './site';
import { Tokens } from './tokens';

export { END_DEVICE_TOPIC, nwkAddrOf, OBSERVATION_TOPIC } from './motes';
export type { XdpSimulatorOptions } from './options';
export type { XdpSimulator } from './simulator';

const API_BASE = '/api';

/** Starts a local xDP Control Center; rejects when the port is taken, throws a RangeError for impossible options. */
export async function startXdpSimulator(options: XdpSimulatorOptions = {}): Promise<XdpSimulator> {
  const settings = settingsOf(options);
  const requests = new RequestLog();
  const counters: Counting = new Counting(requests, () => server);
  const center: ControlCenter = {
    settings,
    tokens: new Tokens(settings.tokenLifetime),
    sites: new Map(settings.namespaces.map((namespace) => [namespace, emptySite(settings)])),
    faults: new FaultRegistry(),
    counters,
  };
  const replay = furnish(siteNamed(center), settings);
  const api = httpApi({ base: API_BASE, routes: routesOf(center), faults: center.faults, requests });
  const listener = withControlApi(
    api,
    () => faults,
    () => progressOf(simulator),
  );
  const server = await LocalServer.start(listener, settings);
  const faults = new FaultControls(server, center.faults, {
    expireTokens: () => center.tokens.expireAll(),
    forgetSessions: () => center.tokens.forgetAll(),
  });
  const simulator = simulatorOf(center, server, faults, replay);
  if (settings.live) replay.start(settings.speed);
  return simulator;
}

/** Provisions the motes of a site and stores the recordings that are there from the start. */
function furnish(site: Site, settings: XdpSettings): Replay {
  provisionMotes(site);
  const replay = new Replay(site.recordings, settings);
  replay.store(settings.stored, Date.now());
  return replay;
}

function simulatorOf(center: ControlCenter, server: LocalServer, faults: FaultControls, replay: Replay): XdpSimulator {
  const { settings, counters } = center;
  const append = (recording: NewRecording, namespace?: string) => {
    const defaults = { source: OBSERVATION_TOPIC, time: new Date().toISOString() };
    return storeRecording(siteNamed(center, namespace), { ...defaults, ...recording }).offset;
  };
  return {
    url: `${server.origin}${API_BASE}`,
    port: server.port,
    username: settings.username,
    password: settings.password,
    namespace: settings.namespaces[0] ?? '',
    faults,
    counters,
    recordings: (namespace) => siteNamed(center, namespace).recordings.all(),
    endDevices: (namespace) => siteNamed(center, namespace).endDevices.all(),
    endDeviceTypes: (namespace) => siteNamed(center, namespace).endDeviceTypes.all(),
    observationTypes: (namespace) => siteNamed(center, namespace).observationTypes.all(),
    secrets: (namespace) => Object.fromEntries(siteNamed(center, namespace).secrets),
    append,
    appendMany: (recordings, namespace) => Array.from(recordings, (recording) => append(recording, namespace)),
    async stop() {
      replay.stop();
      faults.stop();
      await server.stop();
    },
  };
}

function siteNamed({ sites, settings }: ControlCenter, namespace = settings.namespaces[0] ?? ''): Site {
  const site = sites.get(namespace);
  if (!site) throw new RangeError(`no namespace "${namespace}"`);
  return site;
}
