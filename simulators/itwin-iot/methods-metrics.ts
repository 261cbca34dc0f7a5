import { optional } from '../core/fields';
import { type Call, paramsOf, someTexts, texts } from './call';
import type { Sensor } from './entity';
import { METRICS } from './metrics';
import { belongsTo } from './platform';
import { metricObject, rawMetricsOf, type SensorMetric, unitObject } from './sensor-metrics';
import { sensorTypeNamed } from './types';
import type { Unit } from './units';

/** `{sensors?, types?}` → raw metrics by sensor id and by sensor type. */
export function getRawMetrics(call: Call): unknown {
  const { params, project } = paramsOf(call, { sensors: optional(texts), types: optional(texts) });
  const sensors = (params.sensors ?? []).flatMap((id) => {
    const sensor = call.platform.network.sensor(id);
    return sensor && belongsTo(sensor, project) ? [[id, objects(sensor.rawMetrics)]] : [];
  });
  const types = (params.types ?? []).flatMap((id) => {
    const type = sensorTypeNamed(id);
    return type ? [[id, objects(rawMetricsOf(type, {}) ?? [])]] : [];
  });
  return Object.fromEntries([...sensors, ...types]);
}

/** `{sensors}` → metrics by sensor id; a sensor that is not there is left out. */
export function getMetrics(call: Call): unknown {
  const { params, project } = paramsOf(call, { sensors: someTexts });
  const known = params.sensors
    .map((id) => call.platform.network.sensor(id))
    .filter((sensor): sensor is Sensor => sensor !== undefined && belongsTo(sensor, project));
  return Object.fromEntries(known.map(({ id, metrics }) => [id, objects(metrics)]));
}

/** `{metrics}` → units by metric id; a metric nobody knows is left out. */
export function getUnits(call: Call): unknown {
  const { params, project } = paramsOf(call, { metrics: someTexts });
  const sensors = call.platform.network.sensors(project.id);
  const found = params.metrics.flatMap((id) => {
    const units = METRICS.get(id)?.units ?? unitsOfSensors(sensors, id);
    return units ? [[id, units.map(unitObject)]] : [];
  });
  return Object.fromEntries(found);
}

/** The units of a metric only sensors know: the same name may stand for another unit in each. */
function unitsOfSensors(sensors: readonly Sensor[], metricId: string): Unit[] | undefined {
  const named = sensors.flatMap(({ metrics }) => metrics.filter(({ metric }) => metric.id === metricId));
  if (named.length === 0) return undefined;
  return [...new Map(named.flatMap(({ metric }) => metric.units).map((unit) => [unit.id, unit])).values()];
}

function objects(metrics: readonly SensorMetric[]): Record<string, unknown>[] {
  return metrics.map(metricObject);
}
