import type { Exchange, Handler } from '../core/http-api';
import type { Route } from '../core/router';
import { type Access, allows } from './access';
import { integrate } from './integrate';
import type { Platform } from './platform';
import { fieldError } from './rest-answers';
import { type RestHandler, requiredProject } from './rest-call';
import * as reads from './rest-reads';
import { uploadObservations } from './rest-upload';

/** Every operation of the text below `/api`, and the right a token's scopes must give. */
const OPERATIONS: Readonly<Record<string, { right: 'read' | 'modify'; handle: RestHandler }>> = {
  'GET /nodes/all': { right: 'read', handle: reads.listEntities('node') },
  'GET /devices/all': { right: 'read', handle: reads.listEntities('device') },
  'GET /sensors/all': { right: 'read', handle: reads.listEntities('sensor') },
  'GET /documents': { right: 'read', handle: reads.listDocuments },
  'GET /profiles': { right: 'read', handle: reads.listProfiles },
  'GET /projects/{projectId}': { right: 'read', handle: reads.getProject },
  'DELETE /projects/{projectId}': { right: 'modify', handle: reads.deleteProject },
  'GET /projects/{projectId}/dataUsage': { right: 'read', handle: reads.getDataUsage },
  'GET /devices/types': { right: 'read', handle: reads.listDeviceTypes },
  'GET /sensors/types': { right: 'read', handle: reads.listSensorTypes },
  'GET /metrics/types': { right: 'read', handle: reads.listMetricTypes },
  'POST /sensors/metrics': { right: 'read', handle: reads.sensorMetrics },
  'POST /integrations/integrate': { right: 'modify', handle: (call) => integrate(call, requiredProject(call)) },
  'POST /integrations/{nodeId...}': { right: 'read', handle: reads.getIntegration },
  'POST /data/upload': { right: 'modify', handle: uploadObservations },
};

/** The REST API of the text. */
export function restRoutes(platform: Platform): Route<Handler>[] {
  return Object.entries(OPERATIONS).map(([operation, { right, handle }]) => {
    const [method = '', path = ''] = operation.split(' ');
    return {
      method,
      path,
      handle: (exchange) => handle({ platform, exchange, access: requireAccess(platform, exchange, right) }),
    };
  });
}

/** 401 for everything that is wrong with the authorization, missing scopes too, as the text tells. */
function requireAccess(platform: Platform, exchange: Exchange, right: 'read' | 'modify'): Access {
  const refuse = (message: string) => fieldError(401, message, 'Authorization');
  if (platform.faults.take('wrong-credentials', exchange)) throw refuse('simulated wrong credentials');
  const access = platform.credentials.ofHeader(exchange.req.headers.authorization);
  if ('problem' in access) throw refuse(access.problem);
  if (!allows(access, right)) throw refuse(`Token does not have the scope sensor-data:${right}`);
  return access;
}
