import { strict as assert } from 'node:assert';
import { createRequire } from 'node:module';
import type { Node, NodeAPI } from 'node-red';
import { PlatformError } from '../../../nodes/core/errors';
import type { FlowMessage } from '../../../nodes/core/node-red/node';
import { createTypedReader, typedParams } from '../../../nodes/core/node-red/typed-values';

// Node-RED's own evaluation, without a runtime around it.
const { util } = createRequire(__filename)('@node-red/util') as { util: NodeAPI['util'] };

type Callback = (error: Error | null, value?: unknown) => void;

/** A context whose stores answer later, as those in files do. */
const context = (values: Record<string, unknown>) => ({
  get(key: string, store: string | undefined, done: Callback) {
    if (key === 'broken') setImmediate(() => done(new Error('store is gone')));
    else setImmediate(() => done(null, values[`${store ?? 'default'}/${key}`]));
  },
});

const node = {
  id: 'n1',
  context: () => ({
    flow: context({ 'default/level': 5, 'disk/level': 6 }),
    global: context({ 'default/level': 7 }),
  }),
} as unknown as Node;

const RED = { util, settings: { contextStorage: { disk: {} } } } as unknown as NodeAPI;

const message: FlowMessage = { _msgid: 'm', payload: { deep: [1, 2] }, topic: 'fence' };

const read = (type: string, value: unknown, about: FlowMessage = message) =>
  createTypedReader(RED, node).read('level', { type, value }, about);

const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => assert.fail('should have failed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof PlatformError);
  assert.equal(error.code, 'INVALID_PARAMETER');
  assert.match(error.message, /^cannot read the parameter "level" \(/);
  return error.message;
};

describe('a typed value', () => {
  const cases: [type: string, value: unknown, expected: unknown][] = [
    ['str', 'text', 'text'],
    ['num', '1.5', 1.5],
    ['num', '0', 0],
    ['bool', 'true', true],
    ['bool', 'false', false],
    ['json', '{"a":[1]}', { a: [1] }],
    ['msg', 'topic', 'fence'],
    ['msg', 'payload.deep[1]', 2],
    ['msg', 'payload.none', undefined],
    ['flow', 'level', 5],
    ['flow', '#:(disk)::level', 6],
    ['global', 'level', 7],
    ['global', 'none', undefined],
    ['jsonata', '$sum(payload.deep)', 3],
    ['jsonata', 'topic & "!"', 'fence!'],
    ['raw', { any: 'thing' }, { any: 'thing' }],
    ['num', 5, 5],
  ];
  for (const [type, value, expected] of cases) {
    it(`${type} ${JSON.stringify(value)} reads as ${JSON.stringify(expected)}`, async () => {
      const seen = await read(type, value);
      assert.deepEqual(seen === undefined ? seen : JSON.parse(JSON.stringify(seen)), expected);
    });
  }

  it('env reads the environment', async () => {
    process.env.FARFIELD_TEST_LEVEL = '42';
    try {
      assert.equal(await read('env', 'FARFIELD_TEST_LEVEL'), '42');
    } finally {
      delete process.env.FARFIELD_TEST_LEVEL;
    }
  });

  it('that is empty is none, whatever its type', async () => {
    for (const type of ['str', 'num', 'bool', 'json', 'msg', 'flow', 'global', 'jsonata']) {
      assert.equal(await read(type, ''), undefined, type);
      assert.equal(await read(type, undefined), undefined, type);
    }
  });

  it('that is no number, no JSON or no expression is an error naming the parameter', async () => {
    assert.match(await refusal(read('num', 'many')), /\(num\): "many" is not a number/);
    assert.match(await refusal(read('json', '{"a":')), /\(json\): it is not valid JSON/);
    assert.match(await refusal(read('jsonata', '$sum(')), /\(jsonata\): (?!\[object)./);
    assert.match(await refusal(read('jsonata', '1 + topic')), /\(jsonata\): .*number/i);
  });

  it('never quotes a JSON text, which may hold a key', async () => {
    assert.doesNotMatch(await refusal(read('json', '2B7E151628AED2A6ABF7158809CF4F3C')), /2B7E/);
  });

  it('of a context store that does not exist is an error: Node-RED would read the default one', async () => {
    assert.match(await refusal(read('flow', '#:(disc)::level')), /"disc" does not exist/);
  });

  it('of a context store that fails is an error', async () => {
    assert.match(await refusal(read('flow', 'broken')), /store is gone/);
  });

  it('with a JSONata expression is compiled once for a node', async () => {
    let compiled = 0;
    const counting = {
      ...RED,
      util: {
        ...util,
        prepareJSONataExpression: (text: string, about: Node) => {
          compiled++;
          return util.prepareJSONataExpression(text, about);
        },
      },
    } as unknown as NodeAPI;
    const reader = createTypedReader(counting, node);
    for (let n = 0; n < 5; n++) await reader.read('level', { type: 'jsonata', value: 'topic' }, message);
    assert.equal(compiled, 1);
  });

  it('sees the message at hand, not the first one', async () => {
    const reader = createTypedReader(RED, node);
    const topics: unknown[] = [];
    for (const topic of ['a', 'b']) {
      topics.push(await reader.read('level', { type: 'jsonata', value: 'topic' }, { _msgid: topic, topic }));
    }
    assert.deepEqual(topics, ['a', 'b']);
  });

  it('of many is read with all the others by name', async () => {
    const values = await createTypedReader(RED, node).readAll(
      { a: { type: 'num', value: '1' }, b: { type: 'msg', value: 'topic' }, c: { type: 'str', value: '' } },
      message,
    );
    assert.deepEqual(values, { a: 1, b: 'fence', c: undefined });
  });
});

describe('the params property', () => {
  it('is typed values by name; a bare value stands for itself', () => {
    assert.deepEqual(typedParams({ a: { type: 'num', value: '5' }, b: 'text', c: { lat: 1 }, d: ['x'] }), {
      a: { type: 'num', value: '5' },
      b: { type: 'raw', value: 'text' },
      c: { type: 'raw', value: { lat: 1 } },
      d: { type: 'raw', value: ['x'] },
    });
  });

  it('that is none is empty', () => {
    for (const odd of [undefined, null, '', 'text', 5, []]) assert.deepEqual(typedParams(odd), {});
  });
});
