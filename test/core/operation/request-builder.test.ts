import { strict as assert } from 'node:assert';
import { anyOther, inBody, inPath, inQuery, notSent, type Operation } from '../../../nodes/core/operation/operation';
import { buildRequest, jsonLines } from '../../../nodes/core/operation/request-builder';
import { WrittenItems } from '../../../nodes/core/operation/written-items';

const operation = (path: string, rest: Partial<Operation> = {}): Operation => ({
  id: 'putThing',
  node: 'things',
  transport: 'http',
  method: 'PUT',
  path,
  params: [],
  ...rest,
});

describe('a request', () => {
  it('carries method and operation id, and no body where there is none', () => {
    const request = buildRequest(operation('/things'), {});
    assert.equal(request.method, 'PUT');
    assert.equal(request.path, '/things');
    assert.equal(request.operation, 'putThing');
    assert.equal(request.body, undefined);
    assert.equal(request.headers, undefined);
    assert.equal(request.repeatable, undefined);
  });

  it('percent-encodes every part of its path, so that none can become two', () => {
    const paths = operation('/a/{x}/b/{y}', { params: [inPath('x'), inPath('y', { type: 'integer' })] });
    const path = (x: unknown, y: unknown): string => buildRequest(paths, { x, y }).path;
    assert.equal(path('plain', 5), '/a/plain/b/5');
    assert.equal(path('a/b?c#d%e f', 0), '/a/a%2Fb%3Fc%23d%25e%20f/b/0');
    assert.equal(path('Größe 湿', 1), '/a/Gr%C3%B6%C3%9Fe%20%E6%B9%BF/b/1');
    assert.equal(path('{y}', 1), '/a/%7By%7D/b/1');
    assert.equal(path('$& $1', 1), '/a/%24%26%20%241/b/1');
  });

  it('keeps the slashes of a part that is a path itself, and encodes the rest of it', () => {
    const nested = operation('/integrations/{id}', { params: [inPath('id', { slashes: true })] });
    const path = (id: string): string => buildRequest(nested, { id }).path;
    assert.equal(path('/api/13DC2F/node'), '/integrations//api/13DC2F/node');
    assert.equal(path('/a b/c?d'), '/integrations//a%20b/c%3Fd');
    assert.equal(path('/a%2Fb'), '/integrations//a%252Fb');
  });

  it('leaves out a part of its path that may be left out, and keeps the slash before it', () => {
    const optional = operation('/devices/{id?}', { params: [inPath('id', { required: false })] });
    assert.equal(buildRequest(optional, {}).path, '/devices/');
    assert.equal(buildRequest(optional, { id: 'a/b' }).path, '/devices/a%2Fb');
  });

  it('always has in its query what is fixed there', () => {
    const fixed = operation('/user/', { fixedQuery: { profile: '3' }, params: [inQuery('email')] });
    assert.deepEqual(buildRequest(fixed, { email: 'a@b' }).query, [
      ['profile', '3'],
      ['email', 'a@b'],
    ]);
  });

  it('repeats the name of a query parameter for each item of a list', () => {
    const query = operation('/things', {
      params: [inQuery('id', { type: 'list' }), inQuery('none', { type: 'list' })],
    });
    assert.deepEqual(buildRequest(query, { id: ['a', 'b'], none: [] }).query, [
      ['id', 'a'],
      ['id', 'b'],
    ]);
  });

  it('sends neither in query nor in body what the operation reads itself', () => {
    const confirmed = operation('/things/{id}', { params: [inPath('id'), notSent('confirm')] });
    const request = buildRequest(confirmed, { id: 'x', confirm: 'x' });
    assert.deepEqual(
      [request.path, request.query, request.body, request.headers],
      ['/things/x', [], undefined, undefined],
    );
  });

  it('takes "query" and "headers" for names like any other where the table does not say otherwise', () => {
    const named = operation('/things', { params: [inQuery('query'), inBody('headers', { type: 'object' })] });
    const request = buildRequest(named, { query: 'x', headers: { a: 1 } });
    assert.deepEqual(request.query, [['query', 'x']]);
    assert.equal(request.body, '{"headers":{"a":1}}');
    assert.deepEqual(request.headers, { 'content-type': 'application/json' });
  });

  it('has query parameters in order, objects as name[key]', () => {
    const query = operation('/things', {
      params: [
        inQuery('finite', { type: 'boolean' }),
        inQuery('offsets', { type: 'object' }),
        inQuery('limit', { type: 'integer' }),
        inQuery('none'),
      ],
    });
    const offsets = { 'waterstate-data-up-json': '78108275245056', 'a b': '9007199254740993' };
    assert.deepEqual(buildRequest(query, { finite: false, offsets, limit: 0 }).query, [
      ['finite', 'false'],
      ['offsets[waterstate-data-up-json]', '78108275245056'],
      ['offsets[a b]', '9007199254740993'],
      ['limit', '0'],
    ]);
    assert.deepEqual(buildRequest(query, { offsets: {} }).query, []);
  });

  describe('has a body', () => {
    const type = (request: { headers?: Record<string, string> }) => request.headers?.['content-type'];

    it('of JSON with the body parameters that have a value', () => {
      const request = buildRequest(
        operation('/things/{id}', {
          params: [inPath('id'), inBody('name'), inBody('on', { type: 'boolean' }), inBody('none')],
        }),
        { id: 'x', name: 'Größe', on: false },
      );
      assert.equal(type(request), 'application/json');
      assert.deepEqual(JSON.parse(String(request.body)), { name: 'Größe', on: false });
    });

    it('that is one parameter alone', () => {
      const whole = operation('/things', { params: [inBody('thing', { type: 'object', whole: true })] });
      assert.equal(buildRequest(whole, { thing: { a: 1 } }).body, '{"a":1}');
    });

    it('of JSON Lines: one text a line, no line feed inside of any', () => {
      const lines = operation('/events', {
        method: 'POST',
        body: 'json-lines',
        params: [inBody('events', { type: 'array', whole: true })],
      });
      const events = [{ a: 'line\nfeed' }, { b: [1, { c: '\u2028' }] }];
      const request = buildRequest(lines, { events });
      assert.equal(type(request), 'application/json');
      assert.deepEqual(
        String(request.body)
          .split('\n')
          .map((line) => JSON.parse(line)),
        events,
      );
      assert.equal(jsonLines([], 'events'), '');
    });

    it('of plain text, unchanged', () => {
      const text = operation('/secrets/{path}', {
        body: 'text',
        params: [inPath('path'), inBody('value', { whole: true, secret: true })],
      });
      const request = buildRequest(text, { path: 'secrets.fence.key', value: '2B7E"\n' });
      assert.equal(request.path, '/secrets/secrets.fence.key');
      assert.equal(type(request), 'text/plain');
      assert.equal(request.body, '2B7E"\n');
    });
  });

  describe('has whatever else was given', () => {
    const params = { name: 'own', deviceType: 'meter', tags: ['a', 'b'], none: null };

    it('in its query', () => {
      const list = operation('/devices', { method: 'GET', params: [inQuery('limit'), anyOther('query')] });
      assert.deepEqual(buildRequest(list, { limit: '5', params }).query, [
        ['limit', '5'],
        ['name', 'own'],
        ['deviceType', 'meter'],
        ['tags', 'a'],
        ['tags', 'b'],
      ]);
      assert.deepEqual(buildRequest(list, {}).query, []);
    });

    it('in its body, beside what the row names', () => {
      const create = operation('/devices', { params: [inBody('id'), anyOther('body')] });
      const body = (values: Record<string, unknown>) => JSON.parse(String(buildRequest(create, values).body));
      assert.deepEqual(body({ id: 'x', params }), { id: 'x', ...params });
      assert.deepEqual(body({ id: 'x' }), { id: 'x' });
      assert.deepEqual(body({ params: { a: { b: 1 } } }), { a: { b: 1 } });
    });

    it('in a form, and in the query of one that is a GET', () => {
      const form = operation('/devices', { transport: 'http-form', method: 'POST', params: [anyOther('body')] });
      assert.equal(buildRequest(form, { params }).body, 'name=own&deviceType=meter&tags=a&tags=b');
      assert.deepEqual(buildRequest({ ...form, method: 'GET' }, { params: { a: 1 } }).query, [['a', '1']]);
    });
  });

  describe('of several parts', () => {
    const avatar = operation('/useravatar', {
      method: 'POST',
      body: 'multipart',
      params: [inBody('user_avatar', { type: 'any' }), inBody('no"te', { type: 'any' })],
    });
    const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0xff]);

    const read = async (values: Record<string, unknown>): Promise<FormData> => {
      const { body, headers } = buildRequest(avatar, values);
      return new Response(body as Buffer<ArrayBuffer>, { headers: headers ?? {} }).formData();
    };

    it('has bytes as a file with the name of its kind, byte for byte, and all else as text', async () => {
      const form = await read({ user_avatar: PNG, 'no"te': { a: 'ä' } });
      const file = form.get('user_avatar') as File;
      assert.deepEqual([file.name, file.type], ['user_avatar.png', 'image/png']);
      assert.deepEqual(Buffer.from(await file.arrayBuffer()), PNG);
      assert.equal(form.get('no"te'), '{"a":"ä"}');
    });

    it('knows a kind by its first bytes only', async () => {
      for (const [bytes, name, type] of [
        [[0xff, 0xd8, 0xff, 0xe0], 'user_avatar.jpg', 'image/jpeg'],
        [[0x47, 0x49, 0x46, 0x38, 0x39], 'user_avatar.gif', 'image/gif'],
        [[0x47, 0x49], 'user_avatar', 'application/octet-stream'],
        [[], 'user_avatar', 'application/octet-stream'],
      ] as const) {
        const file = (await read({ user_avatar: Buffer.from(bytes) })).get('user_avatar') as File;
        assert.deepEqual([file.name, file.type, file.size], [name, type, bytes.length]);
      }
    });
  });

  it('sends items that are written already as they are, digit for digit', () => {
    const texts = ['{"offset":9007199254740993}', '{"b": 1.0}'];
    const params = [inBody('items', { type: 'array', required: true }), inBody('name')];
    const values = { items: new WrittenItems(texts), name: 'x"' };
    const member = operation('/upload', { params });
    assert.equal(buildRequest(member, values).body, '{"items":[{"offset":9007199254740993},{"b": 1.0}],"name":"x\\""}');
    const whole = { params: [inBody('items', { type: 'array', whole: true })] };
    assert.equal(buildRequest(operation('/upload', whole), values).body, `[${texts.join()}]`);
    const lines = operation('/upload', { ...whole, body: 'json-lines' });
    assert.equal(buildRequest(lines, values).body, texts.join('\n'));
  });

  it('is repeatable only where the table says so', () => {
    assert.equal(buildRequest(operation('/x', { method: 'POST', repeatable: true }), {}).repeatable, true);
    assert.equal(buildRequest(operation('/x', { method: 'POST' }), {}).repeatable, undefined);
  });

  it('names its secrets for error messages: short ones as they are, nested ones however deep', () => {
    const secret = operation('/x', {
      params: [
        inBody('pin', { secret: true }),
        inBody('events', { type: 'array', secret: true }),
        inBody('name'),
        inBody('unset', { secret: true }),
      ],
    });
    const events = [{ type: 'SecretsUpdated', secrets: { appKey: '2B7E151628AED2A6ABF7158809CF4F3C', n: 5, x: null } }];
    const { secrets = [] } = buildRequest(secret, { pin: '1234', events, name: 'not a secret' });
    assert.ok(secrets.includes('1234'));
    assert.ok(secrets.includes('2B7E151628AED2A6ABF7158809CF4F3C'));
    assert.ok(!secrets.includes('not a secret'));
  });
});
