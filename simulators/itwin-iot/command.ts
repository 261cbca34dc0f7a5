import { flagOf, type PlatformCommand } from '../core/command-line';
import { type ItwinSimulator, type ItwinSimulatorOptions, startItwinSimulator } from './index';
import { ITWIN_OPTIONS } from './options';
import { progressOf } from './progress';

/** `npm run simulate -- itwin-iot` */
export const command: PlatformCommand = {
  options: ITWIN_OPTIONS,
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
    option in given ? `<your --${flagOf(option)}>` : simulator[option];
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
