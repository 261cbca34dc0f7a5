import { strict as assert } from 'node:assert';
import type { ServerResponse } from 'node:http';
import { createHttpClient, type HttpClient } from '../../../nodes/core/http/client';
import { answerOf, executeHttp } from '../../../nodes/core/operation/execute-http';
import { inBody, inPath, inQuery, type Operation } from '../../../nodes/core/operation/operation';
import { type LocalServer, serve } from '../../support/http';

const row = (rest: Partial<Operation>): Operation => ({
  id: 'doThing',
  node: 'things',
  transport: 'http',
  method: 'GET',
  path: '/things',
  params: [],
  ...rest,
});

describe('an operation over HTTP', () => {
  let server: LocalServer;
  let http: HttpClient;
  let answer: (response: ServerResponse) => void;

  beforeEach(async () => {
    answer = (response) => response.end();
    server = await serve((_, response) => answer(response));
    http = createHttpClient({ platform: 'Things', baseUrl: `${server.url}/api`, timeout: 30_000, retryMax: 10 });
  });
  afterEach(async () => {
    await http.close();
    await server.close();
  });

  const json = (value: unknown, status = 200) => {
    answer = (response) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  const execute = (rest: Partial<Operation>, values: Record<string, unknown> = {}) =>
    executeHttp(http, row(rest), values);

  it('sends what row and values say, and gives data, status and headers', async () => {
    json({ n: 1 }, 201);
    const params = [inPath('id'), inQuery('page', { type: 'integer' }), inBody('name')];
    const rest = { method: 'POST', path: '/things/{id}', params };
    const { payload, statusCode, headers } = await execute(rest, { id: 'a b', page: 2, name: 'x' });
    assert.deepEqual([payload, statusCode], [{ n: 1 }, 201]);
    assert.equal((headers as Record<string, string>)['content-type'], 'application/json');
    const [seen] = server.seen;
    assert.equal(`${seen?.method} ${seen?.url}`, 'POST /api/things/a%20b?page=2');
    assert.equal(seen?.body, '{"name":"x"}');
  });

  it('ends with its signal', async () => {
    answer = () => undefined;
    const life = new AbortController();
    const asked = executeHttp(http, row({}), {}, { signal: life.signal });
    await server.requests(1);
    life.abort(new Error('closing'));
    await assert.rejects(asked, /closing/);
  });

  describe('whose row names a content type', () => {
    it('sends it with a body and without one', async () => {
      await execute({ contentType: 'application/json' });
      const text: Partial<Operation> = { method: 'PUT', body: 'text', params: [inBody('value', { whole: true })] };
      await execute({ ...text, contentType: 'application/json' }, { value: '1' });
      await execute({ ...text }, { value: '1' });
      await execute({});
      const types = server.seen.map(({ headers }) => headers['content-type']);
      assert.deepEqual(types, ['application/json', 'application/json', 'text/plain', undefined]);
    });
  });

  describe('that may not be repeated', () => {
    it('is sent once although its method is PUT', async () => {
      answer = (response) => response.writeHead(503, { 'retry-after': '0' }).end();
      await assert.rejects(execute({ method: 'PUT', repeatable: false }), { statusCode: 503 });
      assert.equal(server.seen.length, 1);
    });
  });

  describe('of a form', () => {
    const params = [
      inBody('id'),
      inBody('valueName', { type: 'list' }),
      inBody('unset'),
      inBody('params', { type: 'object', whole: true }),
    ];
    const values = { id: 'a&b', valueName: ['Lamp Level', 'x'], params: { from: '01/02/2026 10:00:00', n: [1, 2] } };
    const form = { transport: 'http-form', path: '/api/{service}', params: [inPath('service'), ...params] } as const;

    const expected = [
      ['id', 'a&b'],
      ['valueName', 'Lamp Level'],
      ['valueName', 'x'],
      ['from', '01/02/2026 10:00:00'],
      ['n', '1'],
      ['n', '2'],
    ];

    it('has its parameters in the query of a GET, and no body', async () => {
      await execute({ ...form, method: 'GET' }, { ...values, service: 'asset' });
      const [seen] = server.seen;
      const { pathname, searchParams } = new URL(String(seen?.url), server.url);
      assert.equal(pathname, '/api/api/asset');
      assert.deepEqual([...searchParams], expected);
      assert.deepEqual([seen?.body, seen?.headers['content-type']], ['', undefined]);
    });

    it('has them form-encoded in the body of a POST', async () => {
      await execute({ ...form, method: 'POST' }, { ...values, service: 'asset' });
      const [seen] = server.seen;
      assert.equal(seen?.url, '/api/api/asset');
      assert.equal(seen?.headers['content-type'], 'application/x-www-form-urlencoded');
      assert.deepEqual([...new URLSearchParams(seen?.body)], expected);
    });

    it('takes its method from "httpMethod" where "method" is a part of the path', async () => {
      const call = {
        ...form,
        method: '*',
        path: '/api/{service}/{method}',
        params: [
          inPath('service'),
          inPath('method'),
          inBody('params', { type: 'object', whole: true }),
          { name: 'httpMethod', in: 'none', type: 'string' },
        ],
      } as const;
      const common = { service: 'asset', method: 'find', params: { a: 1 } };
      await execute(call, { ...common, httpMethod: 'GET' });
      await execute(call, { ...common, httpMethod: 'POST' });
      const seen = server.seen.map(({ method, url, body }) => [method, url, body]);
      assert.deepEqual(seen, [
        ['GET', '/api/api/asset/find?a=1', ''],
        ['POST', '/api/api/asset/find', 'a=1'],
      ]);
    });
  });

  describe('whose row names an envelope', () => {
    const cases: [title: string, envelope: Operation['envelope'], given: unknown, payload: unknown][] = [
      ['gives what is in it', 'things', { things: [1] }, [1]],
      ['knows it with a blank before its name', 'things', { ' things': [1] }, [1]],
      ['gives the answer as it is where there is no envelope', 'things', [1], [1]],
      ['loses nothing that stands beside it', 'things', { things: [1], more: true }, { things: [1], more: true }],
      ['opens one within the other', ['data', 'tuids'], { data: { tuids: ['a'] } }, ['a']],
      ['opens the outer one where there is no inner one', ['data', 'tuids'], { data: ['a'] }, ['a']],
      ['gives null for an empty one', 'project', { project: null }, null],
      [
        'takes the data from among other members as its function says',
        (data) => (data as { value?: unknown }).value,
        { errorCode: '0', value: 5 },
        5,
      ],
    ];
    for (const [title, envelope, given, payload] of cases)
      it(title, async () => {
        json(given);
        assert.deepEqual((await execute({ envelope })).payload, payload);
      });
  });

  describe('whose reply is not documented', () => {
    const broken = (response: ServerResponse) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"broken":');

    it('has succeeded with any reply', async () => {
      answer = broken;
      assert.equal((await execute({ anyReply: true })).payload, '{"broken":');
      await assert.rejects(execute({}), { code: 'INVALID_RESPONSE' });
    });

    it('has not with a web page', async () => {
      answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
      await assert.rejects(execute({ anyReply: true }), { code: 'INVALID_RESPONSE', operation: 'doThing' });
    });
  });

  describe('whose answer says no', () => {
    /** SAM Element: "204 No Content / Invalid JSON." */
    const invalidJson: Operation['refusal'] = ({ method, statusCode }) =>
      statusCode === 204 && ['POST', 'PUT'].includes(method) ? 'the JSON is invalid (204)' : undefined;
    /** Thingsee: "deleted: Whether the group was deleted successfully or not". */
    const notDeleted: Operation['refusal'] = ({ data }) =>
      (data as { data: { deleted: boolean } }).data.deleted === false ? 'the group was not deleted' : undefined;
    /** SLV: an answer with HTTP 200 can hold an error. */
    const errorCode: Operation['refusal'] = ({ data }) => {
      const { errorCode: code, message } = data as { errorCode: string; message: string };
      return code === '0' ? undefined : `${message} (${code})`;
    };

    it('by its status is an error, for the methods of which that is said', async () => {
      answer = (response) => response.writeHead(204).end();
      await assert.rejects(execute({ method: 'PUT', refusal: invalidJson }), {
        code: 'PLATFORM_ERROR',
        statusCode: 204,
        operation: 'doThing',
        verdict: 'refused',
        message: 'doThing was refused (HTTP 204): the JSON is invalid (204)',
      });
      assert.equal((await execute({ method: 'DELETE', refusal: invalidJson })).payload, null);
    });

    it('by a member within the envelope is one, and is not sent again', async () => {
      const rest = { method: 'DELETE', envelope: 'data', refusal: notDeleted };
      json({ data: { group_id: 'g', deleted: false } });
      await assert.rejects(execute(rest), { code: 'PLATFORM_ERROR', message: /the group was not deleted$/ });
      assert.equal(server.seen.length, 1);
      json({ data: { group_id: 'g', deleted: true } });
      assert.deepEqual((await execute(rest)).payload, { group_id: 'g', deleted: true });
    });

    it('in words of its own is one that quotes them shortly and without secrets', async () => {
      const rest: Partial<Operation> = {
        method: 'POST',
        params: [inBody('pin', { secret: true })],
        refusal: errorCode,
      };
      json({ errorCode: '500', message: `wrong pin 12345678 ${'x'.repeat(300)}` });
      await assert.rejects(execute(rest, { pin: '12345678' }), (error: Error) => {
        assert.match(error.message, /: wrong pin ••• x{180,}…$/);
        return true;
      });
      json({ errorCode: '0', message: 'OK' });
      assert.equal((await execute(rest, { pin: '12345678' })).statusCode, 200);
    });
  });

  it('reads a further page, whose request no row describes, as it reads the first', async () => {
    json({ things: [2] });
    const next = { method: 'GET', path: '/things/next' } as const;
    const received = await http.request(next);
    assert.deepEqual(answerOf(received, row({ envelope: 'things' }), next).payload, [2]);
  });
});
