import type { NodeDef } from 'node-red';
import { isCredentialError, type PlatformError } from '../errors';
import type { OutboxState } from '../outbox/outbox';
import { isRefusal } from '../outbox/verdict';
import type { NodeScope } from './node';
import { createPatience } from './patience';
import type { StatusReporter } from './status';

/** What an upload node shows below it. */
export interface UploadStatus {
  outbox(state: OutboxState): void;
  /** Trouble with the disk; undefined: none any more. */
  disk(error: PlatformError | undefined): void;
  close(): void;
}

export function createUploadStatus({ status }: NodeScope<NodeDef>): UploadStatus {
  const patience = createPatience(status);
  let trouble: PlatformError | undefined;
  let last: OutboxState | undefined;

  const reporter: UploadStatus = {
    outbox(state) {
      last = state;
      if (state.state !== 'sending') patience.end();
      // A message that was taken, or kept, shows that the disk works again.
      if (trouble && state.state === 'idle' && !state.error) trouble = undefined;
      if (trouble) return status.show('storage', `${causeCode(trouble)}`);
      if (state.state === 'sending') patience.begin();
      showOutbox(status, state);
    },
    disk(error) {
      if (error === trouble) return;
      trouble = error;
      if (error) status.show('storage', causeCode(error));
      else if (last) reporter.outbox(last);
      else status.clear();
    },
    close: () => patience.end(),
  };
  return reporter;
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
