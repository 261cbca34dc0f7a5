import type { NodeAPI, NodeDef } from 'node-red';
import { FIRST_WAIT } from '../../core/backoff';
import type { Cursor } from '../../core/cursor-store';
import { destinationKey } from '../../core/destination';
import { toPlatformError } from '../../core/errors';
import { useAccount } from '../../core/node-red/account';
import { createNodeCursor } from '../../core/node-red/cursor';
import { type NodeScope, registerNode } from '../../core/node-red/node';
import {
  booleanSetting,
  choiceSetting,
  numberSetting,
  type Properties,
  textSetting,
} from '../../core/node-red/settings';
import { streamReporter } from '../../core/node-red/stream-node';
import type { StreamSupervisor } from '../../core/stream-supervisor';
import type { XdpEvent } from '../client/events';
import type { XdpSettings } from '../client/settings';
import type { XdpClient } from '../client/xdp-client';
import { eventTypesSetting } from '../event-types';
import { eventMessage, type Output } from '../message';
import { STREAMS, type StreamName } from '../streams';
import { XDP_ACCOUNT } from '../xdp-account/runtime';

export interface EventsSettings {
  stream: StreamName;
  /** Empty: all. */
  eventTypes: ReadonlySet<string>;
  secrets: boolean;
  resume: boolean;
  store: string;
  /** Milliseconds. */
  idleTimeout: number;
  output: Output;
}

export function readEventsSettings(properties: Properties): EventsSettings {
  return {
    stream: choiceSetting(properties, 'stream', STREAMS),
    eventTypes: eventTypesSetting(properties),
    secrets: booleanSetting(properties, 'secrets'),
    resume: booleanSetting(properties, 'resume'),
    store: textSetting(properties, 'store', false),
    idleTimeout: numberSetting(properties, 'idleTimeout', { fallback: 120, min: 0 }) * 1000,
    output: choiceSetting<Output>(properties, 'output', ['native', 'senml']),
  };
}

export function registerXdpEvents(RED: NodeAPI): void {
  registerNode<NodeDef>(RED, 'xdp-events', (scope) => {
    const account = useAccount<XdpSettings, XdpClient>(scope, XDP_ACCOUNT);
    if (!account) return;
    const settings = readEventsSettings(scope.config as unknown as Properties);
    follow(scope, account.client, account.settings, settings);
  });
}

function follow(scope: NodeScope, client: XdpClient, account: XdpSettings, settings: EventsSettings): void {
  const { stream, eventTypes, output } = settings;
  const cursor =
    stream === 'recordings'
      ? createNodeCursor(scope, settings.store, destinationKey(account.url, account.namespace, stream))
      : undefined;
  const keeper = settings.resume ? cursor : undefined;
  let supervisor: StreamSupervisor | undefined;
  let closed = false;

  const send = (event: XdpEvent, replayed: boolean): void => {
    if (closed || (eventTypes.size > 0 && !eventTypes.has(event.name))) return;
    scope.node.send(eventMessage(event, stream, output, replayed) as never);
  };

  const start = async (): Promise<void> => {
    const offsets = await loadCursor();
    if (closed) return;
    const { followStream } = require('../client/follow-stream') as typeof import('../client/follow-stream');
    supervisor = followStream(client, {
      stream,
      secrets: settings.secrets,
      offsets,
      backoff: { base: FIRST_WAIT, max: account.retryMax },
      handshakeTimeout: account.timeout,
      idleTimeout: settings.idleTimeout,
      onEvent: scope.guard(send),
      onSettled: scope.guard((settled) => keeper?.touch(settled)),
      onSkipped: scope.guard((error) => scope.report(error)),
      ...streamReporter(scope),
    });
  };

  /** Without its cursor the stream begins at the beginning: repeated events can be told, lost ones not. */
  const loadCursor = async (): Promise<Cursor> => {
    try {
      // Switched on again later, it is not to go on from where it was once.
      if (!keeper) await cursor?.forget();
      const { cursor: stored, lost } = keeper ? await keeper.load() : { cursor: {} };
      if (lost) scope.report(lost);
      return stored;
    } catch (thrown) {
      scope.report(toPlatformError(thrown));
      return {};
    }
  };

  scope.status.show('connecting');
  start().catch((thrown) => scope.report(toPlatformError(thrown)));
  scope.onClose(async () => {
    closed = true;
    await supervisor?.close();
    await keeper?.close();
  });
}
