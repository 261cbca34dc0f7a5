import { Signal } from '../core/signal';
import { deviceIdOf, type Entity, type Kind, nodeIdOf, type Sensor } from './entity';
import { allMetricsOf, type SensorMetric } from './sensor-metrics';
import { Series } from './series';

/** The hierarchy of nodes, devices and sensors of all projects, in order of their creation. */
export class Network {
  /** Notified when a sensor has a new observation. */
  readonly observed = new Signal();
  readonly #entities = new Map<string, Entity>();
  readonly #watching = new Set<(entity: Entity) => void>();

  /** All of one kind, or of one project. */
  list(kind: Kind, projectId?: string): Entity[] {
    const wanted = [...this.#entities.values()].filter((entity) => entity.kind === kind);
    return projectId === undefined ? wanted : wanted.filter(({ props }) => props.PROJECT_ID === projectId);
  }

  get(kind: Kind, id: string): Entity | undefined {
    const entity = this.#entities.get(id);
    return entity?.kind === kind ? entity : undefined;
  }

  sensor(id: string): Sensor | undefined {
    return this.get('sensor', id) as Sensor | undefined;
  }

  sensors(projectId?: string): Sensor[] {
    return this.list('sensor', projectId) as Sensor[];
  }

  /** Adds a node or a device; a device takes the project of its node. */
  add(kind: 'node' | 'device', id: string, type: string, props: Record<string, unknown>): Entity {
    const entity: Entity = { kind, id, type, props: this.#owned(kind, id, props) };
    this.#entities.set(id, entity);
    return entity;
  }

  addSensor(
    id: string,
    type: string,
    observationType: string,
    props: Record<string, unknown>,
    rawMetrics: readonly SensorMetric[],
  ): Sensor {
    const sensor: Sensor = {
      kind: 'sensor',
      id,
      type,
      observationType,
      props: this.#owned('sensor', id, props),
      rawMetrics,
      metrics: allMetricsOf(rawMetrics),
      series: new Series(rawMetrics.length),
    };
    this.#entities.set(id, sensor);
    return sensor;
  }

  /** "Overwrite existing configuration parameters": those given; the others stay. */
  update(entity: Entity, props: Record<string, unknown>): void {
    const { NODE_ID, PROJECT_ID } = entity.props;
    entity.props = { ...entity.props, ...props, NODE_ID, PROJECT_ID, LAST_MODIFIED_DATE: new Date().toISOString() };
    for (const listener of [...this.#watching]) listener(entity);
  }

  /** Removes an entity with all below it. */
  remove(id: string): void {
    const prefix = `${id}/`;
    for (const other of [...this.#entities.keys()]) {
      if (other === id || other.startsWith(prefix)) this.#entities.delete(other);
    }
  }

  /** What hangs directly under a node or a device. */
  children({ id, kind }: Entity): Entity[] {
    const level: Kind = kind === 'node' ? 'device' : 'sensor';
    return this.list(level).filter((child) => (level === 'device' ? nodeIdOf : deviceIdOf)(child.id) === id);
  }

  /** Calls the listener for each entity whose parameters change; returns what ends that. */
  watch(listener: (entity: Entity) => void): () => void {
    this.#watching.add(listener);
    return () => this.#watching.delete(listener);
  }

  /** Stores an observation of a sensor, raw values in the order of its raw metrics. */
  observe(sensor: Sensor, time: number, values: readonly number[]): void {
    sensor.series.append(time, values);
    this.observed.notify();
  }

  #owned(kind: Kind, id: string, props: Record<string, unknown>): Record<string, unknown> {
    if (kind === 'node') return { NODE_ID: id, ...props };
    const node = this.get('node', nodeIdOf(id));
    return { ...props, NODE_ID: node?.id, PROJECT_ID: node?.props.PROJECT_ID };
  }
}
