import { strict as assert } from 'node:assert';
import {
  addTo,
  changeProps,
  coordinatesOf,
  itemsOf,
  metricsOf,
  parseDraft,
  removeFrom,
  setCoordinates,
  setMetrics,
  setText,
} from '../../nodes/itwin-iot/itwin-iot-provision/integration-form-json';

describe('the JSON behind the integration form', () => {
  it('is an empty request for an empty text, and nothing the form can show unless it is an object of objects', () => {
    assert.deepEqual(parseDraft(' '), {});
    assert.deepEqual(parseDraft('{"devices": [{"sensors": []}], "x": 1}'), { devices: [{ sensors: [] }], x: 1 });
    for (const text of ['{', '[]', 'null', '{"devices": {}}', '{"devices": [1]}', '{"devices": [{"sensors": [null]}]}'])
      assert.equal(parseDraft(text), undefined, text);
  });

  it('gains and loses devices without touching the others', () => {
    const draft = parseDraft('{"devices": [{"refId": "a", "own": 1}]}') ?? assert.fail();
    const added = { changeState: 'new' };
    addTo(draft, 'devices', added);
    assert.deepEqual(draft, { devices: [{ refId: 'a', own: 1 }, { changeState: 'new' }] });
    removeFrom(draft, 'devices', added);
    assert.deepEqual(itemsOf(draft, 'devices'), [{ refId: 'a', own: 1 }]);
  });

  it('gets properties when there is something to say, and keeps those the form knows nothing of', () => {
    const device = {};
    changeProps(device, (props) => setText(props, 'NAME', ''));
    assert.deepEqual(device, {});
    changeProps(device, (props) => setText(props, 'NAME', 'Bridge'));
    assert.deepEqual(device, { props: { NAME: 'Bridge' } });
    const other = { props: { NAME: 'Bridge', OWN: [1] } };
    changeProps(other, (props) => setText(props, 'NAME', ''));
    assert.deepEqual(other, { props: { OWN: [1] } });
  });

  it('holds a location as a GeoJSON point', () => {
    const props: Record<string, unknown> = {};
    setCoordinates(props, ['174.78', '-41.28', '20']);
    assert.deepEqual(props, { LOCATION: { type: 'Point', coordinates: [174.78, -41.28, 20] } });
    assert.deepEqual(coordinatesOf(props), ['174.78', '-41.28', '20']);
    setCoordinates(props, ['174.78', '-41.28', '']);
    assert.deepEqual(props, { LOCATION: { type: 'Point', coordinates: [174.78, -41.28] } });
    setCoordinates(props, ['', '', '20']);
    assert.deepEqual(props, { LOCATION: { type: 'Point', coordinates: [null, null, 20] } });
    setCoordinates(props, ['', '', '']);
    assert.deepEqual(props, {});
    assert.deepEqual(coordinatesOf({ LOCATION: { coordinates: [null, null, null] } }), ['', '', '']);
    assert.deepEqual(coordinatesOf({ LOCATION: { coordinates: ['174.78', '-41.28'] } }), ['174.78', '-41.28', '']);
  });

  it('holds the metrics of a generic sensor in the three ways of the platform text', () => {
    const both = { metric: 'a', unit: 'b' };
    const kinds = { unknown: ['UNKNOWN', 'UNKNOWN'], known: ['KNOWN', 'KNOWN'], mixed: ['UNKNOWN', 'KNOWN'] } as const;
    for (const [kind, [metrics, units]] of Object.entries(kinds)) {
      const props: Record<string, unknown> = { NAME: 'x', KNOWN_METRICS: { 0: 'old' } };
      setMetrics(props, { kind: kind as keyof typeof kinds, list: [both, { metric: '', unit: '' }, both] }, true);
      const pair = (text: string): object => ({ 0: text, 1: text });
      assert.deepEqual(props, { NAME: 'x', [`${metrics}_METRICS`]: pair('a'), [`${units}_UNITS`]: pair('b') });
      const list = [0, 1].map((number) => ({ number, ...both }));
      assert.deepEqual(metricsOf(props), { kind, list });
    }
  });

  it('shows a metric whose unit is still missing, and a sensor without any', () => {
    const props: Record<string, unknown> = {};
    setMetrics(props, { kind: 'known', list: [{ metric: 'T', unit: '' }] }, true);
    assert.deepEqual(props, { KNOWN_METRICS: { 0: 'T' }, KNOWN_UNITS: {} });
    assert.deepEqual(metricsOf(props), { kind: 'known', list: [{ number: 0, metric: 'T', unit: '' }] });
    setMetrics(props, { kind: 'known', list: [] }, true);
    assert.deepEqual(props, {});
    assert.deepEqual(metricsOf(props), { kind: 'unknown', list: [] });
  });

  it('leaves the metrics of a sensor that exists under their numbers, and counts those of a new one', () => {
    const metrics = { 0: 'left', 1: 'right', 3: 'top' };
    for (const [isNew, numbers] of [
      [false, ['1', '3', '4']],
      [true, ['0', '1', '2']],
    ] as const) {
      const props: Record<string, unknown> = { UNKNOWN_METRICS: metrics };
      const read = metricsOf(props) ?? assert.fail();
      read.list.shift();
      read.list.push({ metric: 'bottom', unit: 'm' });
      setMetrics(props, read, isNew);
      const names = ['right', 'top', 'bottom'];
      assert.deepEqual(props.UNKNOWN_METRICS, Object.fromEntries(numbers.map((number, at) => [number, names[at]])));
      assert.deepEqual(props.UNKNOWN_UNITS, { [numbers[2]]: 'm' });
    }
  });

  it('leaves alone what fits none of the three', () => {
    for (const props of [
      { KNOWN_METRICS: { 0: 'T' }, UNKNOWN_UNITS: { 0: 'x' } },
      { KNOWN_METRICS: { 0: 'T' }, UNKNOWN_METRICS: { 1: 'x' } },
      { UNKNOWN_METRICS: { first: 'x' } },
      { UNKNOWN_METRICS: { 0: 1 } },
      { UNKNOWN_METRICS: ['x'] },
    ])
      assert.equal(metricsOf(props), undefined, JSON.stringify(props));
  });
});
