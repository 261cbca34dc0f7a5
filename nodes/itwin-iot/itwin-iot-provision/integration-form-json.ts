import { isObject } from '../../core/values/json';

/** A part of the request that the form edits in place: members it knows nothing of stay. */
export type Draft = Record<string, unknown>;

/** The JSON object in a text, an empty one for an empty text; undefined for what the form cannot show. */
export function parseDraft(text: string): Draft | undefined {
  if (text.trim() === '') return {};
  try {
    const draft: unknown = JSON.parse(text);
    return isObject(draft) && listIsFit(draft.devices) ? draft : undefined;
  } catch {
    return undefined;
  }
}

/** Devices, and the sensors in each, are lists of objects where they are there at all. */
function listIsFit(list: unknown): boolean {
  if (list === undefined) return true;
  return Array.isArray(list) && list.every((each) => isObject(each) && listIsFit(each.sensors));
}

/** The list of objects that a member holds. */
export function itemsOf(draft: Draft, name: string): Draft[] {
  const list = draft[name];
  return Array.isArray(list) ? list : [];
}

/** Adds to the list that a member holds. */
export function addTo(draft: Draft, name: string, item: Draft): void {
  draft[name] = [...itemsOf(draft, name), item];
}

/** Takes out of the list that a member holds. */
export function removeFrom(draft: Draft, name: string, item: Draft): void {
  draft[name] = itemsOf(draft, name).filter((each) => each !== item);
}

/** A member as text; empty when there is none. */
export function textOf(draft: Draft, name: string): string {
  const value = draft[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Sets a member; an empty text takes it away. */
export function setText(draft: Draft, name: string, text: string): void {
  if (text === '') delete draft[name];
  else draft[name] = text;
}

/** The configuration of a device or sensor, to read; `changeProps` writes. */
export function propsOf(entity: Draft): Draft {
  return isObject(entity.props) ? entity.props : {};
}

/** Changes the configuration of a device or sensor. */
export function changeProps(entity: Draft, change: (props: Draft) => void): void {
  const props = propsOf(entity);
  change(props);
  if (Object.keys(props).length > 0 || entity.props !== undefined) entity.props = props;
}

/** X, Y and Z of `LOCATION` as texts. */
export function coordinatesOf(props: Draft): string[] {
  const { coordinates } = isObject(props.LOCATION) ? props.LOCATION : {};
  return [0, 1, 2].map((axis) => {
    const value: unknown = Array.isArray(coordinates) ? coordinates[axis] : undefined;
    return typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  });
}

/** `LOCATION` as a GeoJSON point; without any coordinate it goes. */
export function setCoordinates(props: Draft, texts: readonly string[]): void {
  const coordinates = texts.map((text) => (text.trim() === '' ? null : Number(text)));
  while (coordinates.at(-1) === null) coordinates.pop();
  if (coordinates.length === 0) delete props.LOCATION;
  else props.LOCATION = { ...(isObject(props.LOCATION) ? props.LOCATION : {}), type: 'Point', coordinates };
}

/** Where the metrics and the units of a generic sensor come from (platform text, "Generic sensors"). */
export const METRIC_KINDS = {
  unknown: { metrics: 'UNKNOWN_METRICS', units: 'UNKNOWN_UNITS' },
  known: { metrics: 'KNOWN_METRICS', units: 'KNOWN_UNITS' },
  mixed: { metrics: 'UNKNOWN_METRICS', units: 'KNOWN_UNITS' },
} as const;

export type MetricKind = keyof typeof METRIC_KINDS;

/** A metric of a sensor and its unit; empty while not written down. */
export interface Metric {
  /** The number that the platform has it under; none while it is new. */
  number?: number;
  metric: string;
  unit: string;
}

/** All metrics of a generic sensor. */
export interface Metrics {
  kind: MetricKind;
  list: Metric[];
}

const METRIC_MEMBERS = ['UNKNOWN_METRICS', 'UNKNOWN_UNITS', 'KNOWN_METRICS', 'KNOWN_UNITS'];

/** undefined when they are none of the three kinds: then the form leaves them alone. */
export function metricsOf(props: Draft): Metrics | undefined {
  const present = METRIC_MEMBERS.filter((name) => props[name] !== undefined);
  const kinds = Object.keys(METRIC_KINDS) as MetricKind[];
  const kind = kinds.find((each) => {
    const { metrics, units } = METRIC_KINDS[each];
    return present.every((name) => name === metrics || name === units);
  });
  if (!kind) return undefined;
  const metrics = numbered(props[METRIC_KINDS[kind].metrics]);
  const units = numbered(props[METRIC_KINDS[kind].units]);
  if (!metrics || !units) return undefined;
  const numbers = [...new Set([...metrics.keys(), ...units.keys()])].sort((a, b) => a - b);
  const list = numbers.map((number) => ({
    number,
    metric: metrics.get(number) ?? '',
    unit: units.get(number) ?? '',
  }));
  return { kind, list };
}

/**
 * Lines that are empty count as not there yet. The metrics of a sensor that exists keep their numbers, whatever line goes
 * before them; those of a new one are counted.
 */
export function setMetrics(props: Draft, { kind, list }: Metrics, isNew: boolean): void {
  for (const name of METRIC_MEMBERS) delete props[name];
  const full = list.filter(({ metric, unit }) => metric !== '' || unit !== '');
  if (full.length === 0) return;
  let next = isNew ? 0 : Math.max(-1, ...full.map(({ number }) => number ?? -1)) + 1;
  const lines = full.map((line) => ({ ...line, number: (isNew ? undefined : line.number) ?? next++ }));
  props[METRIC_KINDS[kind].metrics] = byNumber(lines, 'metric');
  props[METRIC_KINDS[kind].units] = byNumber(lines, 'unit');
}

/** The texts in `{"0": "a", "1": "b"}` by number; undefined for anything else. */
function numbered(member: unknown): Map<number, string> | undefined {
  const texts = new Map<number, string>();
  if (member === undefined) return texts;
  if (!isObject(member)) return undefined;
  for (const [number, text] of Object.entries(member)) {
    if (!/^\d{1,2}$/.test(number) || typeof text !== 'string') return undefined;
    texts.set(Number(number), text);
  }
  return texts;
}

function byNumber(lines: readonly Metric[], member: 'metric' | 'unit'): Record<string, string> {
  return Object.fromEntries(lines.flatMap((line) => (line[member] === '' ? [] : [[line.number, line[member]]])));
}
