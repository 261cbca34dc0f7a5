import { join } from 'node:path';
import type { NodeDef } from 'node-red';
import { FIRST_WAIT } from '../backoff';
import { destinationFolder, destinationWords } from '../destination';
import { isCredentialError, type PlatformError } from '../errors';
import { openKeptMessages } from '../kept-messages';
import { createOutbox, type OfflineMode, type Outbox, type OutboxState } from '../outbox';
import type { Note, OutboxFate } from '../outbox-queue';
import { isRefusal } from '../outbox-verdict';
import type { FlowMessage, NodeScope, Send } from './node';
import type { OperationAnswer } from './operation-node';
import type { OutageDesk } from './outage-desk';
import { createPatience } from './patience';
import { choiceSetting, invalid, numberSetting, type Properties } from './settings';
import type { StatusReporter } from './status';
import { outboxFolder } from './storage';
import { flowOf } from './stream-node';

/** What the outbox needs to know of an account's settings; milliseconds. */
export interface UploadSettings {
  timeout: number;
  retryMax: number;
}

export interface UploadOptions {
  settings: UploadSettings;
  outages: OutageDesk;
  operation: string;
  /** Where observations go (`destinationKey`): what is kept for one destination never goes to another unasked. */
  destination: string;
  /** Sends one batch; each record is one observation as JSON text. */
  deliver(records: readonly string[], signal: AbortSignal): Promise<OperationAnswer>;
}

/** Sends the observations of one message. Resolves when the message is done (design: "Upload nodes"). */
export type Upload = (records: readonly string[], message: FlowMessage, send: Send) => Promise<void>;

/** Messages that wait on disk and are held in memory too, for what they carry besides their payload. */
const HELD_WHOLE = 100;

/** The part of an upload node that every platform shares: batches, the three offline modes, the status. */
export function createUpload(
  scope: NodeScope<NodeDef>,
  { settings, outages, operation, destination, deliver }: UploadOptions,
): Upload {
  const properties = scope.config as unknown as Properties;
  const mode = choiceSetting<OfflineMode>(properties, 'offline', ['fail', 'memory', 'disk']);
  const maxAge = numberSetting(properties, 'maxAge', { fallback: 0, min: 0 }) * 1000;
  const batchTime = numberSetting(properties, 'batchTime', { fallback: 0, min: 0 });
  if (maxAge > 0 && maxAge < batchTime)
    throw invalid('"maxAge" is shorter than "batchTime": every message would be given up');
  const root = outboxFolder(scope.RED, scope.node.id);
  const report = scope.guard((error: PlatformError) => scope.report(error));
  const status = createUploadStatus(scope);
  const log = openKeptMessages({
    root,
    destination,
    node: { type: scope.config.type, id: scope.node.id },
    otherDestination: choiceSetting(properties, 'otherDestination', ['hold', 'send', 'discard']),
    keepNew: mode === 'disk',
    onDamaged: report,
    onTrouble: status.disk,
    onOthers: report,
  });
  const outbox = createOutbox<OperationAnswer>({
    mode,
    log,
    maxItems: numberSetting(properties, 'maxItems', { fallback: 10_000, min: 1 }),
    maxBytes: numberSetting(properties, 'maxBytes', { fallback: 20_000_000, min: 1 }),
    // In mode `fail` a message waits its turn as long as the platform answers.
    maxAge: mode === 'fail' ? 0 : maxAge,
    patience: settings.timeout + batchTime,
    giveUpAfter: numberSetting(properties, 'giveUpAfter', { fallback: 0, min: 0 }),
    whenFull: choiceSetting(properties, 'whenFull', ['reject', 'drop-oldest']),
    batchSize: numberSetting(properties, 'batchSize', { fallback: 1, min: 1 }),
    batchTime,
    backoff: { base: FIRST_WAIT, max: settings.retryMax },
    async send(records, signal) {
      const answer = await deliver(records, signal);
      outages.over();
      return answer;
    },
    onState: scope.guard(status.outbox),
    onOutage: scope.guard((error: PlatformError) => {
      if (outages.isNew(flowOf(scope), error)) scope.report(error);
    }),
    onTrouble: scope.guard((error: PlatformError) => {
      status.disk(error);
      scope.report(error);
    }),
    onWriting: scope.guard(status.disk),
    onFound: scope.guard((count: number) => {
      if (mode !== 'disk')
        scope.node.warn(`${count} messages that were kept on disk before are sent first; new ones are not kept there`);
    }),
    orphan: (note) => ({
      accepted: scope.guard((answer) => scope.node.send({ ...note(), ...answer, operation } as never)),
      failed: scope.guard((error) => scope.report(error, { ...note() } as FlowMessage)),
    }),
  });
  scope.onClose(async (removed) => {
    status.close();
    const { kept, others } = outbox.waiting;
    if (others > 0) scope.node.error(lostWords(others, destination));
    if (removed && kept > 0) scope.node.error(leftWords(kept, join(root, destinationFolder(destination))));
    await outbox.close();
  });
  return createPut(scope, outbox, mode, operation);
}

/** Puts messages in, and sends them on when they have been taken. */
function createPut(
  scope: NodeScope<NodeDef>,
  outbox: Outbox<OperationAnswer>,
  mode: OfflineMode,
  operation: string,
): Upload {
  const fateOf = createFates(scope, operation);
  return (records, message, send) => {
    const note = mode === 'disk' ? noteOf(message) : undefined;
    return new Promise((resolve, reject) => {
      outbox.put(records, fateOf({ message, send, note }, resolve, reject), note);
    });
  };
}

/** What is held of a message while it waits. */
interface Held {
  message: FlowMessage;
  send: Send;
  note: Note | undefined;
}

/**
 * What becomes of messages. Not a part of `createPut`: a closure keeps all that is around it, and ten thousand messages
 * that wait on disk must not stay in memory as well.
 */
function createFates(
  scope: NodeScope<NodeDef>,
  operation: string,
): (held: Held, resolve: () => void, reject: (error: PlatformError) => void) => OutboxFate<OperationAnswer> {
  /** Messages that wait on disk and are held, but for their payload. */
  let heldWhole = 0;

  /** The message is done: its payload, whose place the answer takes, and what Node-RED holds of it may go. */
  const slim = ({ message, note }: Held): Held => {
    const { payload: _, ...rest } = message;
    return {
      message: (heldWhole++ < HELD_WHOLE ? rest : { ...note }) as FlowMessage,
      send: (answer) => scope.node.send(answer as never),
      note,
    };
  };

  return (held, resolve, reject) => {
    let present = held;
    let kept = false;
    return {
      kept() {
        kept = true;
        present = slim(present);
        resolve();
      },
      accepted: scope.guard((answer) => {
        if (kept) heldWhole--;
        // First, so that a message that cannot be passed on is done all the same.
        resolve();
        // The messages of one batch go different ways: none may change another's answer.
        const copy = scope.RED.util.cloneMessage({ ...answer } as never) as object;
        present.send(Object.assign(present.message, copy, { operation }));
      }),
      failed: scope.guard((error) => {
        if (kept) heldWhole--;
        // The message is done since it is on disk: only an error of its own still reaches a Catch node.
        if (kept) scope.report(error, present.message);
        else reject(error);
      }),
    };
  };
}

/** What of a message is kept with its records. */
function noteOf({ _msgid, topic }: FlowMessage): Note {
  return {
    ...(typeof _msgid === 'string' && { _msgid }),
    ...(typeof topic === 'string' && topic.length < 1000 && { topic }),
  };
}

function lostWords(count: number, destination: string): string {
  return `${count} messages for ${destinationWords(destination)} were not sent: the node was closed while they waited`;
}

function leftWords(count: number, folder: string): string {
  return `${count} messages of this node, which was deleted, wait in ${folder}: bring the node back to send them, or remove the folder`;
}

interface UploadStatus {
  outbox(state: OutboxState): void;
  /** Trouble with the disk; undefined: none any more. */
  disk(error: PlatformError | undefined): void;
  close(): void;
}

function createUploadStatus({ status }: NodeScope<NodeDef>): UploadStatus {
  const patience = createPatience(status);
  let trouble: PlatformError | undefined;
  return {
    outbox(state) {
      if (state.state !== 'sending') patience.end();
      // A message that was taken, or kept, shows that the disk works again.
      if (trouble && state.state === 'idle' && !state.error) trouble = undefined;
      if (trouble) return status.show('storage', `${causeCode(trouble)}`);
      if (state.state === 'sending') patience.begin();
      showOutbox(status, state);
    },
    disk(error) {
      trouble = error;
      if (error) status.show('storage', causeCode(error));
      else status.clear();
    },
    close: () => patience.end(),
  };
}

/** `ENOSPC` says more than `STORAGE`. */
function causeCode({ code, cause }: PlatformError): string {
  const known = (cause as { code?: unknown } | undefined)?.code;
  return typeof known === 'string' ? known : code;
}

function showOutbox(status: StatusReporter, { state, queued, error }: OutboxState): void {
  const refused = error && isCredentialError(error);
  if (refused) status.show('unauthorized');
  else if (state === 'waiting') status.show('queued', `${queued} ${error?.code ?? ''}`.trim());
  else if (state === 'sending') status.show('sending', queued > 1 ? queued : undefined);
  else if (error) status.show(isRefusal(error) ? 'refused' : 'disconnected', error.code);
  else status.clear();
}
