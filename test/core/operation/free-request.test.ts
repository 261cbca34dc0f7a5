import { strict as assert } from 'node:assert';
import { freeRequest } from '../../../nodes/core/operation/free-request';
import { resolveParameters } from '../../../nodes/core/operation/parameters';
import { buildRequest } from '../../../nodes/core/operation/request-builder';

const operation = freeRequest('things-query');

const request = (message: Record<string, unknown>, payload?: unknown) =>
  buildRequest(operation, resolveParameters(operation, { dialog: {}, message, payload }));

describe('the free request', () => {
  it('is a GET of a path below the account’s URL', () => {
    const { method, path, query, headers, body } = request({ path: '/nodes/all' });
    assert.deepEqual(
      { method, path, query, headers, body },
      {
        method: 'GET',
        path: '/nodes/all',
        query: [],
        headers: undefined,
        body: undefined,
      },
    );
  });

  it('takes the methods of HTTP that carry something, in capitals', () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      assert.equal(request({ method, path: '/x' }).method, method);
    for (const method of ['get', 'TRACE', 'CONNECT'])
      assert.throws(() => request({ method, path: '/x' }), /"method" of request must be one of GET, POST/);
  });

  it('sends its path as it is, encoded parts and double slashes included', () => {
    for (const path of ['/integrations//api/13DC2F/node', '/a%20b/c', '/ü', '/...', '/a..b', '/.well-known']) {
      assert.equal(request({ path }).path, path);
    }
  });

  for (const path of [
    'nodes',
    '/a b',
    '/a?b=c',
    '/a#b',
    '/a/../b',
    '/..',
    '/./a',
    '/%2e%2e/b',
    '/.%2E/b',
    '/a\\..\\b',
    '',
  ]) {
    it(`refuses the path "${path}", which would lead elsewhere or hide a query`, () => {
      assert.throws(() => request({ path }), /"path"/);
    });
  }

  it('lets no path that it takes leave the account’s URL', () => {
    for (const path of ['//evil.example/x', '/@evil.example', '/:80', '/...', '/%2f..%2f']) {
      const url = new URL(`https://things.example/api${request({ path }).path}`);
      assert.equal(url.host, 'things.example');
      assert.ok(url.pathname.startsWith('/api/'));
    }
  });

  it('has any query: lists as repeated names, objects as name[key], nothing for what is empty', () => {
    const query = { a: 1, list: ['x', 2], deep: { k: true }, none: null, missing: undefined, empty: [] };
    assert.deepEqual(request({ path: '/x', query }).query, [
      ['a', '1'],
      ['list', 'x'],
      ['list', '2'],
      ['deep[k]', 'true'],
    ]);
    assert.throws(() => request({ path: '/x', query: 'a=1' }), /"query" of request must be an object/);
  });

  it('has any headers, in lower case, that go before those of the body', () => {
    const headers = { 'X-Trace': 7, Accept: 'text/csv', 'Content-Type': 'text/csv' };
    const { headers: sent } = request({ method: 'POST', path: '/x', headers, body: 'a,b' });
    assert.deepEqual(sent, { 'x-trace': '7', accept: 'text/csv', 'content-type': 'text/csv' });
  });

  for (const name of ['Authorization', 'host', 'Content-Length', 'Transfer-Encoding', 'connection']) {
    it(`does not let a flow set "${name}"`, () => {
      assert.throws(
        () => request({ path: '/x', headers: { [name]: 'geheim' } }),
        (error: Error) => error.message.includes(`must not hold "${name}": it is set by the account`),
      );
    });
  }

  it('names a header that is no text', () => {
    assert.throws(() => request({ path: '/x', headers: { 'x-list': ['a'] } }), /must hold texts, but "x-list" is none/);
  });

  describe('has a body', () => {
    const sent = (body: unknown, method = 'POST') => {
      const { body: content, headers } = request({ method, path: '/x', body });
      return [headers?.['content-type'], content];
    };

    it('of JSON for objects, lists, numbers and truth values', () => {
      assert.deepEqual(sent({ a: [1] }), ['application/json', '{"a":[1]}']);
      assert.deepEqual(sent([1, 2]), ['application/json', '[1,2]']);
      assert.deepEqual(sent(0), ['application/json', '0']);
      assert.deepEqual(sent(false), ['application/json', 'false']);
    });

    it('of text and of bytes as they are', () => {
      assert.deepEqual(sent('{"a": 1}'), ['text/plain', '{"a": 1}']);
      const bytes = Buffer.from([0, 255]);
      assert.deepEqual(sent(bytes), ['application/octet-stream', bytes]);
    });

    it('for every method but GET (RFC 9110 §9.3.1)', () => {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) assert.equal(sent({}, method)[1], '{}');
      assert.deepEqual(sent({ a: 1 }, 'GET'), [undefined, undefined]);
    });

    it('that is the payload, when nothing else was given and it names no parameter', () => {
      const post = (payload: unknown) => request({ method: 'POST', path: '/x' }, payload).body;
      assert.equal(post({ a: 1 }), '{"a":1}');
      assert.equal(post([{ a: 1 }]), '[{"a":1}]');
      assert.equal(post({ body: { a: 1 } }), '{"a":1}');
      assert.equal(post({ query: { a: 1 } }), undefined);
      for (const other of ['text', 5, undefined]) assert.equal(post(other), undefined);
    });

    it('that was given before any payload', () => {
      assert.equal(request({ method: 'POST', path: '/x', body: { b: 2 } }, { a: 1 }).body, '{"b":2}');
    });
  });
});
