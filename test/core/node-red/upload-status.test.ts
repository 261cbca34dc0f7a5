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
        clear: () => void shown.push(''),
        close: () => undefined,
      },
    } as NodeScope);
  });
  afterEach(() => status.close());

  const full = new PlatformError('STORAGE', 'disk full', { cause: Object.assign(new Error(), { code: 'ENOSPC' }) });
  const away = new PlatformError('ECONNREFUSED', 'away');

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

  it('is not touched by a disk that works as before', () => {
    status.outbox({ state: 'idle', queued: 0, error: away });
    status.disk(undefined);
    assert.deepEqual(shown, ['disconnected ECONNREFUSED']);
  });
});
