import { checkObject } from '../core/fields';
import { type Answer, HttpError, readJson } from '../core/http-answer';
import { someTexts } from './call';
import type { Kind, Sensor } from './entity';
import { entityObject } from './entity-object';
import { integrationObject } from './integration-object';
import { METRICS } from './metrics';
import { belongsTo } from './platform';
import type { Project } from './projects';
import { codedError, jsonAnswer } from './rest-answers';
import { optionalProject, type RestCall, type RestHandler, requiredProject } from './rest-call';
import { metricWithUnits } from './sensor-metrics';
import { DEVICE_TYPES, SENSOR_TYPES, type SensorType } from './types';

/** GET /nodes/all, /devices/all, /sensors/all; `pageSize` shortens the list, the text names no way to further pages. */
export function listEntities(kind: Kind): RestHandler {
  return (call) => {
    const { network } = call.platform;
    const entities = network.list(kind, optionalProject(call).id);
    const pageSize = pageSizeIn(call);
    return list(
      call,
      `${kind}s`,
      entities.slice(0, pageSize).map((entity) => entityObject(network, entity)),
    );
  };
}

/** GET /documents: one for each project; what a document holds is not documented. */
export function listDocuments(call: RestCall): Answer {
  const { id, name } = optionalProject(call);
  return list(call, 'documents', [{ id: `${id}-plan`, name: `Plan of ${name}.pdf`, projectId: id }]);
}

/** GET /profiles: the same. */
export function listProfiles(call: RestCall): Answer {
  const { id, name } = optionalProject(call);
  return list(call, 'profiles', [{ id: `${id}-profile`, name: `Profile of ${name}`, projectId: id }]);
}

/** GET /projects/{projectId} */
export function getProject(call: RestCall): Answer {
  const { id, iTwinId, name } = projectInPath(call);
  return jsonAnswer(200, { project: { id, iTwinId, name } });
}

/** GET /projects/{projectId}/dataUsage: observations of all its sensors; what it holds is not documented. */
export function getDataUsage(call: RestCall): Answer {
  const { id } = projectInPath(call);
  const sensors = call.platform.network.sensors(id);
  const observations = sensors.reduce((sum, { series }) => sum + series.count, 0);
  return jsonAnswer(200, { dataUsage: { projectId: id, sensors: sensors.length, observations } });
}

/** DELETE /projects/{projectId}: with it goes all it owns. Answers 204, which the text leaves open. */
export function deleteProject(call: RestCall): Answer {
  const { network, projects, counters } = call.platform;
  const project = projectInPath(call);
  for (const { id } of network.list('node', project.id)) network.remove(id);
  projects.delete(project);
  counters.provisioned.push({ operation: 'deleteProject', body: project.id });
  return { status: 204 };
}

/** GET /devices/types?excludeLegacy=true */
export function listDeviceTypes(call: RestCall): Answer {
  return jsonAnswer(200, { deviceTypes: DEVICE_TYPES.filter(wanted(call)) });
}

/** GET /sensors/types?excludeLegacy=true; the text writes the key with a blank before it. */
export function listSensorTypes(call: RestCall): Answer {
  const types = SENSOR_TYPES.filter(wanted(call)).map(sensorTypeObject);
  return jsonAnswer(200, { [call.platform.settings.sensorTypesKey]: types });
}

/** GET /metrics/types?excludeLegacy=true: "the catalog of all standard/known metrics and units". */
export function listMetricTypes(): Answer {
  return jsonAnswer(200, { standard: true, metrics: [...METRICS.keys()].map(metricTypeObject) });
}

/** POST /sensors/metrics `{ids}`: metrics with their units; with `filters=raw` the raw ones only. */
export async function sensorMetrics(call: RestCall): Promise<Answer> {
  const { platform, exchange } = call;
  const project = requiredProject(call);
  const { ids } = checkObject(await readJson(exchange.req), { ids: someTexts });
  const raw = exchange.query.get('filters') === 'raw';
  const known = ids
    .map((id) => platform.network.sensor(id))
    .filter((sensor): sensor is Sensor => sensor !== undefined && belongsTo(sensor, project));
  const entries = known.map(({ id, rawMetrics, metrics }) => [id, (raw ? rawMetrics : metrics).map(metricWithUnits)]);
  return jsonAnswer(200, { metricsBySensor: Object.fromEntries(entries) as unknown });
}

/** POST /integrations/{nodeId}: the id stands in the path as it is, so that two slashes meet. Names no project. */
export function getIntegration({ platform, exchange }: RestCall): Answer {
  const node = platform.network.get('node', exchange.params.nodeId ?? '');
  if (!node) throw codedError(404, 'ResourceNotFound', `there is no connection ${exchange.params.nodeId}`);
  const { network } = platform;
  const devices = network.children(node).map((device) => ({ device, sensors: network.children(device) as Sensor[] }));
  return jsonAnswer(200, integrationObject(network, node, devices));
}

/** "when making requests on projects themselves, projectIds will be required as a part of the url". */
function projectInPath({ platform, exchange, access }: RestCall): Project {
  const id = exchange.params.projectId ?? '';
  const project = platform.projects.find(id, { byITwinId: access.by === 'token' });
  if (!project) throw codedError(404, 'ResourceNotFound', 'no such project');
  return project;
}

function list({ platform }: RestCall, key: string, items: readonly unknown[]): Answer {
  return jsonAnswer(200, platform.settings.listShape === 'object' ? { [key]: items } : items);
}

function pageSizeIn({ exchange }: RestCall): number | undefined {
  const text = exchange.query.get('pageSize');
  if (text === null) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new HttpError(400, '"pageSize" must be a whole number from 1');
  return Number(text);
}

function wanted({ exchange }: RestCall): (type: { isDynamic: boolean }) => boolean {
  const excludeLegacy = exchange.query.get('excludeLegacy') === 'true';
  return ({ isDynamic }) => isDynamic || !excludeLegacy;
}

function sensorTypeObject({ id, name, rawMetrics, isDynamic }: SensorType): Record<string, unknown> {
  const metricsAndUnits = rawMetrics ? rawMetrics.map(metricTypeObject) : [GENERIC_METRIC];
  return { id, name, icon: 'smicon-circle', iconUnicode: '', metricsAndUnits, isDynamic };
}

const GENERIC_METRIC = {
  metric: 'GENERIC',
  id: 'GENERIC',
  displayName: 'generic',
  defaultUnit: 'GENERIC',
  units: [{ unit: 'GENERIC', id: 'GENERIC' }],
};

function metricTypeObject(id: string): Record<string, unknown> {
  const { displayName, units = [] } = METRICS.get(id) ?? {};
  const unitObjects = units.map(({ id: unit, name, notation }) => ({ unit, id: unit, displayName: name, notation }));
  return { metric: id, id, displayName, defaultUnit: units[0]?.id, units: unitObjects };
}
