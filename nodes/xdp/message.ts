import { isObject } from '../core/json';
import type { FlowMessage } from '../core/node-red/node';
import { SENML_CONTENT_TYPE, toSenml } from '../core/senml';
import type { XdpEvent } from './client/events';
import type { StreamName } from './streams';

export type Output = 'native' | 'senml';

/** Units that the platform text states and RFC 8428 has (its section 12.1). */
const UNITS = { voltage: 'V', 'position.lat': 'lat', 'position.lng': 'lon' };

/** Fields of the message for one event (design: "Messages out of an input node"). */
export function eventFields(event: XdpEvent, stream: StreamName, output: Output): Partial<FlowMessage> {
  const { data, name, offset } = event;
  const fields: Partial<FlowMessage> = { payload: data, topic: event.source ?? stream, event: name };
  if (data.nwkAddr !== undefined) fields.device = String(data.nwkAddr);
  if (typeof data.time === 'string') fields.time = data.time;
  if (offset !== undefined) fields.offset = offset;
  if (output === 'senml' && !event.storedDone) {
    fields.payload = senmlOf(event);
    fields.contentType = SENML_CONTENT_TYPE;
  }
  return fields;
}

/**
 * A recording's values are the members of its `data`; another event's are its own members. An event that says only
 * that something happened becomes one true value of its name.
 */
function senmlOf({ name, data }: XdpEvent): unknown[] {
  const { nwkAddr, time, source, topic, ...own } = data;
  const isRecording = name === 'ObservationRecorded';
  const recorded = isObject(data.data) ? data.data : { value: data.data };
  const values = isRecording ? recorded : { ...own, ...(nwkAddr !== undefined && topic !== undefined && { topic }) };
  return toSenml({
    platform: 'xdp',
    device: String(nwkAddr ?? topic ?? source),
    time: typeof time === 'string' ? time : undefined,
    values: Object.keys(values).length > 0 ? values : { [name]: true },
    ...(!isRecording && { units: UNITS }),
  });
}
