import { anyText, optional } from '../core/fields';
import { Signal } from '../core/signal';
import { type Call, entityOf, object, paramsOf, requireModify, someTexts, texts } from './call';
import { deviceIdOf, type Entity, isId, type Kind, nodeIdOf } from './entity';
import { entityObject } from './entity-object';
import { CODES, RpcError } from './json-rpc';
import { rawMetricsOf } from './sensor-metrics';
import type { SubscriptionKind } from './subscriptions';
import { DEVICE_TYPES, sensorTypeNamed } from './types';

/** `{nodes?}`, `{devices?}`, `{sensors?}` → the objects; without ids all of the project, an unknown id is left out. */
export function getEntities(kind: Kind) {
  return (call: Call): unknown => {
    const key = `${kind}s`;
    const { params, project } = paramsOf(call, { [key]: optional(texts) });
    const { network } = call.platform;
    const ids = params[key];
    const found = network.list(kind, project.id).filter(({ id }) => !ids || ids.includes(id));
    return found.map((entity) => entityObject(network, entity));
  };
}

/** `{nodes}`, `{devices}`, `{sensors}`: an update `{data: <the object>}` for each change of one of them. */
export function subscribeEntities(kind: Kind) {
  return (call: Call): unknown => {
    const key = `${kind}s`;
    const { params, project } = paramsOf(call, { [key]: someTexts });
    const ids = new Set((params[key] ?? []).map((id) => entityOf(call, kind, id, project).id));
    return call.session.subscriptions.open(call, KINDS[kind], (stop) => followChanges(call, ids, stop));
  };
}

const KINDS: Readonly<Record<Kind, SubscriptionKind>> = { node: 'Nodes', device: 'Devices', sensor: 'Sensors' };

/** `{id: <subscriptionId>}` → `{}`; the text shows no answer. */
export function unsubscribe(kind: SubscriptionKind) {
  return (call: Call): unknown => {
    const { id } = (call.params ?? {}) as { id?: unknown };
    call.session.subscriptions.close(kind, id);
    return {};
  };
}

/** `{node, type, props}`; props.VERSION is a "Required field". */
export function createNode(call: Call): unknown {
  requireModify(call);
  const { params, project } = paramsOf(call, { node: anyText, type: anyText, props: object });
  if (params.props.VERSION === undefined) throw new RpcError(CODES.invalidParams, '"props.VERSION" is required');
  const id = newId(call, 'node', params.node);
  const props = { ACCESSIBLE: true, SERIAL_NO: id.split('/')[2], ...params.props, PROJECT_ID: project.id };
  const node = call.platform.network.add('node', id, params.type, props);
  return created(call, 'createNode', node, ['SERIAL_NO', 'VERSION']);
}

/** `{device, type, props}`; props.NODE_ID is a "Required field". */
export function createDevice(call: Call): unknown {
  requireModify(call);
  const { params, project } = paramsOf(call, { device: anyText, type: anyText, props: object });
  const { NODE_ID: nodeId } = params.props;
  if (typeof nodeId !== 'string') throw new RpcError(CODES.invalidParams, '"props.NODE_ID" is required');
  const id = newId(call, 'device', params.device);
  entityOf(call, 'node', nodeId, project);
  if (nodeIdOf(id) !== nodeId) throw new RpcError(CODES.invalidParams, 'the device must be one of its node');
  if (!DEVICE_TYPES.some((type) => type.id === params.type)) {
    throw new RpcError(CODES.invalidParams, `there is no device type "${params.type}"`);
  }
  const device = call.platform.network.add('device', id, params.type, { ACCESSIBLE: true, ...params.props });
  return created(call, 'createDevice', device, []);
}

/** `{sensor, observationType, type, props}`; its device is the one its id names. */
export function createSensor(call: Call): unknown {
  requireModify(call);
  const { params, project } = paramsOf(call, {
    sensor: anyText,
    observationType: optional(anyText),
    type: anyText,
    props: optional(object),
  });
  const id = newId(call, 'sensor', params.sensor);
  const device = entityOf(call, 'device', deviceIdOf(id), project);
  const type = sensorTypeNamed(params.type);
  if (!type) throw new RpcError(CODES.invalidParams, `there is no sensor type "${params.type}"`);
  const rawMetrics = rawMetricsOf(type, params.props ?? {});
  if (!rawMetrics) throw new RpcError(CODES.invalidParams, 'a generic sensor must have metrics and units');
  const props = { ACCESSIBLE: true, SERIAL_NO: device.id.split('/')[5], ...params.props };
  const observationType = params.observationType ?? params.type;
  const sensor = call.platform.network.addSensor(id, params.type, observationType, props, rawMetrics);
  return { ...created(call, 'createSensor', sensor, []), device: device.id };
}

/** `{node | device | sensor, props}` → the object: "Overwrite existing configuration parameters of a single" one. */
export function updateEntity(kind: Kind) {
  return (call: Call): unknown => {
    requireModify(call);
    const { params, project } = paramsOf(call, { [kind]: anyText, type: optional(anyText), props: optional(object) });
    const { [kind]: id, props = {} } = params as Record<string, unknown> & { props?: Record<string, unknown> };
    const { network, counters } = call.platform;
    const entity = entityOf(call, kind, String(id), project);
    network.update(entity, props);
    counters.provisioned.push({ operation: `update${capital(kind)}`, body: call.params });
    return entityObject(network, entity);
  };
}

/** A new id, in the form of the text's examples; its tables write the same ids with a slash at the end. */
function newId({ platform }: Call, kind: Kind, given: string): string {
  const id = given.replace(/\/$/, '');
  if (!isId(kind, id)) throw new RpcError(CODES.invalidParams, `"${given}" does not follow the format of a ${kind} id`);
  if (platform.network.get(kind, id)) throw new RpcError(CODES.exists, `the ${kind} ${id} exists already`);
  return id;
}

/** The answer of a creation, which, in the text's examples, leaves some properties out. */
function created(call: Call, operation: string, { id, type, props }: Entity, left: string[]): Record<string, unknown> {
  call.platform.counters.provisioned.push({ operation, body: call.params });
  const shown = Object.entries(props).filter(([name]) => name !== 'PROJECT_ID' && !left.includes(name));
  return { id, type, props: Object.fromEntries(shown) };
}

/** Notes each change as it happens, and sends them one after the other. */
function followChanges({ platform, update }: Call, ids: ReadonlySet<string>, stop: AbortSignal): () => Promise<void> {
  const { network } = platform;
  const changes: string[] = [];
  const changed = new Signal();
  const unwatch = network.watch((entity) => {
    if (!ids.has(entity.id)) return;
    changes.push(JSON.stringify({ data: entityObject(network, entity) }));
    changed.notify();
  });
  stop.addEventListener('abort', unwatch, { once: true });
  return async () => {
    while (!stop.aborted) {
      const next = changes.shift();
      if (next === undefined) await changed.wait(stop);
      else await update(next);
    }
  };
}

function capital(kind: Kind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}
