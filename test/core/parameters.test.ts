import { strict as assert } from 'node:assert';
import { PlatformError } from '../../nodes/core/errors';
import {
  inBody,
  inPath,
  inQuery,
  inRpc,
  notSent,
  type Operation,
  type Parameter,
  type Values,
} from '../../nodes/core/operation';
import { checkParameter, type ParameterSources, resolveParameters } from '../../nodes/core/parameters';

const operation = (...params: Parameter[]): Operation => ({
  id: 'putThing',
  node: 'things',
  transport: 'http',
  method: 'PUT',
  path: '/things',
  params,
});

const resolve = (wanted: Operation, sources: Partial<ParameterSources>): Values =>
  resolveParameters(wanted, { dialog: {}, message: undefined, payload: undefined, ...sources });

const refusal = (work: () => unknown): PlatformError => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof PlatformError);
    assert.equal(error.code, 'INVALID_PARAMETER');
    assert.equal(error.operation, 'putThing');
    return error;
  }
  return assert.fail('should have been refused');
};

describe('a parameter', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;

  const types: [parameter: Parameter, good: [given: unknown, value: unknown][], bad: unknown[], expected: RegExp][] = [
    [
      inBody('p'),
      [
        ['x', 'x'],
        [7, '7'],
        [' x ', ' x '],
      ],
      [true, {}, [], circular, 5n, Symbol('s')],
      /must be a text/,
    ],
    [
      inBody('p', { type: 'integer' }),
      [
        [7, 7],
        ['7', 7],
        [' 7 ', 7],
        [-1, -1],
        ['0x10', 16],
        [0, 0],
      ],
      [1.5, '1.5', 'x', ' ', '7 apples', 2 ** 53, '9007199254740993', NaN, Infinity, true, {}, []],
      /must be a whole number/,
    ],
    [
      inBody('p', { type: 'number' }),
      [
        [1.5, 1.5],
        ['1.5', 1.5],
        ['-1e3', -1000],
        [0, 0],
      ],
      ['x', '1,5', NaN, Infinity, 'Infinity', true, {}, [1]],
      /must be a number/,
    ],
    [
      inBody('p', { type: 'boolean' }),
      [
        [true, true],
        [false, false],
        ['true', true],
        ['false', false],
      ],
      ['yes', 'TRUE', 1, 0, {}, []],
      /must be true or false/,
    ],
    [
      inBody('p', { type: 'object' }),
      [
        [{ a: 1 }, { a: 1 }],
        [{}, {}],
      ],
      ['{"a":1}', [], 1, true],
      /must be an object/,
    ],
    [
      inBody('p', { type: 'array' }),
      [
        [[1], [1]],
        [[], []],
      ],
      ['[1]', {}, 1, true],
      /must be an array/,
    ],
    [
      inRpc('p', { type: 'time' }),
      [
        ['2017-01-01T23:17:10.305Z', '2017-01-01T23:17:10.305Z'],
        ['2017-01-02T00:17:10.305+01:00', '2017-01-01T23:17:10.305Z'],
        [1_483_312_630_305, '2017-01-01T23:17:10.305Z'],
        [new Date(1_483_312_630_305), '2017-01-01T23:17:10.305Z'],
      ],
      ['yesterday', '5', true, {}, [], NaN],
      /must be an ISO 8601 time or Unix milliseconds/,
    ],
    [
      inRpc('p', { type: 'list' }),
      [
        [
          ['a', 'b'],
          ['a', 'b'],
        ],
        ['a', ['a']],
        ['a, b', ['a', 'b']],
        ['["a", "b"]', ['a', 'b']],
        [[], []],
      ],
      [true, {}, [{}], '[a'],
      /must be a list of texts/,
    ],
    [
      inBody('p', { type: 'any' }),
      [
        ['x', 'x'],
        [0, 0],
        [false, false],
        [[1], [1]],
        [{ a: 1 }, { a: 1 }],
      ],
      [],
      /never/,
    ],
  ];
  for (const [parameter, good, bad, expected] of types) {
    it(`of type ${parameter.type} takes what can be read as one and refuses the rest by name`, () => {
      for (const [given, value] of good) assert.deepEqual(checkParameter(parameter, given, 'putThing'), value);
      for (const given of bad) {
        const { message } = refusal(() => checkParameter(parameter, given, 'putThing'));
        assert.match(message, /parameter "p" of putThing/);
        assert.match(message, expected);
      }
    });
  }

  it('says what it got, shortly', () => {
    const number = inBody('p', { type: 'number' });
    const said = (given: unknown) => refusal(() => checkParameter(number, given, 'putThing')).message;
    assert.match(said('abc'), /, but is "abc"$/);
    assert.match(said(NaN), /, but is NaN$/);
    assert.match(said({ a: 1 }), /, but is \{"a":1\}$/);
    assert.ok(said('x'.repeat(10_000)).length < 200);
  });

  it('that the platform takes as text is checked first and written as text', () => {
    const flag = inBody('p', { type: 'boolean', asText: true });
    assert.equal(checkParameter(flag, true, 'putThing'), 'true');
    assert.equal(checkParameter(flag, 'false', 'putThing'), 'false');
    assert.match(refusal(() => checkParameter(flag, 'yes', 'putThing')).message, /true or false/);
  });

  it('with a range takes its ends and nothing beyond', () => {
    const level = inBody('p', { type: 'integer', min: 0, max: 100 });
    for (const good of [0, 100, '50']) checkParameter(level, good, 'putThing');
    for (const bad of [-1, 101, '101']) {
      assert.match(refusal(() => checkParameter(level, bad, 'putThing')).message, /a whole number from 0 to 100/);
    }
    const least = inBody('p', { type: 'number', min: 5 });
    assert.match(refusal(() => checkParameter(least, 4.9, 'putThing')).message, /a number of at least 5/);
    const most = inBody('p', { type: 'number', max: 5 });
    assert.match(refusal(() => checkParameter(most, 6, 'putThing')).message, /a number of at most 5/);
  });

  it('with choices takes one of them and lists them otherwise', () => {
    const colour = inBody('p', { choices: ['red', 'green'] });
    assert.equal(checkParameter(colour, 'red', 'putThing'), 'red');
    assert.match(refusal(() => checkParameter(colour, 'Red', 'putThing')).message, /one of red, green, but is "Red"/);
  });

  it('with a check of its own says what that says', () => {
    const even = inBody('p', { type: 'integer', check: (value) => (Number(value) % 2 ? 'must be even' : undefined) });
    assert.equal(checkParameter(even, 4, 'putThing'), 4);
    assert.match(refusal(() => checkParameter(even, 5, 'putThing')).message, /"p" of putThing must be even, but is 5/);
  });

  it('of bytes takes Base64 of both alphabets, hexadecimal digits with and without separators, and a Buffer', () => {
    const key = inBody('p', { bytes: 8 });
    const wanted = 'EjRWeJCrze8=';
    const forms = [
      wanted,
      'EjRWeJCrze8',
      ` ${wanted}\n`,
      '1234567890ABCDEF',
      '1234567890abcdef',
      '12:34:56:78:90:ab:cd:ef',
      '12-34-56-78-90-ab-cd-ef',
      '12 34 56 78 90 ab cd ef',
      Buffer.from('1234567890abcdef', 'hex'),
    ];
    for (const form of forms) assert.equal(checkParameter(key, form, 'putThing'), wanted);
    const url = Buffer.from('fbefff0000000000', 'hex').toString('base64url');
    assert.equal(checkParameter(key, url, 'putThing'), '++//AAAAAAA=');
    for (const bad of ['1234', 'EjRWeJCrze8SNFZ4', '1234567890ABCDEG', 'not Base64!', 5, {}, Buffer.alloc(7)]) {
      assert.match(
        refusal(() => checkParameter(key, bad, 'putThing')).message,
        /must be 8 bytes as Base64 or as 16 hexadecimal digits/,
      );
    }
  });

  it('that is secret is never quoted, whatever is wrong with it', () => {
    const secrets: Parameter[] = [
      inBody('p', { secret: true, bytes: 16 }),
      inBody('p', { secret: true, type: 'integer', max: 10 }),
      inBody('p', { secret: true, type: 'object' }),
      inBody('p', { secret: true, type: 'array' }),
      inBody('p', { secret: true, choices: ['a'] }),
      inBody('p', { secret: true, type: 'boolean' }),
      inBody('p', { secret: true, check: () => 'must be something else' }),
    ];
    for (const parameter of secrets) {
      for (const given of ['geheim-12345', 12345, ['geheim-12345'], { geheim: 12345 }]) {
        let value: unknown;
        try {
          value = checkParameter(parameter, given, 'putThing');
        } catch (error) {
          assert.doesNotMatch(`${error} ${JSON.stringify(error)}`, /geheim|12345/);
        }
        assert.ok(value === undefined || value === given);
      }
    }
  });

  for (const given of ['.', '..']) {
    it(`in a path is never "${given}", which a URL takes for another path`, () => {
      const { message } = refusal(() => checkParameter(inPath('topic'), given, 'putThing'));
      assert.match(message, /parameter "topic" of putThing must be a name/);
      assert.equal(checkParameter(inQuery('topic'), given, 'putThing'), given);
      assert.equal(new URL(`https://xdp.example/api/types/${given}`).pathname.includes('types/.'), false);
    });
  }

  it('in a path that is a path itself holds no such part either, wherever it stands', () => {
    const id = inPath('id', { slashes: true });
    for (const given of ['/fn/6C4F6D/node', '/a//b/', '/...', '/.a', 'a']) {
      assert.equal(checkParameter(id, given, 'putThing'), given);
    }
    for (const given of ['..', '.', '/..', '/a/../b', './a', '/a/.']) {
      assert.match(refusal(() => checkParameter(id, given, 'putThing')).message, /"id" of putThing must be a name/);
    }
  });

  it('in a path may hold dots and what looks like an encoded one', () => {
    for (const given of ['...', 'a..b', '.hidden', '%2e%2e']) {
      assert.equal(checkParameter(inPath('topic'), given, 'putThing'), given);
      const { pathname } = new URL(`https://xdp.example/api/types/${encodeURIComponent(given)}`);
      assert.ok(pathname.startsWith('/api/types/'));
    }
  });
});

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
