import { anyText, checkObject } from '../core/fields';
import { HttpError, readJson, readText, requireType } from '../core/http-answer';
import type { Exchange } from '../core/http-api';
import { parseJsonLines } from '../core/json-lines';
import { accepted, flag, type SiteHandler } from './control-center';
import { checkEndDeviceEvent } from './end-device-events';
import { checkEndDeviceUpdate, eventsOfUpdate, sessionReset } from './end-device-update';
import { parseNwkAddr } from './fields';
import { newKey } from './motes';
import type { Site } from './site';

/** PUT /end-devices/{nwkAddr} */
export const putEndDevice: SiteHandler = async (site, exchange, center) => {
  const nwkAddr = nwkAddrIn(exchange);
  const body = await readJson(exchange.req);
  const update = checkEndDeviceUpdate(body);
  for (const event of eventsOfUpdate(nwkAddr, update, site.endDevices.get(nwkAddr))) site.endDevices.apply(event);
  return accepted(center, exchange, body);
};

/** POST /end-devices/events. `provisionKeys` is taken, but the text does not say which keys: it does nothing. */
export const postEndDeviceEvents: SiteHandler = async (site, exchange, center) => {
  flag(exchange.query, 'provisionKeys');
  requireType(exchange.req, 'application/json');
  const events = parseJsonLines(await readText(exchange.req), checkEndDeviceEvent);
  for (const event of events) site.endDevices.apply(event);
  return accepted(
    center,
    exchange,
    events.map(({ type, data }) => ({ ...data, type })),
  );
};

/** DELETE /end-devices/{nwkAddr} */
export const deleteEndDevice: SiteHandler = (site, exchange, center) => {
  const nwkAddr = knownDevice(site, exchange);
  site.endDevices.apply({ type: 'NwkAddrRemoved', data: { nwkAddr } });
  return accepted(center, exchange);
};

/** DELETE /end-devices/{nwkAddr}/session */
export const deleteEndDeviceSession: SiteHandler = (site, exchange, center) => {
  site.endDevices.apply(sessionReset(knownDevice(site, exchange)));
  return accepted(center, exchange);
};

/** PUT /end-device-types/{topic} */
export const putEndDeviceType: SiteHandler = async (site, exchange, center) => {
  const body = await readJson(exchange.req);
  const { name } = checkObject(body, { name: anyText });
  site.endDeviceTypes.put({ name, topic: topicIn(exchange) });
  return accepted(center, exchange, body);
};

/** DELETE /end-device-types/{topic} */
export const deleteEndDeviceType: SiteHandler = (site, exchange, center) => {
  if (!site.endDeviceTypes.remove(topicIn(exchange))) throw new HttpError(404, 'no such end device type');
  return accepted(center, exchange);
};

/** PUT /observation-types/{topic}; with `provisionKeys=true` "a key value will also be generated and stored". */
export const putObservationType: SiteHandler = async (site, exchange, center) => {
  const provisionKeys = flag(exchange.query, 'provisionKeys');
  const body = await readJson(exchange.req);
  const { name, secretPath, view } = checkObject(body, { name: anyText, secretPath: anyText, view: anyText });
  if (provisionKeys) site.secrets.set(secretPath, newKey());
  site.observationTypes.put({ name, secretPath, topic: topicIn(exchange), view });
  return accepted(center, exchange, body);
};

/** DELETE /observation-types/{topic} */
export const deleteObservationType: SiteHandler = (site, exchange, center) => {
  if (!site.observationTypes.remove(topicIn(exchange))) throw new HttpError(404, 'no such observation type');
  return accepted(center, exchange);
};

/** PUT /secrets/{path}, the value as text/plain. */
export const putSecret: SiteHandler = async (site, exchange, center) => {
  requireType(exchange.req, 'text/plain');
  const value = await readText(exchange.req);
  if (value === '') throw new HttpError(400, 'the secret is empty');
  site.secrets.set(exchange.params.path ?? '', value);
  return accepted(center, exchange, value);
};

function nwkAddrIn({ params }: Exchange): number {
  const nwkAddr = parseNwkAddr(params.nwkAddr ?? '');
  if (nwkAddr === undefined) throw new HttpError(400, 'the nwkAddr in the path must be a UInt32');
  return nwkAddr;
}

function knownDevice(site: Site, exchange: Exchange): number {
  const nwkAddr = nwkAddrIn(exchange);
  if (!site.endDevices.get(nwkAddr)) throw new HttpError(404, 'no such end device');
  return nwkAddr;
}

function topicIn({ params }: Exchange): string {
  return params.topic ?? '';
}
