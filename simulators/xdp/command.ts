import type { PlatformCommand } from '../core/command-line';
import { startXdpSimulator, type XdpSimulator, type XdpSimulatorOptions } from './index';
import { XDP_OPTIONS } from './options';
import { progressOf } from './progress';

/** `npm run simulate -- xdp` */
export const command: PlatformCommand = {
  options: XDP_OPTIONS,
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
