import { randomBytes } from 'node:crypto';
import { eventsOfUpdate } from './end-device-update';
import type { Site } from './site';

/** Topic of the observation type of the motes' readings. */
export const OBSERVATION_TOPIC = 'humidity-temperature-data-up-json';
/** Topic of the motes' end device type. */
export const END_DEVICE_TOPIC = 'telosb-data-up-mac-payload';

const SECRET_PATH = 'secrets.humidity-temperature.key';

/** Rendered by the platform's own user interface; nothing here runs it. */
const VIEW =
  'function(endDevice, latestObservation){return latestObservation.data.humidity + " %, " + latestObservation.data.temperature + " °C";}';

/** Places of the four motes; made up, near the position in the text's example. */
const POSITIONS = [
  { lat: -37.110457, lng: 146.15818 },
  { lat: -37.110612, lng: 146.158342 },
  { lat: -37.111034, lng: 146.157761 },
  { lat: -37.111388, lng: 146.159027 },
];

/**
 * Network address of a mote, 1 to 4: 23353857 to 23353860.
 * It is the address the text derives from a devEUI: the lower 32 bits, bitwise AND 01ffffff.
 */
export function nwkAddrOf(mote: number): number {
  return devEuiOf(mote).readUInt32BE(4) & 0x01ffffff;
}

/** A new 128-bit key as hex digits. */
export function newKey(): string {
  return randomBytes(16).toString('hex').toUpperCase();
}

/** Provisions the four motes of the data file, their type and the observation type, with fresh keys. */
export function provisionMotes(site: Site): void {
  site.endDeviceTypes.put({ name: 'TelosB motes', topic: END_DEVICE_TOPIC });
  site.observationTypes.put({
    name: 'Humidity and temperature',
    secretPath: SECRET_PATH,
    topic: OBSERVATION_TOPIC,
    view: VIEW,
  });
  site.secrets.set(SECRET_PATH, newKey());
  for (const [index, position] of POSITIONS.entries()) provisionMote(site, index + 1, position);
}

function provisionMote(site: Site, mote: number, position: { lat: number; lng: number }): void {
  const update = {
    appKey: randomBytes(16).toString('base64'),
    nwkKey: randomBytes(16).toString('base64'),
    devEUI: devEuiOf(mote).toString('base64'),
    endDeviceTopic: END_DEVICE_TOPIC,
    name: `Mote ${mote} (${mote <= 2 ? 'indoor' : 'outdoor'})`,
    position,
    version: 1,
  };
  for (const event of eventsOfUpdate(nwkAddrOf(mote), update, undefined)) site.endDevices.apply(event);
}

function devEuiOf(mote: number): Buffer {
  const devEui = Buffer.from('0200F1E1D1645A00', 'hex');
  devEui.writeUInt8(mote, 7);
  return devEui;
}
