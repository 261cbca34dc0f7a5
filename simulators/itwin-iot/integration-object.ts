import { deviceIdOf, type Entity, type Sensor } from './entity';
import { observedProps } from './entity-object';
import type { Network } from './network';

/** A device with those of its sensors that are told. */
export interface DeviceWithSensors {
  readonly device: Entity;
  readonly sensors: readonly Sensor[];
}

/** `{integration: {node, devices: [{device, sensors}]}}`, as `integrate` and the retrieval of an integration answer. */
export function integrationObject(network: Network, node: Entity, devices: readonly DeviceWithSensors[]): object {
  return {
    integration: {
      node: { props: propsOf(network, node), id: node.id, type: node.type },
      devices: devices.map(({ device, sensors }) => ({
        device: { props: propsOf(network, device), id: device.id, type: device.type },
        sensors: sensors.map((sensor) => ({
          props: sensor.props,
          id: sensor.id,
          observationType: sensor.observationType,
          type: sensor.type,
          device: deviceIdOf(sensor.id),
        })),
      })),
    },
  };
}

/** A time as these answers write it: `2024-03-05T10:27:22.553+00:00`, unlike the socket API's `…Z`. */
export function offsetTime(date: Date): string {
  return date.toISOString().replace('Z', '+00:00');
}

/** The properties with what the text's examples count: SIZE of a device, OBSERVATION_COUNT of a node that has any. */
function propsOf(network: Network, entity: Entity): Record<string, unknown> {
  const { SIZE, OBSERVATION_COUNT } = observedProps(network, entity);
  if (entity.kind === 'device') return { ...entity.props, SIZE };
  const { NODE_ID: _itself, ...props } = entity.props;
  return OBSERVATION_COUNT === 0 ? props : { ...props, OBSERVATION_COUNT };
}
