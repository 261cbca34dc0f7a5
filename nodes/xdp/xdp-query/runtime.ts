import type { NodeAPI, NodeDef } from 'node-red';
import { PlatformError } from '../../core/errors';
import { useAccount } from '../../core/node-red/account';
import { createActivity } from '../../core/node-red/activity';
import { createDelivery, type Deliver } from '../../core/node-red/deliver';
import { closingSignal, registerNode } from '../../core/node-red/node';
import { booleanSetting, choiceSetting, type Properties, textSetting } from '../../core/node-red/settings';
import { createTypedReader, typedProperty } from '../../core/node-red/typed-values';
import { isEmptyPack } from '../../core/senml/pack';
import type { XdpSettings } from '../client/settings';
import type { XdpClient } from '../client/xdp-client';
import { eventTypesSetting } from '../event-types';
import { eventMessage, type Output } from '../message';
import { offsetsOf } from '../offsets';
import { STREAMS, type StreamName } from '../streams';
import { XDP_ACCOUNT } from '../xdp-account/runtime';

export function registerXdpQuery(RED: NodeAPI): void {
  registerNode<NodeDef>(RED, 'xdp-query', (scope) => {
    const account = useAccount<XdpSettings, XdpClient>(scope, XDP_ACCOUNT);
    if (!account) return;
    const properties = scope.config as unknown as Properties;
    const chosen = textSetting(properties, 'stream', false);
    const eventTypes = eventTypesSetting(properties);
    const secrets = booleanSetting(properties, 'secrets');
    const deliver = choiceSetting<Deliver>(properties, 'deliver', ['whole', 'sequence']);
    const output = choiceSetting<Exclude<Output, 'value'>>(properties, 'output', ['native', 'senml']);
    const reader = createTypedReader(RED, scope.node);
    const activity = createActivity(scope.status);
    const closing = closingSignal(scope);

    scope.onInput(async (message, send) => {
      const stream = streamOf(chosen || message.operation);
      message.operation = stream;
      const given = await reader.read('offsets', typedProperty(properties, 'offsets', 'json'), message);
      const offsets = { ...offsetsOf(message.offsets), ...offsetsOf(given) };
      const delivery = createDelivery(RED, deliver, message, send);
      const events: string[] = [];
      let count = 0;
      const unreadable: PlatformError[] = [];
      const { readStored } = require('../client/read-stored') as typeof import('../client/read-stored');
      const reading = readStored(account.client, {
        stream,
        secrets,
        offsets,
        timeout: account.settings.timeout,
        signal: closing,
        onEvent(event) {
          if (++count % 100 === 0) scope.status.show('replaying', count);
          if (eventTypes.size > 0 && !eventTypes.has(event.name)) return;
          const item = eventMessage(event, stream, output, true);
          if (isEmptyPack(item)) return;
          const { _msgid, payload, ...fields } = item;
          if (deliver === 'whole') events.push(event.name);
          if (output === 'senml' && deliver === 'whole')
            for (const record of payload as unknown[]) delivery.add(record, {});
          else delivery.add(payload, { ...fields, replayed: true });
        },
        onSkipped: (error) => void unreadable.push(error),
      });
      const newest = await activity.during(reading).catch((thrown) => {
        // A node that closes sends nothing any more.
        if (!closing.aborted) delivery.abandon();
        throw thrown;
      });
      delivery.end({
        ...(deliver === 'whole' && { events }),
        ...(stream === 'recordings' && { offsets: newest }),
      });
      const [first] = unreadable;
      if (first) scope.report(leftOut(first, unreadable.length), message);
    });
  });
}

/** One report for a reading, however many of its events could not be read. */
function leftOut({ code, message, operation }: PlatformError, count: number): PlatformError {
  const others = count === 1 ? '' : ` (the first of ${count} like this)`;
  return new PlatformError(code, `${message}${others}`, { ...(operation !== undefined && { operation }) });
}

function streamOf(id: unknown): StreamName {
  const stream = STREAMS.find((each) => each === id);
  if (stream) return stream;
  const problem =
    id === undefined || id === ''
      ? 'no stream: choose one in the dialog or set msg.operation'
      : `unknown stream "${id}"`;
  throw new PlatformError('INVALID_PARAMETER', `${problem}; xdp-query has: ${STREAMS.join(', ')}`);
}
