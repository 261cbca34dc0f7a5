import { randomBytes } from 'node:crypto';
import { isObject } from '../core/fields';
import { type Answer, readJson } from '../core/http-answer';
import type { Entity, Sensor } from './entity';
import { changesOf, type DeviceChange, type SensorChange } from './integration-changes';
import { type DeviceWithSensors, integrationObject, offsetTime } from './integration-object';
import { belongsTo, type Platform } from './platform';
import type { Project } from './projects';
import { codedError, jsonAnswer } from './rest-answers';
import type { RestCall } from './rest-call';

const CODE = 'InvalidProcessIntegrationRequest';

/**
 * POST /integrations/integrate. Simple: `integration.changeState: "new"` makes a connection with its devices and
 * sensors at once. Advanced: `integration.nodeId` names the connection to change. All or nothing.
 */
export async function integrate({ platform, exchange }: RestCall, project: Project): Promise<Answer> {
  const { settings, counters, network } = platform;
  const body = await readJson(exchange.req);
  const integration = isObject(body) && isObject(body.integration) ? body.integration : {};
  const simple = integration.nodeId === undefined;
  const known = simple ? undefined : network.get('node', String(integration.nodeId));
  // "failing to provide will result in a 422 error"
  if (simple ? integration.changeState !== 'new' : !belongsTo(known, project)) {
    throw codedError(
      settings.unprocessableStatus,
      CODE,
      'Cannot process integration ensure the provided nodeId is valid.',
    );
  }
  const below = known ? network.children(known) : [];
  const changes = changesOf(integration.devices, below, (device) => network.children(device) as Sensor[]);
  if (typeof changes === 'string') throw codedError(simple ? 400 : settings.unprocessableStatus, CODE, changes);
  const node = known ?? newNode(platform, project, integration.props);
  const touched = changes.flatMap((change) => applyToDevice(platform, node, change));
  counters.provisioned.push({ operation: 'integrate', body });
  return jsonAnswer(simple ? 200 : settings.integrateStatus, integrationObject(network, node, touched));
}

function newNode({ network }: Platform, project: Project, props: unknown): Entity {
  const serial = newSerial();
  return network.add('node', `/api/${serial}/node`, 'DYNAMIC', {
    SERIAL_NO: serial,
    CREATION_DATE: offsetTime(new Date()),
    INTEGRATION_ID: 'NODE_API_SDE',
    NAME: `Data Source API Import ${serial}`,
    ...(isObject(props) ? props : {}),
    PROJECT_ID: project.id,
  });
}

function applyToDevice(platform: Platform, node: Entity, change: DeviceChange): DeviceWithSensors[] {
  const { network } = platform;
  if (change.changeState === 'remove') {
    network.remove(change.entity.id);
    return [];
  }
  if (change.changeState === 'update') network.update(change.entity, change.props);
  const device =
    change.changeState === 'new'
      ? network.add('device', `${node.id}/dynamic/${newSerial()}/device`, 'DYNAMIC', created(change))
      : change.entity;
  return [{ device, sensors: change.sensors.flatMap((sensor) => applyToSensor(platform, device, sensor)) }];
}

function applyToSensor({ network }: Platform, device: Entity, change: SensorChange): Sensor[] {
  if (change.changeState === 'remove') {
    network.remove(change.entity.id);
    return [];
  }
  if (change.changeState === 'new') {
    const id = `${device.id}/${newSerial()}/sensor`;
    return [network.addSensor(id, 'DYNAMIC', 'DYNAMIC', created(change), change.rawMetrics)];
  }
  if (change.changeState === 'update') network.update(change.entity, change.props);
  return [change.entity as Sensor];
}

/** In the text's example the refId of a new entity is found again as its SERIAL_NO, in place of the one it was given. */
function created({ props, refId }: { props: Record<string, unknown>; refId?: string }): Record<string, unknown> {
  return { CREATION_DATE: offsetTime(new Date()), ...props, ...(refId === undefined ? {} : { SERIAL_NO: refId }) };
}

/** Six hex digits, as in `/api/B6627B/node`. */
function newSerial(): string {
  return randomBytes(3).toString('hex').toUpperCase();
}
