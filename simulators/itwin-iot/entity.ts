import type { SensorMetric } from './sensor-metrics';
import type { Series } from './series';

/** The three levels of the hierarchy; the text says node and connection for the same. */
export type Kind = 'node' | 'device' | 'sensor';

/** A node, device or sensor as it is kept. */
export interface Entity {
  readonly kind: Kind;
  readonly id: string;
  readonly type: string;
  props: Record<string, unknown>;
}

/** A sensor, with what it measures and has measured. */
export interface Sensor extends Entity {
  readonly kind: 'sensor';
  readonly observationType: string;
  /** In the order of the series' columns. */
  readonly rawMetrics: readonly SensorMetric[];
  /** Derived and raw ones. */
  readonly metrics: readonly SensorMetric[];
  readonly series: Series;
}

/** `/fn/6C4F6D/node`, `…/node/<kind>/<serial>/device`, `…/device/<name>/sensor`. */
const ID: Readonly<Record<Kind, RegExp>> = {
  node: /^\/[^/]+\/[^/]+\/node$/,
  device: /^\/[^/]+\/[^/]+\/node\/[^/]+\/[^/]+\/device$/,
  sensor: /^\/[^/]+\/[^/]+\/node\/[^/]+\/[^/]+\/device\/[^/]+\/sensor$/,
};

/** Whether an id has the form of the text's examples. */
export function isId(kind: Kind, id: string): boolean {
  return ID[kind].test(id);
}

/** The node an id belongs to, or of itself: `/fn/6C4F6D/node`. */
export function nodeIdOf(id: string): string {
  return id.split('/').slice(0, 4).join('/');
}

/** The device of a sensor. */
export function deviceIdOf(sensorId: string): string {
  return sensorId.split('/').slice(0, 7).join('/');
}
