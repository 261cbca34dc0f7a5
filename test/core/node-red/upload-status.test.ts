import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../nodes/core/errors';
import type { NodeScope } from '../../../nodes/core/node-red/node';
import { createUploadStatus, type UploadStatus } from '../../../nodes/core/node-red/upload-status';

describe('the status of an upload node', () => {
  let shown: string[];
  let status: UploadStatus;

  beforeEach(() => {
    shown = [];
    status = createUploadStatus({
      status: {
        show: (word, detail) => void shown.push([word, detail].filter((each) => each !== undefined).join(' ')),
        say: (_look, text) => void shown.push(text),
        clear: () => void shown.push(''),
        close: () => undefined,
      },
    } as NodeScope);
  });
  afterEach(() => status.close());

  const full = new PlatformError('STORAGE', 'disk full', { cause: Object.assign(new Error(), { code: 'ENOSPC' }) });
  const away = new PlatformError('ECONNREFUSED', 'away', { retryable: true });

  it('names trouble with the disk until that is over, and then says what is the case', () => {
    status.outbox({ state: 'waiting', queued: 3, error: away });
    status.disk(full);
    status.outbox({ state: 'waiting', queued: 4, error: away });
    status.disk(undefined);
    assert.deepEqual(shown, ['queued 3 ECONNREFUSED', 'storage ENOSPC', 'storage ENOSPC', 'queued 4 ECONNREFUSED']);
  });

  it('is empty after trouble with the disk when nothing has been sent yet', () => {
    status.disk(full);
    status.disk(undefined);
    assert.deepEqual(shown, ['storage ENOSPC', '']);
  });

  it('says when the last was recorded, and how many since there was nothing to send', () => {
    const recorded = (): string => (shown.at(-1) ?? '').replace(/\d\d:\d\d:\d\d$/, 'TIME');
    status.taken(1);
    status.outbox({ state: 'idle', queued: 0 });
    assert.equal(recorded(), 'recorded TIME');
    status.outbox({ state: 'sending', queued: 2 });
    status.taken(20);
    status.outbox({ state: 'sending', queued: 1 });
    status.taken(30);
    status.outbox({ state: 'idle', queued: 0 });
    assert.equal(recorded(), 'recorded 50 · TIME');
  });

  it('says why the platform refuses, until it takes something', () => {
    const details = { statusCode: 400, said: 'no such source' };
    const refusal = new PlatformError('PLATFORM_ERROR', 'xDP refused postRecordings', details);
    status.outbox({ state: 'idle', queued: 0, error: refusal });
    assert.equal(shown.at(-1), 'refused 400: no such source');
    status.taken(1);
    status.outbox({ state: 'idle', queued: 0 });
    assert.match(shown.at(-1) ?? '', /^recorded \d/);
  });

  it('says when an attempt without a connection goes on, unless the disk makes trouble or the attempt is over', () => {
    const waiting = /^waiting , retry at \d\d:\d\d:\d\d, ECONNREFUSED$/;
    status.outbox({ state: 'sending', queued: 1 });
    status.retrying(away, 2000);
    assert.match(shown.at(-1) ?? '', waiting);
    status.disk(full);
    status.retrying(away, 2000);
    assert.equal(shown.at(-1), 'storage ENOSPC');
    status.disk(undefined);
    status.outbox({ state: 'idle', queued: 0, error: away });
    status.retrying(away, 2000);
    assert.equal(shown.at(-1), 'disconnected ECONNREFUSED');
  });

  it('is not touched by a disk that works as before', () => {
    status.outbox({ state: 'idle', queued: 0, error: away });
    status.disk(undefined);
    assert.deepEqual(shown, ['disconnected ECONNREFUSED']);
  });
});
