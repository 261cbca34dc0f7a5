import { strict as assert } from 'node:assert';
import { readProperties } from '../../../nodes/core/node-red/properties';
import { inBody } from '../../../nodes/core/operation/operation';
import {
  choice,
  configNode,
  flag,
  json,
  label,
  list,
  number,
  params,
  password,
  text,
  token,
  typed,
  typeOf,
  url,
  version,
} from '../../../nodes/core/property/rows';

const TABLE = {
  name: label(),
  account: configNode('some-account', true),
  way: choice(['key', 'login'], { value: 'login' }),
  key: token({ when: { way: 'key' } }),
  secret: password({ when: { way: 'login' } }),
  site: url(['https'], 'https://default', { when: { way: 'login' } }),
  from: choice(['all', 'new', 'offsets'], { value: 'new', when: { way: 'login' } }),
  offsets: json(inBody('offsets'), { when: { way: 'login', from: 'offsets' } }),
  scope: text('read write'),
  stream: text('recordings', { empty: '' }),
  resume: flag(true),
  ids: list(['one']),
  wait: number(30, { min: 1, unit: 'seconds' }),
  most: number(20, { min: 0.1, unit: 'megabytes' }),
  params: params([]),
  sensor: typed(inBody('sensor')),
  sensorType: typeOf('json'),
  version: version(1),
};

describe('the properties of a node', () => {
  it('of a flow that holds none mean what they did before they were there, not what new nodes have', () => {
    assert.deepEqual(readProperties(TABLE, { key: 'k' }), {
      account: '',
      way: 'key',
      key: 'k',
      secret: '',
      site: '',
      from: 'all',
      offsets: undefined,
      scope: 'read write',
      stream: '',
      resume: false,
      ids: [],
      wait: 30_000,
      most: 20_000_000,
      params: {},
      sensor: { type: 'json', value: undefined },
    });
  });

  it('are read as their rows say: numbers in milliseconds and bytes', () => {
    const given = {
      name: '${UNSET}',
      account: 'id',
      way: 'login',
      key: '${UNSET}',
      secret: ' s ',
      site: 'https://a/',
      from: 'offsets',
      offsets: '{"a":"1"}',
      scope: '',
      stream: ' types ',
      resume: 'true',
      ids: 'a, b',
      wait: '2.5',
      most: 1,
      params: { id: 5, time: { type: 'msg', value: 'time' } },
      sensor: 'payload.id',
      sensorType: 'msg',
      version: 1,
    };
    const read = readProperties(TABLE, given);
    const wait: number = read.wait;
    const from: 'all' | 'new' | 'offsets' = read.from;
    assert.deepEqual(
      { ...read, wait, from },
      {
        account: 'id',
        way: 'login',
        key: '',
        secret: ' s ',
        site: 'https://a',
        from: 'offsets',
        offsets: '{"a":"1"}',
        scope: 'read write',
        stream: 'types',
        resume: true,
        ids: ['a', 'b'],
        wait: 2500,
        most: 1_000_000,
        params: { id: { type: 'raw', value: 5 }, time: { type: 'msg', value: 'time' } },
        sensor: { type: 'msg', value: 'payload.id' },
      },
    );
  });

  for (const [what, given, says] of [
    ['an unknown choice', { way: 'x' }, '"way" must be one of key, login, but is "x"'],
    ['an empty credential that is needed', {}, '"key" is empty'],
    [
      'a key that no header can carry',
      { key: 'schlüssel' },
      '"key" contains a character that is not allowed in HTTP headers',
    ],
    [
      'a URL of another scheme',
      { way: 'login', secret: 's', site: 'http://a' },
      '"site" must be a URL that begins with https://, but is "http://a"',
    ],
    ['a number below its bound', { key: 'k', wait: 0 }, '"wait" must be a number of at least 1, but is "0"'],
    [
      'a variable that is not set',
      { key: 'k', ids: ['a', '${IDS}'] },
      'the environment variable IDS, named in "ids", is not set',
    ],
  ] as const) {
    it(`name ${what}`, () => {
      assert.throws(() => readProperties(TABLE, given), { code: 'INVALID_CONFIGURATION', message: says });
    });
  }
});
