import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import type { PlatformError } from '../../../nodes/core/errors';
import { createRpc, type Rpc } from '../../../nodes/itwin-iot/client/session/rpc';

/** As long as a JWT, and with what JSON writes otherwise. */
const SECRET = `ey"J\\${'0123456789'.repeat(60)}`;

describe('JSON-RPC of the socket API', () => {
  let rpc: Rpc;
  let sent: { id: number; method: string; params?: unknown }[];
  let strays: PlatformError[];
  let heard: unknown[];
  let refused: PlatformError[];

  beforeEach(() => {
    sent = [];
    strays = [];
    heard = [];
    refused = [];
    rpc = createRpc(
      (text) => sent.push(JSON.parse(text)),
      (error) => strays.push(error),
      SECRET,
    );
  });
  const listener = () => ({
    onResult: (result: unknown) => heard.push(result),
    onError: (error: PlatformError) => refused.push(error),
  });

  it('numbers requests in sequence from where it is told to', () => {
    rpc.nextId = 41;
    rpc.call('time', undefined, listener());
    rpc.call('getNodes', { nodes: [] }, listener());
    assert.deepEqual(sent, [
      { jsonrpc: '2.0', method: 'time', id: 41 },
      { jsonrpc: '2.0', method: 'getNodes', id: 42, params: { nodes: [] } },
    ]);
  });

  it('takes a number and its digits for the same id', () => {
    const id = rpc.call('time', undefined, listener());
    rpc.receive(`{"id":${id},"result":1}`);
    rpc.receive(`{"id":"${id}","result":2}`);
    assert.deepEqual(heard, [1, 2]);
  });

  it('hears any number of answers until it is told to forget', () => {
    const id = rpc.call('subscribeData', {}, listener());
    for (let n = 0; n < 3; n++) rpc.receive(`{"id":${id},"result":${n}}`);
    rpc.forget(id);
    rpc.receive(`{"id":${id},"result":3}`);
    assert.deepEqual(heard, [0, 1, 2]);
    assert.deepEqual(strays, []);
  });

  for (const [what, answer] of [
    ['an error', { error: { code: 1, message: `bad ${SECRET}`, data: SECRET } }],
    ['a result with a code', { result: { code: SECRET, message: { said: SECRET }, data: `no ${SECRET}` } }],
    ['a bare text', { error: SECRET }],
  ] as const) {
    it(`quotes nothing of the secret in ${what}, however long it is`, () => {
      const id = rpc.call('authenticate', { code: SECRET }, listener());
      rpc.receive(JSON.stringify({ id, ...answer }));
      rpc.receive(JSON.stringify({ ...answer, id: null }));
      for (const { message } of [...refused, ...strays]) {
        assert.match(message, /•••/);
        assert.doesNotMatch(message, /0123456789/);
      }
      assert.deepEqual([refused.length, strays.length], [1, 1]);
    });
  }

  for (const [what, answer, words] of [
    ['error', { error: { code: -32602, message: 'bad' } }, /^iTwin IoT refused: bad$/],
    ['result.code', { result: { code: 9, message: 'bad', data: 'see help' } }, /^iTwin IoT refused: bad \(see help\)$/],
    ['a bare text', { error: 'bad' }, /^iTwin IoT refused: bad$/],
    ['nothing but a code', { error: { code: 17 } }, /^iTwin IoT refused: 17$/],
    [
      'objects in place of texts',
      { error: { code: {}, message: { toString: 1 } } },
      /^iTwin IoT refused: \{"toString":1\}$/,
    ],
    ['a text without end', { error: { message: 'x '.repeat(1e5) } }, /^iTwin IoT refused: (x ){150}…$/],
  ] as const) {
    it(`reads a refusal: ${what}`, () => {
      const id = rpc.call('time', undefined, listener());
      rpc.receive(JSON.stringify({ id, ...answer }));
      assert.equal(refused.length, 1);
      assert.match(refused[0]?.message ?? '', words);
      assert.deepEqual(heard, []);
    });
  }

  it('names the codes of the specification', () => {
    for (const code of [-32601, -32602, -32000, '__proto__']) {
      const id = rpc.call('time', undefined, listener());
      rpc.receive(JSON.stringify({ id, error: { code, message: 'bad' } }));
    }
    assert.deepEqual(
      refused.map(({ code }) => code),
      ['NOT_FOUND', 'INVALID_PARAMETER', 'PLATFORM_ERROR', 'PLATFORM_ERROR'],
    );
  });

  it('takes a result with an error that is null for a result', () => {
    const id = rpc.call('time', undefined, listener());
    rpc.receive(JSON.stringify({ id, error: null, result: 5 }));
    assert.deepEqual(heard, [5]);
    assert.deepEqual(refused, []);
  });

  it('tells of what belongs to no request and is a refusal, or no answer, and of nothing else', () => {
    const odd = ['{', 'null', '7', '[]', '"x"', '{"error":{"message":"m"}}', '{"id":null,"error":"m"}'];
    for (const text of odd) rpc.receive(text);
    assert.equal(strays.length, odd.length);
    for (const text of ['{}', '{"id":77,"result":1}', '{"id":{"toString":1},"result":1}', '{"id":[0],"result":1}'])
      rpc.receive(text);
    assert.equal(strays.length, odd.length);
  });

  it('takes a text apart only when it is no answer as a whole, and tells of what is left over', () => {
    rpc.call('a', undefined, listener());
    rpc.call('b', undefined, listener());
    const apart = sinon.stub().returns(['{"id":0,"result":1}', '{"id":1,"result":2}', '{"id":']);
    rpc.receive('{"id":0,"result":"}{"}', apart);
    assert.ok(apart.notCalled);
    rpc.receive('all of them', apart);
    assert.deepEqual(heard, ['}{', 1, 2]);
    assert.equal(strays.length, 1);
    apart.callsFake((text) => [text]);
    rpc.receive('oops', apart);
    assert.equal(strays.length, 2);
  });

  it('tells of a listener that fails, and goes on', () => {
    const broken = rpc.call('time', undefined, {
      onResult: () => {
        throw new Error('broken listener');
      },
      onError: () => undefined,
    });
    const id = rpc.call('time', undefined, listener());
    rpc.receive(`{"id":${broken},"result":1}`);
    rpc.receive(`{"id":${id},"result":2}`);
    assert.match(strays[0]?.message ?? '', /broken listener/);
    assert.deepEqual(heard, [2]);
  });

  it('uses no id for what cannot be written', () => {
    assert.throws(() => rpc.call('call', { big: 1n }, listener()), {
      code: 'INVALID_PARAMETER',
      message: /cannot hold "params.big", which is a bigint/,
    });
    assert.equal(rpc.call('time', undefined, listener()), 0);
  });

  it('fails everybody once the connection is over, those who ask later too', async () => {
    const over = { code: 'DISCONNECTED' } as PlatformError;
    rpc.call('time', undefined, listener());
    rpc.fail(over);
    rpc.call('time', undefined, listener());
    await Promise.resolve();
    assert.deepEqual(refused, [over, over]);
    assert.equal(sent.length, 1);
  });
});
