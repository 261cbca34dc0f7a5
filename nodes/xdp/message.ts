import { messageId } from '../core/node-red/message-id';
import type { Names } from '../core/node-red/names';
import type { FlowMessage } from '../core/node-red/node';
import { valueMessage } from '../core/node-red/value-message';
import type { Output } from '../core/property/groups';
import { SENML_CONTENT_TYPE, toSenml } from '../core/senml/pack';
import { isObject } from '../core/values/json';
import { measuredValues } from '../core/values/measured';
import type { XdpEvent } from './client/events';
import type { StreamName } from './streams';

/** Units that the platform text states and RFC 8428 has (its section 12.1). */
const UNITS = { voltage: 'V', 'position.lat': 'lat', 'position.lng': 'lon' };

/** The message for one event (docs/design.md, "Messages out of an input node"). */
export function eventMessage(
  event: XdpEvent,
  stream: StreamName,
  output: Exclude<Output, 'value'>,
  replayed: boolean,
): FlowMessage {
  return output === 'native' ? nativeMessage(event, stream, replayed) : senmlMessage(event, stream, replayed);
}

/**
 * A message for each measured value of an event: the member `field`, or each numeric one when that is empty. None for an
 * event that holds no value, as those that say that all stored ones have come.
 */
export function valueMessages(event: XdpEvent, field: string, replayed: boolean, names?: Names): FlowMessage[] {
  if (event.storedDone) return [];
  const { device, time, values, units } = readingOf(event);
  const source = { device, event: event.name, time, name: names?.of(device), replayed, offset: event.offset };
  return measuredValues(values, field, units).map((value) => valueMessage(value, source));
}

/**
 * All members in one literal where all are known: this runs for every event, and an object that grows member by member
 * costs Node-RED twice the time.
 */
function nativeMessage({ name, data, source, offset }: XdpEvent, stream: StreamName, replayed: boolean): FlowMessage {
  const { nwkAddr, time } = data;
  const topic = source ?? stream;
  if (offset !== undefined && nwkAddr !== undefined && typeof time === 'string') {
    const device = String(nwkAddr);
    return replayed
      ? { _msgid: messageId(), payload: data, topic, event: name, device, time, offset, replayed }
      : { _msgid: messageId(), payload: data, topic, event: name, device, time, offset };
  }
  const message: FlowMessage = { _msgid: messageId(), payload: data, topic, event: name };
  if (nwkAddr !== undefined) message.device = String(nwkAddr);
  if (typeof time === 'string') message.time = time;
  if (offset !== undefined) message.offset = offset;
  if (replayed) message.replayed = true;
  return message;
}

function senmlMessage(event: XdpEvent, stream: StreamName, replayed: boolean): FlowMessage {
  const message = nativeMessage(event, stream, replayed);
  return event.storedDone
    ? message
    : Object.assign(message, { payload: senmlOf(event), contentType: SENML_CONTENT_TYPE });
}

function senmlOf(event: XdpEvent): unknown[] {
  const { values, ...reading } = readingOf(event);
  return toSenml({
    platform: 'xdp',
    ...reading,
    values: Object.keys(values).length > 0 ? values : { [event.name]: true },
  });
}

interface Reading {
  device: string;
  time: string | undefined;
  values: Record<string, unknown>;
  units?: Readonly<Record<string, string>>;
}

/**
 * A recording's values are the members of its `data`; another event's are its own members. An event may say only that
 * something happened.
 */
function readingOf({ name, data }: XdpEvent): Reading {
  const { nwkAddr, time, source, topic, ...own } = data;
  const isRecording = name === 'ObservationRecorded';
  const recorded = isObject(data.data) ? data.data : { value: data.data };
  return {
    device: String(nwkAddr ?? topic ?? source),
    time: typeof time === 'string' ? time : undefined,
    values: isRecording ? recorded : { ...own, ...(nwkAddr !== undefined && topic !== undefined && { topic }) },
    ...(!isRecording && { units: UNITS }),
  };
}
