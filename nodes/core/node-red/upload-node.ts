import { join } from 'node:path';
import type { NodeDef } from 'node-red';
import { FIRST_WAIT } from '../backoff';
import { PlatformError, toPlatformError } from '../errors';
import type { ExecuteOptions, OperationAnswer } from '../operation/answer';
import type { Note } from '../outbox/message';
import type { OfflineMode, Outbox } from '../outbox/outbox';
import { UPLOAD } from '../property/groups';
import { destinationFolder, destinationWords } from '../storage/destination';
import { isDeleted } from './deleted';
import { keepJournal } from './journal';
import type { FlowMessage, NodeScope, Send } from './node';
import type { OutageDesk } from './outage-desk';
import { readProperties } from './properties';
import { invalid } from './settings';
import { outboxFolder } from './storage';
import { flowOf } from './stream-node';
import { createFates, createOrphan } from './upload-fates';
import { createUploadStatus } from './upload-status';

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
  deliver(records: readonly string[], options: DeliverOptions): Promise<OperationAnswer>;
}

/** `onRetry` is told while one attempt waits, for a connection say, and goes on by itself. */
export interface DeliverOptions extends ExecuteOptions {
  signal: AbortSignal;
}

/** Sends the observations of one message. Resolves when the message is done (docs/design.md, "Upload nodes"). */
export type Upload = (records: readonly string[], message: FlowMessage, send: Send) => Promise<void>;

/** The part of an upload node that every platform shares: batches, the three offline modes, the status. */
export function createUpload(
  scope: NodeScope<NodeDef>,
  { settings, outages, operation, destination, deliver }: UploadOptions,
): Upload {
  const { offline: mode, otherDestination, maxAge, batchTime, ...limits } = readProperties(UPLOAD, scope.properties);
  if (maxAge > 0 && maxAge < batchTime)
    throw invalid('"maxAge" is shorter than "batchTime": every message would be given up');
  const { openKeptMessages } = require('../outbox/kept-messages') as typeof import('../outbox/kept-messages');
  const { createOutbox } = require('../outbox/outbox') as typeof import('../outbox/outbox');
  const root = outboxFolder(scope.RED, scope.node.id);
  const report = scope.guard((error: PlatformError) => scope.report(error));
  const status = createUploadStatus(scope);
  const onRetry = scope.guard(status.retrying);
  const log = openKeptMessages({
    root,
    destination,
    node: { type: scope.config.type, id: scope.node.id },
    otherDestination,
    keepNew: mode === 'disk',
    onDamaged: report,
    onTrouble: scope.guard(status.disk),
    onOthers: report,
  });
  const outbox = createOutbox<OperationAnswer>({
    mode,
    log,
    ...limits,
    // In mode `fail` a message waits its turn as long as the platform answers.
    maxAge: mode === 'fail' ? 0 : maxAge,
    patience: settings.timeout + batchTime,
    batchTime,
    backoff: { base: FIRST_WAIT, max: settings.retryMax },
    async send(records, signal) {
      const answer = await deliver(records, { signal, onRetry });
      outages.over();
      status.taken(records.length);
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
    orphan: createOrphan(scope, operation),
  });
  keepJournal(scope.node).waiting = () => outbox.waiting;
  scope.onClose(async (removed) => {
    status.close();
    const { kept, others } = outbox.waiting;
    const deleted = isDeleted(scope, removed);
    if (others > 0) scope.node.error(lostWords(others, destination));
    if (removed && !deleted && kept > 0) scope.node.error(leftWords(kept, join(root, destinationFolder(destination))));
    const late = await outbox.close();
    if (late > 0) scope.node.error(lostWords(late, destination));
    if (deleted) await deleteAll(scope, root);
  });
  return createPut(scope, outbox, mode, operation);
}

/** A node that does not come back has no use for what it kept: nobody would send it, and nobody knows the folder. */
async function deleteAll(scope: NodeScope<NodeDef>, root: string): Promise<void> {
  const { deleteKept } = require('../outbox/delete-kept') as typeof import('../outbox/delete-kept');
  try {
    await deleteKept(root, (count) => {
      // What a Catch node takes, Node-RED does not log.
      scope.node.warn(`${count} kept messages are deleted in ${root}`);
      scope.report(new PlatformError('CLOSED', deletedWords(count)));
    });
  } catch (thrown) {
    scope.report(toPlatformError(thrown));
  }
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
  return `${count} messages of this node, which was disabled, wait in ${folder} until it is enabled again`;
}

function deletedWords(count: number): string {
  return `${count} messages that were kept on disk and not sent yet are deleted together with this node`;
}
