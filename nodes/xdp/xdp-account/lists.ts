import type { PickItem } from '../../core/node-red/account-type';
import { deadline } from '../../core/timing';
import type { XdpEvent } from '../client/events';
import type { XdpClient } from '../client/xdp-client';
import type { StreamName } from '../streams';

/** Somebody waits in front of a dialog. */
const TIMEOUT = 10_000;

/** Pick lists: what the stored events of a stream leave behind when they are played through. */
export const lists = {
  'end-devices': (client: XdpClient) => replay(client, 'end-devices', takeEndDevice),
  'end-device-types': (client: XdpClient) => replay(client, 'end-device-types', takeType),
  'observation-types': (client: XdpClient) => replay(client, 'observation-types', takeType),
};

type Take = (items: Map<string, string>, event: XdpEvent) => void;

async function replay(client: XdpClient, stream: StreamName, take: Take): Promise<PickItem[]> {
  const { readStored } = require('../client/read-stored') as typeof import('../client/read-stored');
  const items = new Map<string, string>();
  const limit = deadline(TIMEOUT);
  const reading = readStored(client, {
    stream,
    secrets: false,
    offsets: {},
    timeout: TIMEOUT,
    signal: limit.signal,
    onEvent: (event) => take(items, event),
    // A list without one of its entries still helps; what cannot be read is reported by the nodes of the flow.
    onSkipped: () => undefined,
  });
  await reading.finally(() => limit.clear());
  const sorted = [...items].sort(([, a], [, b]) => a.localeCompare(b));
  return sorted.map(([value, label]) => ({ value, label }));
}

function takeEndDevice(items: Map<string, string>, { name, data }: XdpEvent): void {
  const address = String(data.nwkAddr);
  if (name === 'NwkAddrRemoved') items.delete(address);
  else if (name === 'NameUpdated') items.set(address, String(data.name));
  else if (!items.has(address)) items.set(address, '');
}

function takeType(items: Map<string, string>, { name, data }: XdpEvent): void {
  const topic = String(data.topic);
  if (name.endsWith('Removed')) items.delete(topic);
  else items.set(topic, String(data.name ?? ''));
}
