import { strict as assert } from 'node:assert';
import type { NodeAPI } from 'node-red';
import { createDelivery, type Deliver } from '../../../nodes/core/node-red/deliver';
import type { FlowMessage } from '../../../nodes/core/node-red/node';

let ids = 0;
const RED = {
  util: { generateId: () => `id-${++ids}`, cloneMessage: (message: FlowMessage) => structuredClone(message) },
} as unknown as NodeAPI;

const deliver = (mode: Deliver, message: FlowMessage, items: [unknown, Partial<FlowMessage>?][], end = {}) => {
  const sent: FlowMessage[] = [];
  const delivery = createDelivery(RED, mode, message, (each) => sent.push(each));
  for (const [payload, fields = {}] of items) delivery.add(payload, fields);
  const early = sent.length;
  delivery.end(end);
  return { sent, early };
};

describe('an answer delivered whole', () => {
  it('is one message, the same that came in, with all items and the fields of the end', () => {
    const message: FlowMessage = { _msgid: 'm', topic: 'mine', payload: 'question' };
    const { sent, early } = deliver('whole', message, [['a', { topic: 'ignored' }], ['b']], { operation: 'list' });
    assert.equal(early, 0);
    assert.deepEqual(sent, [{ _msgid: 'm', topic: 'mine', payload: ['a', 'b'], operation: 'list' }]);
    assert.equal(sent[0], message);
  });

  it('is an empty list when there is nothing', () => {
    assert.deepEqual(deliver('whole', { _msgid: 'm' }, []).sent, [{ _msgid: 'm', payload: [] }]);
  });
});

describe('an answer delivered as a sequence', () => {
  const parts = ({ parts: each }: FlowMessage) => each as { id: string; type: string; index: number; count?: number };

  it('is a message an item with msg.parts as core’s split makes them: one id, running index, count in the last', () => {
    const { sent } = deliver('sequence', { _msgid: 'm', payload: 'question' }, [['a'], ['b'], ['c']]);
    assert.deepEqual(
      sent.map(({ payload }) => payload),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(
      sent.map((each) => parts(each).index),
      [0, 1, 2],
    );
    assert.deepEqual(
      sent.map((each) => parts(each).count),
      [undefined, undefined, 3],
    );
    assert.equal(new Set(sent.map((each) => parts(each).id)).size, 1);
    assert.ok(sent.every((each) => parts(each).type === 'array'));
  });

  it('hands on what has come when it breaks off, without saying that it was all', () => {
    const sent: FlowMessage[] = [];
    const delivery = createDelivery(RED, 'sequence', { _msgid: 'm' }, (each) => sent.push(each));
    for (const item of ['a', 'b']) delivery.add(item, {});
    delivery.abandon();
    assert.deepEqual(
      sent.map(({ payload }) => payload),
      ['a', 'b'],
    );
    assert.ok(sent.every((each) => parts(each).count === undefined));
  });

  it('carries the count on every part when the list came whole', () => {
    const sent: FlowMessage[] = [];
    const delivery = createDelivery(RED, 'sequence', { _msgid: 'm' }, (each) => sent.push(each), 2);
    for (const item of ['a', 'b']) delivery.add(item, {});
    delivery.end({});
    assert.deepEqual(
      sent.map((each) => parts(each).count),
      [2, 2],
    );
  });

  it('has another id than the sequence before', () => {
    const [one, two] = [1, 2].map(() => deliver('sequence', { _msgid: 'm' }, [['a']]).sent[0] as FlowMessage);
    assert.notEqual(parts(one as FlowMessage).id, parts(two as FlowMessage).id);
  });

  it('arrives as it comes, all but the newest item', () => {
    assert.equal(deliver('sequence', { _msgid: 'm' }, [['a'], ['b'], ['c']]).early, 2);
  });

  it('gives each message its own fields and leaves the others of the question on it', () => {
    const { sent } = deliver(
      'sequence',
      { _msgid: 'm', topic: 'mine', kept: { deep: 1 } },
      [['a', { topic: 'first' }], ['b']],
      { statusCode: 200 },
    );
    assert.deepEqual(
      sent.map(({ topic, statusCode }) => [topic, statusCode]),
      [
        ['first', undefined],
        ['mine', 200],
      ],
    );
    (sent[0]?.kept as { deep: number }).deep = 2;
    assert.deepEqual(sent[1]?.kept, { deep: 1 }, 'each message is one of its own');
  });

  it('keeps the parts of a question that was part of a sequence itself', () => {
    const outer = { id: 'outer', index: 4, count: 9 };
    const { sent } = deliver('sequence', { _msgid: 'm', parts: outer }, [['a'], ['b']]);
    for (const each of sent) assert.deepEqual((each.parts as { parts?: unknown }).parts, outer);
  });

  it('does not copy the question’s payload into every item', () => {
    const question: FlowMessage = { _msgid: 'm', payload: Symbol('cannot be cloned') };
    assert.equal(deliver('sequence', question, [['a'], ['b']]).sent.length, 2);
  });

  it('sends nothing when there is nothing', () => {
    assert.deepEqual(deliver('sequence', { _msgid: 'm' }, []).sent, []);
  });
});
