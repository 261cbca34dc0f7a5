import type { NodeAPI, NodeDef } from 'node-red';
import { FIRST_WAIT } from '../../core/backoff';
import { type PlatformError, toPlatformError } from '../../core/errors';
import { useAccount } from '../../core/node-red/account';
import { createNodeCursor } from '../../core/node-red/cursor';
import { createNames } from '../../core/node-red/names';
import { closingSignal, type NodeScope, registerNode } from '../../core/node-red/node';
import type { OutageDesk } from '../../core/node-red/outage-desk';
import { readProperties } from '../../core/node-red/properties';
import { invalid, type Properties } from '../../core/node-red/settings';
import { startAgain } from '../../core/node-red/start-again';
import { streamReporter } from '../../core/node-red/stream-node';
import { createRareReport } from '../../core/rare-report';
import { isEmptyPack } from '../../core/senml/pack';
import type { Cursor } from '../../core/storage/cursor-store';
import { destinationKey } from '../../core/storage/destination';
import type { StreamSupervisor } from '../../core/stream/supervisor';
import { addressProblem, integerOf } from '../../core/values/integer-text';
import { XDP_ACCOUNT } from '../accounts';
import type { XdpEvent } from '../client/events';
import type { XdpSettings } from '../client/settings';
import type { XdpClient } from '../client/xdp-client';
import { eventTypesSetting } from '../event-types';
import { eventMessage, valueMessages } from '../message';
import { offsetsOf } from '../offsets';
import { lists } from '../xdp-account/lists';
import { PROPERTIES } from './properties';

type EventsSettings = ReturnType<typeof readEventsSettings>;

function readEventsSettings(properties: Properties) {
  const { eventTypes, sources, devices, offsets, ...settings } = readProperties(PROPERTIES, properties);
  return {
    ...settings,
    eventTypes: eventTypesSetting(eventTypes),
    sources: new Set(sources),
    devices: devicesSetting(devices),
    offsets: settings.from === 'offsets' ? offsetsSetting(offsets) : {},
  };
}

export function registerXdpEvents(RED: NodeAPI): void {
  registerNode<NodeDef>(RED, 'xdp-events', (scope) => {
    const account = useAccount<XdpSettings, XdpClient>(scope, XDP_ACCOUNT);
    if (account) follow(scope, account, readEventsSettings(scope.properties));
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
  const closing = closingSignal(scope);
  const backoff = { base: FIRST_WAIT, max: account.retryMax };
  let supervisor: StreamSupervisor | undefined;

  const isWanted = eventFilter(settings);
  const names = createNames(scope, () => lists['end-devices'](client));

  const send = (event: XdpEvent, replayed: boolean): void => {
    if (closing.aborted || !isWanted(event)) return;
    if (output === 'value') {
      for (const each of valueMessages(event, settings.field, replayed, names)) scope.node.send(each as never);
      return;
    }
    const message = eventMessage(event, stream, output, replayed);
    if (!isEmptyPack(message)) scope.node.send(message as never);
  };

  let loaded: { stored: Cursor | undefined } | undefined;

  const start = async (): Promise<void> => {
    // Once: a damaged cursor has been set aside, and a second look would take this for the very first start.
    loaded ??= { stored: await loadCursor() };
    const { stored } = loaded;
    if (closing.aborted) return;
    const { followStream } = require('../client/follow-stream') as typeof import('../client/follow-stream');
    supervisor = followStream(client, {
      stream,
      secrets: settings.secrets,
      offsets: stored ?? settings.offsets,
      onlyNew: stored === undefined && settings.from === 'new',
      backoff,
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
  void startAgain(scope, start, backoff, closing);
  scope.onClose(async () => {
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
function devicesSetting(devices: readonly string[]): ReadonlySet<string> {
  return new Set(
    devices.map((each) => {
      const address = integerOf(each, true);
      if (address === undefined)
        throw invalid(`"devices" holds "${each}": ${addressProblem(each) ?? 'no network address'}`);
      return String(address);
    }),
  );
}

function beginsAnew(lost: PlatformError): PlatformError {
  return lost.with({ message: `${lost.message}; everything the platform has stored comes again, with msg.replayed` });
}

/** JSON text of the dialog, or an object written by hand. */
function offsetsSetting(value: unknown): Cursor {
  try {
    const offsets = offsetsOf(typeof value === 'string' && value.trim() !== '' ? JSON.parse(value) : value);
    if (Object.keys(offsets).length > 0) return offsets;
    throw invalid('"offsets" is empty: give {"topic": "offset"}, or begin with everything');
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw invalid('"offsets" is not valid JSON');
    throw toPlatformError(thrown).with({ code: 'INVALID_CONFIGURATION' });
  }
}
