import { strict as assert } from 'node:assert';
import type { HttpAnswer } from '../../nodes/core/http-answer';
import { takenData } from '../../nodes/core/taken-answer';

const answer = (body: string, type?: string): HttpAnswer => ({
  statusCode: 202,
  headers: type === undefined ? {} : { 'content-type': type },
  body,
});

describe('the data of an answer to what was taken', () => {
  it('is JSON where it is JSON, text otherwise, null where there is none', () => {
    assert.deepEqual(takenData(answer('{"status":"ACCEPTED"}', 'application/json'), 'upload'), { status: 'ACCEPTED' });
    assert.equal(takenData(answer('ok', 'text/plain'), 'upload'), 'ok');
    assert.equal(takenData(answer('', 'application/json'), 'upload'), null);
  });

  it('is the text of what is called JSON and is none: it must not be sent again for that', () => {
    assert.equal(takenData(answer('ACCEPTED', 'application/json'), 'upload'), 'ACCEPTED');
  });

  it('is never a web page, which somebody else has sent', () => {
    assert.throws(() => takenData(answer('<html>', 'text/html'), 'upload'), { code: 'INVALID_RESPONSE' });
  });
});
