import type { PlatformError } from '../../core/errors';
import type { OperationCall } from '../../core/node-red/operation-node';
import type { OperationAnswer } from '../../core/operation/answer';
import type { Output } from '../../core/property/groups';
import { isEmptyPack, SENML_CONTENT_TYPE } from '../../core/senml/pack';
import type { Cursor } from '../../core/storage/cursor-store';
import type { XdpClient } from '../client/xdp-client';
import { eventMessage } from '../message';
import type { StreamName } from '../streams';

export interface QueryOptions {
  /** Empty: all. */
  eventTypes: ReadonlySet<string>;
  output: Exclude<Output, 'value'>;
  /** Milliseconds without an event. */
  timeout: number;
}

/** Events between two tellings of how many have come. */
const STEP = 100;

/**
 * The stored events of a stream: whole with their names as `msg.events`, or one by one as they arrive; for recordings
 * with the offsets to go on from.
 */
export async function query(
  client: XdpClient,
  { operation, values, signal, onItem, onProgress }: OperationCall,
  { eventTypes, output, timeout }: QueryOptions,
): Promise<OperationAnswer> {
  const stream = operation.id as StreamName;
  const items: unknown[] = [];
  const events: string[] = [];
  const unreadable: PlatformError[] = [];
  let count = 0;
  const { readStored } = require('../client/read-stored') as typeof import('../client/read-stored');
  const newest = await readStored(client, {
    stream,
    secrets: values.includeDeviceSecrets === true,
    offsets: (values.offsets ?? {}) as Cursor,
    timeout,
    signal,
    onEvent(event) {
      if (++count % STEP === 0) onProgress(count);
      if (eventTypes.size > 0 && !eventTypes.has(event.name)) return;
      const item = eventMessage(event, stream, output, true);
      if (isEmptyPack(item)) return;
      const { _msgid, payload, ...fields } = item;
      if (onItem) return onItem(payload, fields);
      events.push(event.name);
      // One pack of all records.
      if (output === 'senml') items.push(...(payload as unknown[]));
      else items.push(payload);
    },
    onSkipped: (error) => void unreadable.push(error),
  });
  const [first] = unreadable;
  return {
    payload: onItem ? undefined : items,
    // Of items that go one by one each says it.
    ...(output === 'senml' && !onItem && { contentType: SENML_CONTENT_TYPE }),
    fields: { ...(!onItem && { events }), ...(stream === 'recordings' && { offsets: newest }) },
    ...(first && { problem: leftOut(first, unreadable.length) }),
  };
}

/** One report for a reading, however many of its events could not be read. */
function leftOut(first: PlatformError, count: number): PlatformError {
  return count === 1 ? first : first.with({ message: `${first.message} (the first of ${count} like this)` });
}
