import { join } from 'node:path';
import type { NodeDef } from 'node-red';
import { FIRST_WAIT } from '../backoff';
import { openDiskLog } from '../disk-log';
import { isCredentialError } from '../errors';
import { createOutbox, type OfflineMode, type OutboxState } from '../outbox';
import type { OutboxFate } from '../outbox-queue';
import type { FlowMessage, NodeScope, Send } from './node';
import type { OperationAnswer } from './operation-node';
import { choiceSetting, invalid, numberSetting, type Properties } from './settings';
import type { StatusReporter } from './status';
import { storageFolder } from './storage';

/** What the outbox needs to know of an account's settings; milliseconds. */
export interface UploadSettings {
  timeout: number;
  retryMax: number;
}

/** Sends the observations of one message. Resolves when the message is done (design: "Upload nodes"). */
export type Upload = (records: readonly string[], message: FlowMessage, send: Send) => Promise<void>;

/**
 * The part of an upload node that every platform shares: batches, the three offline modes, the status.
 *
 * @param deliver sends one batch; each record is one observation as JSON text
 */
export function createUpload(
  scope: NodeScope<NodeDef>,
  settings: UploadSettings,
  operation: string,
  deliver: (records: readonly string[], signal: AbortSignal) => Promise<OperationAnswer>,
): Upload {
  const properties = scope.config as unknown as Properties;
  const mode = choiceSetting<OfflineMode>(properties, 'offline', ['fail', 'memory', 'disk']);
  const maxAge = numberSetting(properties, 'maxAge', { fallback: 0, min: 0 }) * 1000;
  const batchTime = numberSetting(properties, 'batchTime', { fallback: 0, min: 0 });
  if (maxAge > 0 && maxAge < batchTime)
    throw invalid('"maxAge" is shorter than "batchTime": every message would be given up');
  const outbox = createOutbox<OperationAnswer>({
    mode,
    ...(mode === 'disk' && {
      log: openDiskLog(join(storageFolder(scope.RED), 'outbox', scope.node.id), (error) => scope.report(error)),
    }),
    maxItems: numberSetting(properties, 'maxItems', { fallback: 10_000, min: 1 }),
    // Without a queue for bad times nothing may wait longer than a batch is collected and a request may take.
    maxAge: mode === 'fail' ? settings.timeout + batchTime : maxAge,
    whenFull: choiceSetting(properties, 'whenFull', ['reject', 'drop-oldest']),
    batchSize: numberSetting(properties, 'batchSize', { fallback: 1, min: 1 }),
    batchTime,
    backoff: { base: FIRST_WAIT, max: settings.retryMax },
    send: deliver,
    onState: scope.guard((state) => showOutbox(scope.status, state)),
    onOutage: scope.guard((error) => scope.report(error)),
    orphan: {
      accepted: scope.guard((answer) => scope.node.send({ ...answer, operation } as never)),
      failed: scope.guard((error) => scope.report(error)),
    },
  });
  scope.onClose(() => outbox.close());

  return (records, message, send) =>
    new Promise((resolve, reject) => {
      let done = false;
      const fate: OutboxFate<OperationAnswer> = {
        kept() {
          done = true;
          resolve();
        },
        accepted: scope.guard((answer) => {
          // First, so that a message that cannot be passed on is done all the same.
          resolve();
          // The messages of one batch go different ways: none may change another's answer.
          send(Object.assign(message, scope.RED.util.cloneMessage({ ...answer } as never), { operation }));
        }),
        failed: scope.guard((error) => {
          // The message is done since it is on disk: only an error of its own still reaches a Catch node.
          if (done) scope.report(error, message);
          else reject(error);
        }),
      };
      outbox.put(records, fate);
    });
}

function showOutbox(status: StatusReporter, { state, queued, error }: OutboxState): void {
  const refused = error && isCredentialError(error);
  if (refused) status.show('unauthorized');
  else if (state === 'waiting') status.show('queued', `${queued} ${error?.code ?? ''}`.trim());
  else if (state === 'sending') status.show('sending', queued > 1 ? queued : undefined);
  else if (error) status.show('disconnected', error.code);
  else status.clear();
}
