import type { MeasuredValue } from '../values/measured';
import { messageId } from './message-id';
import type { FlowMessage } from './node';

/** What the values of a reading have in common. */
export interface ValueSource {
  device: string;
  event: string;
  /** ISO 8601 in UTC; undefined when unknown. */
  time: string | undefined;
  /** What people call the device or sensor. */
  name?: string | undefined;
  replayed: boolean;
  offset?: string | undefined;
}

/**
 * The message of one measured value, as a chart, a gauge and core's filter take it: `payload` is the value, `topic`
 * `<device>/<metric>`, `timestamp` Unix milliseconds (docs/design.md, "Messages").
 */
export function valueMessage({ metric, value, unit }: MeasuredValue, source: ValueSource): FlowMessage {
  const { device, event, time, name, replayed, offset } = source;
  const message: FlowMessage = {
    _msgid: messageId(),
    payload: value,
    topic: `${device}/${metric}`,
    device,
    metric,
    event,
  };
  if (unit !== undefined && unit !== '') message.unit = unit;
  if (name !== undefined && name !== '') message.name = name;
  const timestamp = time === undefined ? Number.NaN : Date.parse(time);
  if (time !== undefined) message.time = time;
  if (Number.isFinite(timestamp)) message.timestamp = timestamp;
  if (offset !== undefined) message.offset = offset;
  if (replayed) message.replayed = true;
  return message;
}
