import type { NodeAPI, NodeDef } from 'node-red';
import { FIRST_WAIT } from '../../core/backoff';
import { PlatformError, toPlatformError } from '../../core/errors';
import { useAccount } from '../../core/node-red/account';
import { createNodeCursor } from '../../core/node-red/cursor';
import { createNames } from '../../core/node-red/names';
import { type NodeScope, registerNode } from '../../core/node-red/node';
import type { OutageDesk } from '../../core/node-red/outage-desk';
import {
  booleanSetting,
  choiceSetting,
  invalid,
  listSetting,
  numberSetting,
  type Properties,
  textSetting,
} from '../../core/node-red/settings';
import { streamReporter } from '../../core/node-red/stream-node';
import { createRareReport } from '../../core/rare-report';
import { isEmptyPack } from '../../core/senml/pack';
import type { Cursor } from '../../core/storage/cursor-store';
import { destinationKey } from '../../core/storage/destination';
import type { StreamSupervisor } from '../../core/stream/supervisor';
import { addressProblem, integerOf } from '../../core/values/integer-text';
import type { XdpEvent } from '../client/events';
import type { XdpSettings } from '../client/settings';
import type { XdpClient } from '../client/xdp-client';
import { eventTypesSetting } from '../event-types';
import { eventMessage, type Output, valueMessages } from '../message';
import { offsetsOf } from '../offsets';
import { STREAMS, type StreamName } from '../streams';
import { lists } from '../xdp-account/lists';
import { XDP_ACCOUNT } from '../xdp-account/runtime';

export interface EventsSettings {
  stream: StreamName;
  /** Empty: all. */
  eventTypes: ReadonlySet<string>;
  secrets: boolean;
  resume: boolean;
  /** Recordings: where the very first start begins. */
  from: 'all' | 'new' | 'offsets';
  offsets: Cursor;
  store: string;
  /** Milliseconds. */
  idleTimeout: number;
  /** What has none of these is not handed on; empty: all. */
  sources: ReadonlySet<string>;
  /** Network addresses in decimal digits; empty: all. */
  devices: ReadonlySet<string>;
  output: Output;
  /** The member of a reading that is handed on as a value; empty: each numeric one. */
  field: string;
}

export function readEventsSettings(properties: Properties): EventsSettings {
  const stream = choiceSetting(properties, 'stream', STREAMS);
  // A flow without the property was made when there was no choice.
  const from = stream === 'recordings' ? choiceSetting(properties, 'from', ['all', 'new', 'offsets']) : 'all';
  return {
    stream,
    eventTypes: eventTypesSetting(properties),
    secrets: booleanSetting(properties, 'secrets'),
    resume: booleanSetting(properties, 'resume'),
    from,
    // What the dialog hides does not count.
    offsets: from === 'offsets' ? offsetsSetting(properties.offsets) : {},
    store: textSetting(properties, 'store', false),
    idleTimeout: numberSetting(properties, 'idleTimeout', { fallback: 120, min: 0 }) * 1000,
    sources: new Set(stream === 'recordings' ? listSetting(properties, 'sources') : []),
    devices: devicesSetting(properties),
    output: choiceSetting<Output>(properties, 'output', ['native', 'senml', 'value']),
    field: textSetting(properties, 'field', false),
  };
}

export function registerXdpEvents(RED: NodeAPI): void {
  registerNode<NodeDef>(RED, 'xdp-events', (scope) => {
    const account = useAccount<XdpSettings, XdpClient>(scope, XDP_ACCOUNT);
    if (!account) return;
    const settings = readEventsSettings(scope.config as unknown as Properties);
    follow(scope, account, settings);
  });
}

interface UsedAccount {
  client: XdpClient;
  settings: XdpSettings;
  outages: OutageDesk;
}

function follow(scope: NodeScope, { client, settings: account, outages }: UsedAccount, settings: EventsSettings): void {
  const unreadable = createRareReport((error) => scope.report(error));
  const { stream, output } = settings;
  const cursor =
    stream === 'recordings'
      ? createNodeCursor(scope, settings.store, destinationKey(account.url, account.namespace, stream))
      : undefined;
  const keeper = settings.resume ? cursor : undefined;
  let supervisor: StreamSupervisor | undefined;
  let closed = false;

  const isWanted = eventFilter(settings);
  const names = createNames(scope, () => lists['end-devices'](client));

  const send = (event: XdpEvent, replayed: boolean): void => {
    if (closed || !isWanted(event)) return;
    if (output === 'value') {
      for (const each of valueMessages(event, settings.field, replayed, names)) scope.node.send(each as never);
      return;
    }
    const message = eventMessage(event, stream, output, replayed);
    if (!isEmptyPack(message)) scope.node.send(message as never);
  };

  const start = async (): Promise<void> => {
    const stored = await loadCursor();
    const first = stored === undefined;
    if (closed) return;
    const { followStream } = require('../client/follow-stream') as typeof import('../client/follow-stream');
    supervisor = followStream(client, {
      stream,
      secrets: settings.secrets,
      offsets: stored ?? (settings.from === 'offsets' ? settings.offsets : {}),
      onlyNew: first && settings.from === 'new',
      backoff: { base: FIRST_WAIT, max: account.retryMax },
      handshakeTimeout: account.timeout,
      idleTimeout: settings.idleTimeout,
      onEvent: scope.guard(send),
      onSettled: scope.guard((settled) => keeper?.touch(settled)),
      onSkipped: scope.guard((error) => unreadable.note(error)),
      ...streamReporter(scope, outages),
    });
  };

  /**
   * undefined: this is the very first start. A stream that has lost its cursor begins at the beginning: repeated events
   * can be told, lost ones not.
   */
  const loadCursor = async (): Promise<Cursor | undefined> => {
    try {
      // Switched on again later, it is not to go on from where it was once.
      if (!keeper) await cursor?.forget();
    } catch (thrown) {
      scope.report(toPlatformError(thrown));
    }
    if (!keeper) return undefined;
    const { cursor: stored, lost } = await keeper.load();
    if (lost) scope.report(beginsAnew(lost));
    return stored ?? (lost && {});
  };

  scope.status.show('connecting');
  start().catch((thrown) => scope.report(toPlatformError(thrown)));
  scope.onClose(async () => {
    closed = true;
    unreadable.close();
    await supervisor?.close();
    await keeper?.close();
  });
}

/** An event that names no device or source of its own, as those at the end of the stored ones, is about all of them. */
function eventFilter({ eventTypes, sources, devices }: EventsSettings): (event: XdpEvent) => boolean {
  return ({ name, source, data: { nwkAddr } }) =>
    (eventTypes.size === 0 || eventTypes.has(name)) &&
    (sources.size === 0 || source === undefined || sources.has(source)) &&
    (devices.size === 0 || nwkAddr === undefined || devices.has(String(nwkAddr)));
}

/** Addresses as people write them: decimal, or hexadecimal with `0x` in front. */
function devicesSetting(properties: Properties): ReadonlySet<string> {
  return new Set(
    listSetting(properties, 'devices').map((each) => {
      const problem = addressProblem(each);
      const address = integerOf(each, true);
      if (problem !== undefined || address === undefined)
        throw invalid(`"devices" holds "${each}": ${problem ?? 'no network address'}`);
      return String(address);
    }),
  );
}

function beginsAnew({ code, message }: PlatformError): PlatformError {
  return new PlatformError(code, `${message}; all that the platform has stored comes again, with msg.replayed`);
}

/** JSON text of the dialog, or an object written by hand. */
function offsetsSetting(value: unknown): Cursor {
  try {
    const offsets = offsetsOf(typeof value === 'string' && value.trim() !== '' ? JSON.parse(value) : value);
    if (Object.keys(offsets).length > 0) return offsets;
    throw invalid('"offsets" is empty: give {"topic": "offset"}, or begin with everything');
  } catch (thrown) {
    const reason = thrown instanceof SyntaxError ? '"offsets" is not valid JSON' : toPlatformError(thrown).message;
    throw invalid(reason);
  }
}
