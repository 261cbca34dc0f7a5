import { sensorIdOf } from './demo-network';
import type { Kind, Sensor } from './entity';
import { entityObject } from './entity-object';
import type { Network } from './network';
import type { Replay } from './replay';
import type { ItwinSimulator, MadeObservation, NewObservation } from './simulator';
import { rawValues } from './uploads';

type State = Pick<ItwinSimulator, 'nodes' | 'devices' | 'sensors' | 'observations' | 'append' | 'burst'>;

/** What a test sees of the platform's state, and what it makes happen. */
export function stateOf(network: Network, replay: Replay): State {
  const objects = (kind: Kind) => () => network.list(kind).map((entity) => entityObject(network, entity));
  return {
    nodes: objects('node'),
    devices: objects('device'),
    sensors: objects('sensor'),
    observations(sensorId) {
      const sensors = sensorId === undefined ? network.sensors() : [sensorNamed(network, sensorId)];
      return sensors.flatMap((sensor) =>
        Array.from({ length: sensor.series.count }, (_, rank) => observationAt(sensor, rank)),
      );
    },
    append: (observation) => append(network, observation),
    burst(count, sensorId = sensorIdOf(1)) {
      const mote = [1, 2, 3, 4].find((one) => sensorIdOf(one) === sensorId);
      if (mote === undefined) throw new RangeError(`${sensorId} is no mote's sensor`);
      replay.burst(count, sensorNamed(network, sensorId), mote);
    },
  };
}

function append(network: Network, { sensorId, timestamp, values }: NewObservation): MadeObservation {
  const sensor = sensorNamed(network, sensorId);
  const row = rawValues(sensor, values);
  const time = timestamp === undefined ? Date.now() : Date.parse(timestamp);
  if (!row || Number.isNaN(time)) throw new RangeError('a time and a value for each raw metric are needed');
  network.observe(sensor, time, row);
  return { sensorId, timestamp: new Date(time).toISOString(), values };
}

function sensorNamed(network: Network, id: string): Sensor {
  const sensor = network.sensor(id);
  if (!sensor) throw new RangeError(`there is no sensor ${id}`);
  return sensor;
}

function observationAt({ id, series, rawMetrics }: Sensor, rank: number): MadeObservation {
  const position = series.at(rank);
  const values = rawMetrics.map(({ metric, column }) => [metric.id, series.value(position, column)]);
  return {
    sensorId: id,
    timestamp: new Date(series.time(position)).toISOString(),
    values: Object.fromEntries(values) as Record<string, number>,
  };
}
