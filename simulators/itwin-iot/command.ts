import type { OptionTable, PlatformCommand } from '../core/command-line';
import { type ItwinSimulator, type ItwinSimulatorOptions, startItwinSimulator } from './index';
import { progressOf } from './progress';

const OPTIONS = {
  host: { kind: 'text', help: 'address to listen on (127.0.0.1)' },
  port: { kind: 'number', help: 'TCP port of REST and IMS (0: a free one)' },
  socketPort: { kind: 'number', help: 'port of the socket API over WebSocket (0: a free one)' },
  tcpPort: { kind: 'number', help: 'port of the socket API over plain TCP (0: a free one)' },
  edgePort: { kind: 'number', help: 'port of the Edge THREAD (0: a free one)' },
  apiKey: { kind: 'text', help: 'the API key (demo-api-key)' },
  clientId: { kind: 'text', help: 'client id for IMS (demo-client)' },
  clientSecret: { kind: 'text', help: 'client secret for IMS (demo-secret)' },
  tokenLifetime: { kind: 'number', help: 'seconds an IMS token is good for (3600)' },
  errorStyle: { kind: 'text', help: 'how the socket API refuses: error, or code for result.code (error)' },
  subscribeReply: { kind: 'text', help: 'first answer to a subscription: subscriptionId, empty, none' },
  nextId: { kind: 'number', help: 'nextId that authenticate answers (100)' },
  closeOnRefusal: { kind: 'boolean', help: 'whether a refused authenticate closes the socket (false)' },
  idleTimeout: { kind: 'number', help: 'seconds without a request until a socket is closed, 0: never (0)' },
  chunkSize: { kind: 'number', help: 'points in one answer of getData (1000)' },
  dataOrder: { kind: 'text', help: 'order of the points of getData: ascending or descending (ascending)' },
  updateSize: { kind: 'number', help: 'observations in one update at most (1)' },
  fragment: { kind: 'number', help: 'bytes of one write or WebSocket frame, 0: whole (0)' },
  datesInclusive: { kind: 'boolean', help: 'whether startDate and endDate include their instant (true)' },
  duplicates: { kind: 'text', help: 'an upload of a time that is there: replace or ignore (replace)' },
  integrateStatus: { kind: 'number', help: 'status of integrate under a connection: 200 or 201 (200)' },
  unprocessableStatus: { kind: 'number', help: 'status of what cannot be processed: 402 or 422 (422)' },
  sensorTypesKey: { kind: 'text', help: 'key of the sensor types, with a blank before it or not' },
  listShape: { kind: 'text', help: 'how REST lists are written: object or array (object)' },
  speed: { kind: 'number', help: 'times faster than a reading of each mote each 5 s (1)' },
  live: { kind: 'boolean', help: 'whether readings come at all (true)' },
  stored: { kind: 'number', help: 'observations of each mote at the start (0)' },
  startReading: { kind: 'number', help: 'reading to begin with; the anomalies are at 2344 to 2460 (1)' },
  dataFile: { kind: 'text', help: 'CSV file of the readings' },
} as const satisfies OptionTable & Record<keyof ItwinSimulatorOptions, unknown>;

/** `npm run simulate -- itwin-iot` */
export const command: PlatformCommand = {
  options: OPTIONS,
  async start(values) {
    const simulator = await startItwinSimulator(values as ItwinSimulatorOptions);
    return {
      url: simulator.url,
      usage: usageOf(simulator, values),
      progress: () => progressLine(simulator),
      stop: () => simulator.stop(),
    };
  },
};

function usageOf(simulator: ItwinSimulator, given: object): string[] {
  const shown = (option: 'apiKey' | 'clientId' | 'clientSecret') =>
    option in given ? `<your --${option.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}>` : simulator[option];
  const key = shown('apiKey');
  const [sensor] = simulator.sensorIds;
  return [
    `socket API    ${simulator.socketUrl}  and  ${simulator.tcpUrl}`,
    `IMS           ${simulator.imsUrl}  client id ${shown('clientId')}, secret ${shown('clientSecret')}`,
    `newer API     ${simulator.sensorDataUrl}`,
    `Edge THREAD   ${simulator.edge.url}  and  ${simulator.edge.wsUrl}/port/{1,2,3}`,
    `API key       ${key}`,
    `projects      ${simulator.project.id} (default)  and  ${simulator.otherProject.id}`,
    `a sensor      ${sensor}`,
    '',
    `curl -H 'Authorization: ApiKey ${key}' ${simulator.url}/sensors/all`,
    `echo '{"jsonrpc":"2.0","id":0,"method":"authenticate","params":{"code":"${key}"}}' | nc -q 1 127.0.0.1 ${simulator.tcpPort}`,
  ];
}

function progressLine(simulator: ItwinSimulator): string {
  return Object.entries(progressOf(simulator))
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
