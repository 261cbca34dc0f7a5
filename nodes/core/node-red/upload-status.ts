import type { NodeDef } from 'node-red';
import { isCredentialError, type PlatformError } from '../errors';
import type { OutboxState } from '../outbox/outbox';
import { showFailure } from './failure-status';
import type { NodeScope } from './node';
import { createPatience } from './patience';
import { clockTime, retryDetail } from './status';

/** What an upload node shows below it. */
export interface UploadStatus {
  outbox(state: OutboxState): void;
  /** The attempt under way has no connection, and looks for one again after so many milliseconds. */
  retrying(error: PlatformError, wait: number): void;
  /** The platform has taken so many observations. */
  taken(count: number): void;
  /** Trouble with the disk; undefined: none any more. */
  disk(error: PlatformError | undefined): void;
  close(): void;
}

export function createUploadStatus({ status }: NodeScope<NodeDef>): UploadStatus {
  const patience = createPatience(status);
  let trouble: PlatformError | undefined;
  let last: OutboxState | undefined;
  /** Observations since there was nothing to send. */
  let taken = 0;

  const showOutbox = ({ state, queued, error }: OutboxState): void => {
    if (error && isCredentialError(error)) status.show('unauthorized');
    else if (state === 'waiting') status.show('queued', `${queued} ${error?.code ?? ''}`.trim());
    else if (state === 'sending') status.show('sending', queued > 1 ? queued : undefined);
    else if (error) showFailure(status, error);
    else if (taken > 0) status.show('recorded', taken > 1 ? `${taken} · ${clockTime()}` : clockTime());
    else status.clear();
    if (state === 'idle') taken = 0;
  };

  const reporter: UploadStatus = {
    outbox(state) {
      last = state;
      if (state.state !== 'sending') patience.end();
      // A message that was taken, or kept, shows that the disk works again.
      if (trouble && state.state === 'idle' && !state.error) trouble = undefined;
      if (trouble) return status.show('storage', `${causeCode(trouble)}`);
      if (state.state === 'sending') patience.begin();
      showOutbox(state);
    },
    retrying(error, wait) {
      if (trouble || last?.state !== 'sending') return;
      patience.begin(wait);
      status.show('waiting', retryDetail(wait, error.code));
    },
    disk(error) {
      if (error === trouble) return;
      trouble = error;
      if (error) status.show('storage', causeCode(error));
      else if (last) reporter.outbox(last);
      else status.clear();
    },
    taken: (count) => {
      taken += count;
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
