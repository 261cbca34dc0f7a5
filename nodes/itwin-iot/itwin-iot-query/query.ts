import { PlatformError } from '../../core/errors';
import type { FlowMessage } from '../../core/node-red/node';
import type { OperationCall } from '../../core/node-red/operation-node';
import type { OperationAnswer } from '../../core/operation/answer';
import type { Values } from '../../core/operation/operation';
import type { Output } from '../../core/property/groups';
import { SENML_CONTENT_TYPE, type SenmlRecord, seriesWriter } from '../../core/senml/pack';
import type { ItwinClient } from '../client/itwin-client';
import type { Points } from '../client/session/series';
import { holdsBareNumber } from '../client/wire/bare-numbers';
import { senmlUnit } from '../units';
import { packCollector, pointsCollector } from './collect';

/** Characters that a point takes in an answer at the least: `"2016-06-24T18:01:00.000Z":1,` */
const SHORTEST_POINT = 28;

/**
 * One query: a long series arrives piece by piece, and is handed on so when the user wants it so.
 *
 * @param maxAnswer bytes of an answer, however many pieces it comes in, that are put together
 * @throws PlatformError ANSWER_TOO_LARGE and those of the platform
 */
export async function query(
  client: ItwinClient,
  call: OperationCall,
  output: Output,
  maxAnswer = Number.POSITIVE_INFINITY,
): Promise<OperationAnswer> {
  const { operation, values, signal, onRetry } = call;
  if (operation.id !== 'getData' && operation.id !== 'getObservations')
    return client.execute(operation, values, { signal, onRetry });
  const senml = output === 'senml' && operation.id === 'getData';
  const pack = senml ? counted(packs(values)) : undefined;
  const whole = pack ? packCollector(pack.write) : pointsCollector();
  let count = 0;
  const onPoints = (points: Points): void => {
    count += Object.keys(points).length;
    call.onProgress(count);
    if (!call.onItem) {
      if (count * SHORTEST_POINT > maxAnswer) throw tooLarge(count);
      whole.add(points);
      return;
    }
    const item = pack ? counted(packs(values), pack).write(points) : points;
    if (!Array.isArray(item) || item.length > 0) call.onItem(item, aboutSensor(values, senml));
  };
  const answer = await client.execute(operation, values, { signal, onRetry, onPoints });
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
    `${what} left out: SenML cannot hold NaN or Infinity; the output "native" can`,
  );
}

function tooLarge(count: number): PlatformError {
  return new PlatformError(
    'ANSWER_TOO_LARGE',
    `the answer is longer than the account's "maxAnswer": ${count} points and more. Ask for a shorter time, let it come as a sequence, or raise "maxAnswer"`,
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
