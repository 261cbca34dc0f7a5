import { NODE_ID } from '../../simulators/itwin-iot';
import { runtime, sensor, simulator, testItwinNode } from './itwin-node';

let tests = 0;
let latest = 0;

/** Makes the tests of the `describe` that calls it tests of `itwin-iot-subscribe`: of mote 1, its temperature. */
export function testSubscribe(): void {
  beforeEach(() => {
    tests++;
  });
  testItwinNode('itwin-iot-subscribe', () => ({
    id: id(),
    subscription: 'data',
    ids: JSON.stringify([sensor()]),
    metric: 'T',
    unit: 'C',
    backfill: true,
  }));
}

/** The node. A cursor belongs to a node: each test has one of its own. */
export function id(): string {
  return `subscribe-${tests}`;
}

export function connected(): Promise<void> {
  return runtime.status(id(), 'connected');
}

/** A temperature is observed; gives its time. No two at the same time: those would be one observation. */
export function observe(T: number, mote = 1): string {
  latest = Math.max(Date.now(), latest + 1);
  const timestamp = new Date(latest).toISOString();
  return simulator.append({ sensorId: sensor(mote), timestamp, values: { RH: 40, T } }).timestamp;
}

/** What was received of one sensor: the times of its observations, in order of their coming. */
export function timesOf(sensorId: string): string[] {
  return runtime
    .received('out')
    .filter(({ device }) => device === sensorId)
    .flatMap(({ payload }) => Object.keys(payload as object));
}

/** The sensor of a mote before there is a simulator: it has the same id in every one. */
export function sensorNamed(mote: number): string {
  return `${NODE_ID}/telosb/mote${mote}/device/humidity-temperature/sensor`;
}
