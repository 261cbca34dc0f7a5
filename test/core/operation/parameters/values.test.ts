import { strict as assert } from 'node:assert';
import type { ParameterSources } from '../../../../nodes/core/operation/given-value';
import {
  anyOther,
  inBody,
  inPath,
  inQuery,
  inRpc,
  notSent,
  type Operation,
  type Values,
} from '../../../../nodes/core/operation/operation';
import { resolveParameters } from '../../../../nodes/core/operation/parameters';
import { operation, refusal } from './set-up';

const resolve = (wanted: Operation, sources: Partial<ParameterSources>): Values =>
  resolveParameters(wanted, { dialog: {}, message: undefined, payload: undefined, ...sources });

describe('the values of an operation', () => {
  const thing = operation(
    inPath('id'),
    inQuery('filter'),
    inBody('name', { required: true }),
    inBody('level', { type: 'integer' }),
  );

  it('come from the dialog before msg.params before msg.payload, each parameter for itself', () => {
    const values = resolve(thing, {
      dialog: { id: 'dialog' },
      message: { id: 'params', name: 'params' },
      payload: { id: 'payload', name: 'payload', level: 5 },
    });
    assert.deepEqual(values, { id: 'dialog', name: 'params', level: 5 });
  });

  it('count as not given when empty, but 0 and false are values', () => {
    for (const empty of [undefined, null, '']) {
      const values = resolve(thing, { dialog: { id: 'x', name: empty }, message: { name: 'params' } });
      assert.equal(values.name, 'params');
    }
    const flags = operation(inBody('zero', { type: 'integer' }), inBody('no', { type: 'boolean' }));
    assert.deepEqual(resolve(flags, { dialog: { zero: 0, no: false }, message: { zero: 1, no: true } }), {
      zero: 0,
      no: false,
    });
  });

  it('hold nothing the operation does not know', () => {
    const values = resolve(thing, {
      dialog: { id: 'x', name: 'y', other: 1 },
      message: { more: 1 },
      payload: { _: 1 },
    });
    assert.deepEqual(values, { id: 'x', name: 'y' });
  });

  it('are not looked for in the payload of an operation without a body', () => {
    const reading = operation(inPath('id'), inQuery('limit', { type: 'integer' }));
    assert.deepEqual(resolve(reading, { dialog: { id: 'x' }, payload: { id: 'y', limit: 5 } }), { id: 'x' });
    assert.throws(() => resolve(reading, { payload: { id: 'y' } }), /needs the parameter "id"/);
  });

  it('survive any msg.params and msg.payload', () => {
    for (const odd of [null, 'text', 5, [], Buffer.from('x'), new Date()]) {
      const values = resolve(thing, { dialog: { id: 'x', name: 'y' }, message: odd, payload: odd });
      assert.deepEqual(values, { id: 'x', name: 'y' });
    }
  });

  it('are never taken from what every object inherits', () => {
    const odd = operation(inBody('constructor'), inBody('toString'), inBody('name'));
    assert.deepEqual(resolve(odd, { message: { name: 'x' }, payload: {} }), { name: 'x' });
  });

  it('may be the payload itself where the whole body is a list', () => {
    const events = operation(inBody('events', { type: 'array', whole: true, required: true }));
    assert.deepEqual(resolve(events, { payload: [1, 2] }), { events: [1, 2] });
    assert.deepEqual(resolve(events, { payload: { events: [3] } }), { events: [3] });
    assert.deepEqual(resolve(events, { message: { events: [4] }, payload: [1, 2] }), { events: [4] });
    assert.throws(() => resolve(events, { payload: 'text' }), /needs the parameter "events"/);
  });

  it('that are missing are named, with the places to put them', () => {
    const missing = refusal(() => resolve(thing, { dialog: { id: 'x' } }));
    assert.match(missing.message, /^putThing needs the parameter "name": .*dialog.*msg\.params\.name.*msg\.payload/);
    const noBody = refusal(() => resolve(operation(inPath('id')), {}));
    assert.match(noBody.message, /"id".*msg\.params\.id/);
    assert.doesNotMatch(noBody.message, /payload/);
  });

  it('that are wrong are named wherever they came from', () => {
    for (const sources of [{ dialog: { level: 'x' } }, { message: { level: 'x' } }, { payload: { level: 'x' } }]) {
      assert.match(
        refusal(() => resolve(thing, { ...sources, dialog: { id: 'x', name: 'y', ...sources.dialog } })).message,
        /parameter "level" of putThing must be a whole number, but is "x"/,
      );
    }
  });

  it('can be derived from the others, are checked then too, and one that is given goes first', () => {
    const derived = operation(
      inPath('double', {
        type: 'integer',
        max: 100,
        derive: ({ half }) => (half === undefined ? undefined : Number(half) * 2),
      }),
      inBody('half', { type: 'integer' }),
    );
    assert.deepEqual(resolve(derived, { dialog: { half: '7' } }), { half: 7, double: 14 });
    assert.deepEqual(resolve(derived, { dialog: { half: 7, double: 1 } }), { half: 7, double: 1 });
    assert.throws(() => resolve(derived, { dialog: { half: 70 } }), /"double" .*at most 100/);
    assert.throws(() => resolve(derived, {}), /needs the parameter "double"/);
  });

  describe('that settings fill in', () => {
    const query = operation(
      inQuery('project', { setting: 'projectId' }),
      inRpc('projects', { type: 'list', setting: 'projectId' }),
    );

    it('come last: from the dialog, msg.params and msg.payload before', () => {
      const settings = { projectId: 'default' };
      assert.deepEqual(resolve(query, { settings }), { project: 'default', projects: ['default'] });
      assert.deepEqual(resolve(query, { settings, payload: { project: 'p' }, message: { projects: ['m'] } }), {
        project: 'p',
        projects: ['m'],
      });
      assert.equal(resolve(query, { settings, dialog: { project: 'd' }, message: { project: 'm' } }).project, 'd');
    });

    it('are left out where the setting is empty, and are missing where they are required', () => {
      assert.deepEqual(resolve(query, { settings: { projectId: '' } }), {});
      assert.deepEqual(resolve(query, {}), {});
      const strict = operation(inPath('projectId', { setting: 'projectId' }));
      assert.equal(resolve(strict, { settings: { projectId: 'p' } }).projectId, 'p');
      assert.throws(() => resolve(strict, { settings: {} }), /needs the parameter "projectId"/);
    });

    it('take no other setting than the one they name', () => {
      assert.deepEqual(resolve(operation(inQuery('project')), { settings: { project: 'x' } }), {});
    });
  });

  describe('may be the payload itself, a list,', () => {
    const list = operation(inRpc('sensors', { type: 'list' }), inRpc('types', { type: 'list' }));

    it('for the first parameter that is a list', () => {
      assert.deepEqual(resolve(list, { payload: ['/a', '/b'] }), { sensors: ['/a', '/b'] });
      assert.deepEqual(resolve(list, { payload: [1, 2] }), { sensors: ['1', '2'] });
      assert.deepEqual(resolve(list, { message: { sensors: ['/m'] }, payload: ['/a'] }), { sensors: ['/m'] });
    });

    it('unless it holds something else than texts: the answer of the node before', () => {
      assert.deepEqual(resolve(list, { payload: [{ id: '/a' }] }), {});
      const required = operation(inRpc('sensors', { type: 'list', required: true }));
      assert.throws(() => resolve(required, { payload: [{ id: '/a' }] }), /needs the parameter "sensors"/);
    });

    it('never for one that settings fill in, or that does not stand in the body', () => {
      const series = operation(
        inRpc('sensor'),
        inRpc('projectIds', { type: 'list', setting: 'projectId' }),
        inQuery('ids', { type: 'list' }),
      );
      assert.deepEqual(resolve(series, { payload: ['/a'], settings: { projectId: 'p' } }), { projectIds: ['p'] });
    });

    it('for a body that may be anything', () => {
      const free = operation(notSent('path'), inBody('body', { type: 'any', whole: true }));
      assert.deepEqual(resolve(free, { payload: [{ a: 1 }] }), { body: [{ a: 1 }] });
      assert.deepEqual(resolve(free, { payload: { a: 1 } }), { body: { a: 1 } });
      assert.deepEqual(resolve(free, { payload: { path: '/x' } }), { path: '/x' });
      assert.deepEqual(resolve(free, { payload: { body: 0 } }), { body: 0 });
      const reading = { path: '/dev/ttyUSB0', level: 3 };
      assert.deepEqual(resolve(free, { dialog: { path: '/x' }, payload: reading }), { path: '/x', body: reading });
      assert.deepEqual(resolve(free, { payload: reading }), { path: '/dev/ttyUSB0' });
    });
  });

  it('are checked together at last, derived ones included', () => {
    const both = operation(
      inBody('low', { type: 'integer' }),
      inBody('high', { type: 'integer', derive: ({ low }) => (low === 7 ? 8 : undefined) }),
    );
    both.check = ({ low, high }) => ((low === undefined) === (high === undefined) ? undefined : 'give both or neither');
    assert.deepEqual(resolve(both, {}), {});
    assert.deepEqual(resolve(both, { message: { low: 1, high: 2 } }), { low: 1, high: 2 });
    assert.deepEqual(resolve(both, { message: { low: 7 } }), { low: 7, high: 8 });
    assert.equal(refusal(() => resolve(both, { message: { low: 1 } })).message, 'putThing: give both or neither');
  });

  it('come from a payload for JSON-RPC’s params too, and not for what is not sent', () => {
    assert.deepEqual(resolve(operation(inRpc('sensor')), { payload: { sensor: '/a' } }), { sensor: '/a' });
    assert.deepEqual(resolve(operation(notSent('confirm')), { payload: { confirm: 'x' } }), {});
  });
});

describe('a row that takes any other name', () => {
  const list = operation(inPath('id', { required: false }), inQuery('limit'), anyOther('query'));
  const create = operation(inPath('id', { required: false }), anyOther('body', { required: true }));

  it('collects what the message names and the row does not, below what stands in the dialog', () => {
    const values = resolve(list, {
      dialog: { id: 'x', params: { deviceType: 'dialog', zone: 0 } },
      message: { id: 'mine', limit: '5', deviceType: 'message', empty: '', page: 2 },
      payload: { not: 'asked for' },
    });
    assert.deepEqual(values, { id: 'x', limit: '5', params: { deviceType: 'dialog', zone: 0, page: 2 } });
  });

  it('takes the payload for a body, and msg.params before it', () => {
    const values = resolve(create, { message: { id: 'x', name: 'params' }, payload: { name: 'payload', serial: 7 } });
    assert.deepEqual(values, { id: 'x', params: { name: 'params', serial: 7 } });
    for (const payload of [[1], 'text', Buffer.from('bytes')])
      assert.deepEqual(resolve(create, { message: { a: 1 }, payload }), { params: { a: 1 } });
  });

  it('takes an object of them under its own name too', () => {
    assert.deepEqual(resolve(list, { message: { params: { a: 1 }, b: 2 } }), { params: { b: 2, a: 1 } });
  });

  it('has none when nothing else is given, and says so where one has to be', () => {
    assert.deepEqual(resolve(list, { message: { id: 'x', none: null } }), { id: 'x' });
    assert.match(refusal(() => resolve(create, { message: { id: 'x' } })).message, /needs the parameter "params"/);
  });

  it('refuses what is no object, and a name that has a place of its own', () => {
    assert.match(refusal(() => resolve(list, { message: { params: 'text' } })).message, /must be an object/);
    const twice = refusal(() => resolve(list, { dialog: { params: { limit: 5 } } }));
    assert.match(twice.message, /"params" holds "limit", which is a parameter of its own/);
  });
});
