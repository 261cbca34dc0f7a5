import { strict as assert } from 'node:assert';
import { answerData, type HttpAnswer, headersForFlow, takenData } from '../../../nodes/core/http/answer';

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

  for (const type of ['text/html', 'application/json', 'text/plain', undefined])
    for (const page of [
      '<html>',
      '<!DOCTYPE html><title>Sign in</title>',
      '\n  <HTML lang="en">',
      '\uFEFF<!doctype html>',
      '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">',
    ])
      it(`is never a web page, which somebody else has sent: ${JSON.stringify(page)} as ${type}`, () => {
        assert.throws(() => takenData(answer(page, type), 'upload'), { code: 'INVALID_RESPONSE' });
        assert.throws(() => answerData(answer(page, type), 'read'), { code: 'INVALID_RESPONSE' });
      });

  for (const body of ['{"error":"login required"}', '{"errors":["no"]}', ' {"error":{"code":1}}'])
    for (const type of ['application/json', 'text/plain', undefined])
      it(`is none where it speaks of an error: ${body} as ${type}`, () => {
        assert.throws(() => takenData(answer(body, type), 'upload'), { code: 'INVALID_RESPONSE', verdict: 'doubtful' });
      });

  for (const body of ['{"error":null}', '{"errors":[]}', '{"error":""}', '<42>', '{"text":"<html>"}'])
    it(`may speak of no error, and of pages: ${body}`, () => {
      takenData(answer(body, 'application/json'), 'upload');
    });
});

describe('the headers of an answer that a flow gets', () => {
  it('are those of the answer, not those of its connection, nor the cookies of whoever asked', () => {
    const headers = {
      'content-type': 'application/json',
      'x-request-id': '7',
      'retry-after': '5',
      link: '<next>',
      connection: 'keep-alive, X-Hop',
      'x-hop': '1',
      'keep-alive': 'timeout=5',
      'transfer-encoding': 'chunked',
      'content-length': '5',
      'content-encoding': 'gzip',
      'set-cookie': ['session=secret'],
      etag: '"1"',
      upgrade: 'h2c',
      'proxy-authenticate': 'Basic',
    };
    assert.deepEqual(headersForFlow(headers), {
      'content-type': 'application/json',
      'x-request-id': '7',
      'retry-after': '5',
      link: '<next>',
    });
  });
});
