import { randomUUID } from 'node:crypto';
import { anyText, checkObject, optional, type ShapeOf } from '../core/fields';
import type { EndDeviceEvent } from './end-device-events';
import type { EndDevice } from './end-devices';
import { base64, base64ToHex, devEui, position, uint32, uuid } from './fields';

/** The keys of a device: appKey and nwkKey for OTAA, the others for ABP. */
const SECRETS = {
  appKey: optional(base64),
  appSKey: optional(base64),
  fNwkSIntKey: optional(base64),
  nwkKey: optional(base64),
  nwkSEncKey: optional(base64),
  sNwkSIntKey: optional(base64),
};

/** The body of "PUT /end-devices/{nwkAddr}". */
const UPDATE = {
  ...SECRETS,
  devEUI: optional(devEui),
  endDeviceTopic: anyText,
  name: optional(anyText),
  position: optional(position),
  version: optional(uint32),
  secretsUpdatedNonce: optional(uuid),
};

type Update = ShapeOf<typeof UPDATE>;

/** The body, checked; throws 400 that names the wrong field. */
export function checkEndDeviceUpdate(body: unknown): Update {
  return checkObject(body, UPDATE);
}

/**
 * The events that establish or update a device: one for each field given, and, when a secret is not what it was,
 * `SecretsUpdated` and `NoncesUpdated` ("If a secret is updated then the device's session is also reset").
 */
export function eventsOfUpdate(nwkAddr: number, update: Update, device: EndDevice | undefined): EndDeviceEvent[] {
  const { devEUI, name, position, version } = update;
  const events: EndDeviceEvent[] = [];
  if (!device || devEUI !== undefined) {
    events.push({ type: 'NwkAddrUpdated', data: devEUI === undefined ? { nwkAddr } : { devEUI, nwkAddr } });
  }
  if (name !== undefined) events.push({ type: 'NameUpdated', data: { name, nwkAddr } });
  events.push({ type: 'TopicUpdated', data: { nwkAddr, topic: update.endDeviceTopic } });
  if (position !== undefined) {
    events.push({ type: 'PositionUpdated', data: { nwkAddr, position, time: new Date().toISOString() } });
  }
  if (version !== undefined) events.push({ type: 'VersionUpdated', data: { nwkAddr, version } });
  const secrets = changedSecrets(update, device);
  if (Object.keys(secrets).length > 0) {
    const nonce = update.secretsUpdatedNonce ?? randomUUID();
    events.push({ type: 'SecretsUpdated', data: { nonce, nwkAddr, secrets: { ...device?.secrets, ...secrets } } });
    events.push(sessionReset(nwkAddr));
  }
  return events;
}

/** The event that ends a device's session: its counters and nonces begin anew. */
export function sessionReset(nwkAddr: number): EndDeviceEvent {
  return { type: 'NoncesUpdated', data: { devNonce: 0, joinNonce: 0, nwkAddr } };
}

function changedSecrets(update: Update, device: EndDevice | undefined): Record<string, string> {
  const changed: Record<string, string> = {};
  for (const name of Object.keys(SECRETS) as (keyof typeof SECRETS)[]) {
    const given = update[name];
    if (given === undefined) continue;
    const hex = base64ToHex(given);
    if (device?.secrets[name] !== hex) changed[name] = hex;
  }
  return changed;
}
