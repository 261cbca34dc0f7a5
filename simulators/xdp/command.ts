import type { OptionTable, PlatformCommand } from '../core/command-line';
import { startXdpSimulator, type XdpSimulator, type XdpSimulatorOptions } from './index';
import { progressOf } from './progress';

const OPTIONS = {
  port: { kind: 'number', help: 'TCP port (0: a free one)' },
  host: { kind: 'text', help: 'address to listen on (127.0.0.1)' },
  username: { kind: 'text', help: 'the user (demo)' },
  password: { kind: 'text', help: 'the password (demo)' },
  namespaces: { kind: 'list', help: 'sites, separated by commas (demo-farm)' },
  tokenLifetime: { kind: 'number', help: 'seconds a token is good for (3600)' },
  loginReply: { kind: 'text', help: 'how the token is written: bare, quoted or object (bare)' },
  heartbeat: { kind: 'number', help: 'seconds between heartbeats, 0: none (15)' },
  speed: { kind: 'number', help: 'times faster than a reading of each mote each 5 s (1)' },
  live: { kind: 'boolean', help: 'whether readings come at all (true)' },
  stored: { kind: 'number', help: 'recordings stored at the start (0)' },
  startReading: { kind: 'number', help: 'reading to begin with; the anomalies are at 2344 to 2460 (1)' },
  firstOffset: { kind: 'text', help: 'offset of the first recording (9007199254740993)' },
  retain: { kind: 'number', help: 'recordings kept (1000000)' },
  doneKey: { kind: 'text', help: 'name of the topic in the Done event: topic or source (topic)' },
  recordingOffsets: { kind: 'boolean', help: 'recordings carry their offset (true)' },
  doneOffset: { kind: 'text', help: 'offset in the Done event: newest, none or ahead (newest)' },
  offsetsInclusive: { kind: 'boolean', help: 'whether offsets[topic]=n sends n again (false)' },
  successStatus: { kind: 'number', help: 'status of a successful change (204)' },
  dataFile: { kind: 'text', help: 'CSV file of the readings' },
} as const satisfies OptionTable & Record<keyof XdpSimulatorOptions, unknown>;

/** `npm run simulate -- xdp` */
export const command: PlatformCommand = {
  options: OPTIONS,
  async start(values) {
    const simulator = await startXdpSimulator(values as XdpSimulatorOptions);
    return {
      url: simulator.url,
      usage: usageOf(simulator, 'password' in values),
      progress: () => progressLine(simulator),
      stop: () => simulator.stop(),
    };
  },
};

function usageOf({ url, username, password, namespace }: XdpSimulator, ownPassword: boolean): string[] {
  const credentials = `{"username":"${username}","password":"${ownPassword ? '<your --password>' : password}"}`;
  return [
    `namespace  ${namespace}`,
    `user name  ${username}`,
    '',
    `TOKEN=$(curl -s -H 'Content-Type: application/json' -d '${credentials}' ${url}/login)`,
    `curl -N -H "Authorization: Bearer $TOKEN" -H 'xDP-Namespace: ${namespace}' ${url}/recordings/events`,
  ];
}

function progressLine(simulator: XdpSimulator): string {
  return Object.entries(progressOf(simulator))
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
