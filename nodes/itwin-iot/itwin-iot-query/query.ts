import { PlatformError } from '../../core/errors';
import type { FlowMessage } from '../../core/node-red/node';
import type { OperationAnswer, OperationCall } from '../../core/node-red/operation-node';
import type { Values } from '../../core/operation';
import { SENML_CONTENT_TYPE, type SenmlRecord, seriesWriter } from '../../core/senml';
import { holdsBareNumber } from '../client/bare-numbers';
import type { ItwinClient } from '../client/itwin-client';
import type { Points } from '../client/series';
import type { Output } from '../message';
import { senmlUnit } from '../units';
import { packCollector, pointsCollector } from './collect';

/** One query: a long series arrives piece by piece, and is handed on so when the user wants it so. */
export async function query(client: ItwinClient, call: OperationCall, output: Output): Promise<OperationAnswer> {
  const { operation, values, signal } = call;
  if (operation.id !== 'getData' && operation.id !== 'getObservations')
    return client.execute(operation, values, { signal });
  const senml = output === 'senml' && operation.id === 'getData';
  const pack = senml ? counted(packs(values)) : undefined;
  const whole = pack ? packCollector(pack.write) : pointsCollector();
  let count = 0;
  const onPoints = (points: Points): void => {
    count += Object.keys(points).length;
    call.onProgress(count);
    if (!call.onItem) {
      whole.add(points);
      return;
    }
    const item = pack ? counted(packs(values), pack).write(points) : points;
    if (!Array.isArray(item) || item.length > 0) call.onItem(item, aboutSensor(values, senml));
  };
  const answer = await client.execute(operation, values, { signal, onPoints });
  // In pieces it has been handed on already; where there was none, there is no message.
  const payload = call.onItem ? [] : await whole.all(signal);
  return {
    ...answer,
    payload,
    ...(senml && { contentType: SENML_CONTENT_TYPE }),
    ...(pack && pack.leftOut > 0 && { problem: cannotSay(pack.leftOut) }),
  };
}

interface CountingPack {
  write: Packs;
  /** Points whose value SenML cannot say. null is none. */
  leftOut: number;
}

/** @param total counts them too */
function counted(write: Packs, total?: CountingPack): CountingPack {
  const pack: CountingPack = {
    leftOut: 0,
    write(points) {
      (total ?? pack).leftOut += Object.values(points).filter(holdsBareNumber).length;
      return write(points);
    },
  };
  return pack;
}

function cannotSay(count: number): PlatformError {
  const what = count === 1 ? '1 point is' : `${count} points are`;
  return new PlatformError(
    'INVALID_RESPONSE',
    `${what} left out: SenML cannot say NaN or Infinity; the output "native" holds them`,
  );
}

type Packs = (points: Points) => SenmlRecord[];

function packs({ sensor, metric, unit }: Values): Packs {
  const device = String(sensor);
  return seriesWriter({ platform: 'itwin-iot', device, name: String(metric), unit: senmlUnit(unit) });
}

function aboutSensor({ sensor }: Values, senml: boolean): Partial<FlowMessage> {
  const device = String(sensor);
  return { topic: device, device, event: 'data', replayed: true, ...(senml && { contentType: SENML_CONTENT_TYPE }) };
}
