import { anyText, checkObject, isObject, optional, type ShapeOf } from '../core/fields';
import { HttpError } from '../core/http-answer';
import { devEui, hexValues, isoTime, position, uint32, uint64, uuid } from './fields';

/** The events of end devices and their fields, as tabled under "GET (SSE) /end-devices/events". */
const EVENTS = {
  BatteryLevelUpdated: { nwkAddr: uint32, time: isoTime, voltage: uint64 },
  NameUpdated: { name: anyText, nwkAddr: uint32 },
  NoncesUpdated: { devNonce: uint32, joinNonce: uint32, nwkAddr: uint32 },
  // The table has devEUI in every event, but a device can be made (PUT) without one.
  NwkAddrUpdated: { devEUI: optional(devEui), nwkAddr: uint32 },
  NwkAddrRemoved: { nwkAddr: uint32 },
  PositionUpdated: { nwkAddr: uint32, position, time: isoTime },
  SecretsUpdated: { nonce: uuid, nwkAddr: uint32, secrets: optional(hexValues) },
  TopicUpdated: { nwkAddr: uint32, topic: anyText },
  VersionUpdated: { nwkAddr: uint32, version: uint32 },
};

type EventType = keyof typeof EVENTS;

/** One end device event: its name and its fields. */
export type EndDeviceEvent = { [K in EventType]: { type: K; data: ShapeOf<(typeof EVENTS)[K]> } }[EventType];

/**
 * A posted event: the fields in a flat object "with the addition of a type field to indicate the event type".
 * Throws 400 when the type is unknown or a field is wrong.
 */
export function checkEndDeviceEvent(value: unknown): EndDeviceEvent {
  if (!isObject(value)) throw new HttpError(400, 'a JSON object is expected');
  const { type, ...fields } = value;
  if (!isEventType(type)) throw new HttpError(400, `"type" must be one of ${Object.keys(EVENTS).join(', ')}`);
  return { type, data: checkObject(fields, EVENTS[type]) } as EndDeviceEvent;
}

function isEventType(type: unknown): type is EventType {
  return typeof type === 'string' && Object.hasOwn(EVENTS, type);
}
