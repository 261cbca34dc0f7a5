import { nextTurn } from '../core/signal';
import { type Call, paramsOf, requireModify, sensorOf, someTexts } from './call';
import { VALUE_SHAPE, valueIn } from './data-query';
import type { Sensor } from './entity';
import { pointJson } from './methods-data';
import type { Calculation } from './metrics';
import { observationList, store } from './uploads';

/** `{sensors, metric, unit, params?}`: an update for each new observation, which names no sensor. */
export function subscribeData(call: Call): unknown {
  const { params, project } = paramsOf(call, { sensors: someTexts, ...VALUE_SHAPE });
  const feeds = params.sensors.map((id) => {
    const sensor = sensorOf(call, id, project);
    return { sensor, value: valueIn(sensor, params, sensor.metrics), position: sensor.series.end };
  });
  return call.session.subscriptions.open(call, 'Data', (stop) => () => sendUpdates(call, feeds, stop));
}

/** `{data: [{sensorId, timestamp, values}]}` → `{successfullyProcessedObs}`. */
export function uploadData(call: Call): unknown {
  requireModify(call);
  const { params } = paramsOf(call, { data: observationList });
  return { successfullyProcessedObs: store(call.platform, params.data, 'socket').length };
}

/** Updates sent at most before others have their turn. */
const UPDATES_A_TURN = 256;

/** A sensor as one subscription follows it; a slow client costs no memory: it is simply behind. */
interface Feed {
  readonly sensor: Sensor;
  readonly value: Calculation;
  /** Position of the next arrival to send. */
  position: number;
}

async function sendUpdates(call: Call, feeds: readonly Feed[], stop: AbortSignal): Promise<void> {
  const { counters, network, settings } = call.platform;
  while (!stop.aborted) {
    for (const feed of feeds) {
      while (feed.position < feed.sensor.series.end && !stop.aborted) {
        const points = nextPoints(feed, settings.updateSize);
        if (points === '') continue;
        const sent = call.update(`{"data":{${points}}}`);
        counters.updates += 1;
        if (sent) await sent;
        else if (counters.updates % UPDATES_A_TURN === 0) await nextTurn();
      }
    }
    if (feeds.every(({ position, sensor }) => position >= sensor.series.end)) await network.observed.wait(stop);
  }
}

/** The next arrivals as data points; empty when their values cannot be calculated. */
function nextPoints(feed: Feed, most: number): string {
  const { sensor, value } = feed;
  const points: string[] = [];
  for (let count = 0; count < most && feed.position < sensor.series.end; count += 1) {
    const calculated = value(feed.position);
    if (calculated !== undefined) points.push(pointJson(sensor.series.time(feed.position), calculated));
    feed.position += 1;
  }
  return points.join(',');
}
