import { strict as assert } from 'node:assert';
import { PlatformError, type PlatformErrorCode, type PlatformErrorDetails } from '../../../nodes/core/errors';
import { showFailure, showingWrongInput } from '../../../nodes/core/node-red/failure-status';
import type { FlowMessage } from '../../../nodes/core/node-red/node';
import type { StatusReporter } from '../../../nodes/core/node-red/status';

describe('the status of a failure', () => {
  let shown: string;
  const status: StatusReporter = {
    show: (word, detail = '') => {
      shown = `${word}${detail}`;
    },
    say: (look, text) => {
      shown = `${look} ${text}`;
    },
    clear: () => {
      shown = '';
    },
    close: () => undefined,
  };
  const of = (code: PlatformErrorCode, message: string, details: PlatformErrorDetails = {}): string => {
    shown = 'old';
    showFailure(status, new PlatformError(code, message, details));
    return shown;
  };

  it('holds what the platform said where it refuses, and no more than finds room', () => {
    const byRpc = of('INVALID_PARAMETER', 'iTwin IoT refused: no metric X', {
      verdict: 'refused',
      said: 'no metric X',
    });
    assert.equal(byRpc, 'refused: no metric X');
    const byHttp = of('NOT_FOUND', 'xDP does not know it', { statusCode: 404, said: 'no source' });
    assert.equal(byHttp, 'refused404: no source');
    const long = of('CONFLICT', 'xDP reports a conflict', { statusCode: 409, said: 'no '.repeat(100) });
    assert.ok(long.length <= 60 && long.endsWith('…'), long);
  });

  it('holds status and code where the platform said nothing', () => {
    assert.equal(of('PLATFORM_ERROR', 'xDP refused it (HTTP 500)', { statusCode: 500 }), 'refused500 PLATFORM_ERROR');
    assert.equal(of('TIMEOUT', 'no answer', { verdict: 'doubtful' }), 'refusedTIMEOUT');
  });

  it('is disconnected only when the platform cannot be reached', () => {
    assert.equal(of('ECONNREFUSED', 'nothing listens', { retryable: true }), 'disconnectedECONNREFUSED');
    assert.equal(of('INVALID_RESPONSE', 'that is no JSON'), 'failed INVALID_RESPONSE');
    assert.equal(of('UNAUTHORIZED', 'wrong', { statusCode: 401 }), 'unauthorized');
  });

  it('is the code alone for what is wrong before anything is sent', () => {
    assert.equal(of('INVALID_PARAMETER', '"x" must be a number'), 'failed INVALID_PARAMETER');
  });

  it('is none of a node that closes', () => {
    assert.equal(of('CLOSED', 'closed'), '');
  });

  it('shows a message that is wrong, whose error goes on', async () => {
    const wrong = new PlatformError('INVALID_PARAMETER', 'no');
    const handler = showingWrongInput(status, () => {
      throw wrong;
    });
    await assert.rejects(async () => handler({} as FlowMessage, () => undefined), wrong);
    assert.equal(shown, 'failed INVALID_PARAMETER');
  });

  it('is left to others where the platform has refused', async () => {
    shown = 'old';
    const handler = showingWrongInput(status, () => {
      throw new PlatformError('INVALID_PARAMETER', 'no', { verdict: 'refused' });
    });
    await assert.rejects(async () => handler({} as FlowMessage, () => undefined));
    assert.equal(shown, 'old');
  });
});
