import type { Handler } from '../core/http-api';
import type { Route } from '../core/router';
import { type ControlCenter, type SiteHandler, siteOf } from './control-center';
import { login } from './login';
import { postRecordings } from './post-recordings';
import * as provisioning from './provisioning';
import * as streams from './streams';

/** Every operation of the platform text but the login, each on the site its namespace names. */
const SITE_ROUTES: Record<string, SiteHandler> = {
  'GET /end-devices/events': streams.streamEndDevices,
  'POST /end-devices/events': provisioning.postEndDeviceEvents,
  'PUT /end-devices/{nwkAddr}': provisioning.putEndDevice,
  'DELETE /end-devices/{nwkAddr}': provisioning.deleteEndDevice,
  'DELETE /end-devices/{nwkAddr}/session': provisioning.deleteEndDeviceSession,
  'GET /end-device-types/events': streams.streamEndDeviceTypes,
  'PUT /end-device-types/{topic}': provisioning.putEndDeviceType,
  'DELETE /end-device-types/{topic}': provisioning.deleteEndDeviceType,
  'GET /recordings/events': streams.streamRecordings,
  'POST /recordings/events': postRecordings,
  'GET /observation-types/events': streams.streamObservationTypes,
  'PUT /observation-types/{topic}': provisioning.putObservationType,
  'DELETE /observation-types/{topic}': provisioning.deleteObservationType,
  'PUT /secrets/{path}': provisioning.putSecret,
};

/** The API of a control center. */
export function routesOf(center: ControlCenter): Route<Handler>[] {
  const routes: Route<Handler>[] = [{ method: 'POST', path: '/login', handle: (exchange) => login(center, exchange) }];
  for (const [operation, handle] of Object.entries(SITE_ROUTES)) {
    const [method = '', path = ''] = operation.split(' ');
    routes.push({ method, path, handle: (exchange) => handle(siteOf(center, exchange), exchange, center) });
  }
  return routes;
}
