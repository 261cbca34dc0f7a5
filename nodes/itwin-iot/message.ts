import { messageId } from '../core/node-red/message-id';
import type { Names } from '../core/node-red/names';
import type { FlowMessage } from '../core/node-red/node';
import { valueMessage } from '../core/node-red/value-message';
import type { Output } from '../core/property/groups';
import { SENML_CONTENT_TYPE, seriesWriter, toSenml } from '../core/senml/pack';
import { leavesOf } from '../core/values/leaves';
import type { MeasuredValue } from '../core/values/measured';
import type { Entity, EntityKind } from './client/follow/entity-follower';
import type { Points } from './client/session/series';
import { senmlUnit } from './units';

/** What the points of a subscription are. */
export interface SeriesNames {
  sensor: string;
  metric: string;
  unit: string;
}

/**
 * The message for one observation: `{time: value}`, as the platform's update carries it.
 *
 * All members in one literal: this runs for every observation, and an object that grows member by member costs Node-RED
 * twice the time.
 */
export function pointMessage(
  { sensor, metric, unit }: SeriesNames,
  time: string,
  points: Points,
  replayed: boolean,
  output: Exclude<Output, 'value'>,
): FlowMessage {
  if (output === 'senml') {
    const write = seriesWriter({ platform: 'itwin-iot', device: sensor, name: metric, unit: senmlUnit(unit) });
    const message = pointMessage({ sensor, metric, unit }, time, points, replayed, 'native');
    return Object.assign(message, { payload: write(points), contentType: SENML_CONTENT_TYPE });
  }
  return replayed
    ? { _msgid: messageId(), payload: points, topic: sensor, device: sensor, event: 'data', time, replayed }
    : { _msgid: messageId(), payload: points, topic: sensor, device: sensor, event: 'data', time };
}

/**
 * A message for each value of one observation: mostly it is one; of an array or object each member is, as
 * `<metric>.<member>`. None for null.
 */
export function valueMessages(
  { sensor, metric, unit }: SeriesNames,
  time: string,
  points: Points,
  replayed: boolean,
  names: Names,
): FlowMessage[] {
  const source = { device: sensor, event: 'data', time, name: names.of(sensor), replayed };
  return leavesOf({ [metric]: points[time] }).map(({ keys, value }) =>
    valueMessage({ metric: keys.join('.'), value: value as MeasuredValue['value'], unit }, source),
  );
}

/** The message for a connection, device or sensor whose state has changed: no measured value, but an object, or a pack. */
export function entityMessage(entity: Entity, kind: EntityKind, replayed: boolean, output: Output): FlowMessage {
  const { id } = entity;
  const message: FlowMessage = { _msgid: messageId(), payload: entity, topic: id, device: id, event: kind };
  if (replayed) message.replayed = true;
  if (output !== 'senml') return message;
  const { id: _, ...values } = entity;
  const payload = toSenml({ platform: 'itwin-iot', device: id, values });
  return Object.assign(message, { payload, contentType: SENML_CONTENT_TYPE });
}
