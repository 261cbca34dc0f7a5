import { strict as assert } from 'node:assert';
import type { NodeAPI } from 'node-red';
import { PlatformError } from '../../../nodes/core/errors';
import { readProperties } from '../../../nodes/core/node-red/properties';
import {
  booleanSetting,
  checkContextStore,
  choiceSetting,
  isLoopback,
  listSetting,
  numberSetting,
  readNetwork,
  textSetting,
  urlSetting,
} from '../../../nodes/core/node-red/settings';
import { CONNECTION, HTTP } from '../../../nodes/core/property/groups';
import { url } from '../../../nodes/core/property/rows';

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof PlatformError);
    assert.equal(error.code, 'INVALID_CONFIGURATION');
    return error.message;
  }
  return assert.fail('should have been refused');
};

/** A RED whose getNode knows these. */
const withNodes = (nodes: Record<string, unknown>, settings: object = {}): NodeAPI =>
  ({ nodes: { getNode: (id: string) => nodes[id] ?? null }, settings }) as unknown as NodeAPI;

describe('a text property', () => {
  it('is trimmed text; numbers from the environment are texts too', () => {
    assert.equal(textSetting({ a: '  farm\n' }, 'a'), 'farm');
    assert.equal(textSetting({ a: 5 }, 'a'), '5');
  });

  it('that is required and empty is named', () => {
    for (const empty of [undefined, null, '', '  '])
      assert.match(
        refusal(() => textSetting({ a: empty }, 'a')),
        /"a" is empty/,
      );
    assert.equal(textSetting({}, 'a', false), '');
  });

  it('that holds a variable which is not set is reported with the variable', () => {
    for (const text of ['${XDP_USER}', '$(XDP_USER)', ' ${XDP_USER} ']) {
      assert.match(
        refusal(() => textSetting({ username: text }, 'username')),
        /XDP_USER, named in "username", is not set/,
      );
    }
    assert.equal(textSetting({ a: 'costs ${5} and more' }, 'a'), 'costs ${5} and more');
  });
});

describe('a URL property', () => {
  const url = (text: string): string => urlSetting({ url: text }, 'url', ['http', 'https']);

  it('loses the slashes at its end and nothing else', () => {
    assert.equal(url('https://xdp.example/api/'), 'https://xdp.example/api');
    assert.equal(url('https://xdp.example:8443/a%2Fb'), 'https://xdp.example:8443/a%2Fb');
    assert.equal(url('http://[::1]:9870//'), 'http://[::1]:9870');
  });

  it('must be one, of a known protocol', () => {
    for (const text of [
      'xdp.example',
      'ftp://xdp.example',
      'https://',
      '//xdp.example',
      'file:///etc/passwd',
      'https:xdp',
    ]) {
      assert.match(
        refusal(() => url(text)),
        /"url" must be a URL that begins with http:\/\/ or https:\/\//,
      );
    }
  });

  it('may not hold credentials, and no error quotes them', () => {
    for (const text of [
      'https://user:geheim@xdp.example',
      'ftp://user:geheim@xdp.example',
      'user:geheim@xdp.example',
      'https//user:geheim@x',
    ]) {
      assert.doesNotMatch(
        refusal(() => url(text)),
        /geheim/,
      );
    }
  });

  it('may not hold a query or a fragment: paths are put behind it', () => {
    assert.match(
      refusal(() => url('https://xdp.example/api?key=1')),
      /"url"/,
    );
    assert.match(
      refusal(() => url('https://xdp.example/api#top')),
      /"url"/,
    );
  });
});

describe('a number property', () => {
  it('is a number or its digits, the fallback when empty', () => {
    assert.equal(numberSetting({ n: '30' }, 'n', { fallback: 1 }), 30);
    assert.equal(numberSetting({ n: 0 }, 'n', { fallback: 1 }), 0);
    for (const empty of [undefined, null, '', ' ']) assert.equal(numberSetting({ n: empty }, 'n', { fallback: 7 }), 7);
  });

  it('must be one, within its bounds, and says which', () => {
    const bounds = { fallback: 1, min: 1, max: 10 };
    for (const bad of ['x', '1,5', 0, 11, 'Infinity', true, {}]) {
      assert.match(
        refusal(() => numberSetting({ n: bad }, 'n', bounds)),
        /"n" must be a number of at least 1 and at most 10/,
      );
    }
  });
});

describe('other properties', () => {
  it('a choice is one of its texts, the first when empty', () => {
    assert.equal(choiceSetting({ c: 'b' }, 'c', ['a', 'b']), 'b');
    assert.equal(choiceSetting({}, 'c', ['a', 'b']), 'a');
    assert.match(
      refusal(() => choiceSetting({ c: 'B' }, 'c', ['a', 'b'])),
      /"c" must be one of a, b, but is "B"/,
    );
  });

  it('a boolean is true, or what the environment gives for it', () => {
    const given = [true, 'true', 'TRUE', ' true ', false, 'false', '', undefined, null, '1'];
    assert.deepEqual(
      given.map((value) => booleanSetting({ b: value }, 'b')),
      [true, true, true, true, false, false, false, false, false, false],
    );
  });

  it('a list is an array, its JSON text, or a text with commas', () => {
    const list = (value: unknown) => listSetting({ l: value }, 'l');
    assert.deepEqual(list(['a', '', 5]), ['a', '5']);
    assert.deepEqual(list('["a","b,c"]'), ['a', 'b,c']);
    assert.deepEqual(list(' a, b ,,c '), ['a', 'b', 'c']);
    assert.deepEqual([list(''), list(undefined), list('[]')], [[], [], []]);
    assert.match(
      refusal(() => list('["a"')),
      /"l" must be a list/,
    );
  });

  it('a context store must exist: Node-RED would quietly take the default one', () => {
    const RED = withNodes({}, { contextStorage: { disk: {}, memoryOnly: {} } });
    for (const known of ['default', 'disk', 'memoryOnly']) checkContextStore(RED, known);
    assert.match(
      refusal(() => checkContextStore(RED, 'disc')),
      /"disc" does not exist; settings.js has: default, disk, memoryOnly/,
    );
    assert.throws(() => checkContextStore(RED, 'memory'), /"memory" does not exist/);
    checkContextStore(withNodes({}, {}), 'memory');
  });

  it('loopback is this machine alone', () => {
    const urls = [
      'http://localhost:1',
      'http://127.0.0.1',
      'http://127.8.8.8/x',
      'http://[::1]:5',
      'http://10.0.0.1',
      'http://localhost.example',
      'http://127.example.com',
    ];
    assert.deepEqual(urls.map(isLoopback), [true, true, true, true, false, false, false]);
  });
});

describe('the connection of an account', () => {
  const base = { url: 'https://xdp.example/api' };
  const readConnection = (RED: NodeAPI, given: object) => {
    const settings = readProperties({ url: url(HTTP, ''), ...CONNECTION }, { ...given });
    return { ...settings, ...readNetwork(RED, settings) };
  };

  it('has times in milliseconds and the defaults of docs/design.md', () => {
    assert.deepEqual(readConnection(withNodes({}), base), {
      url: 'https://xdp.example/api',
      timeout: 30_000,
      retryMax: 60_000,
      maxAnswer: 20_000_000,
      maxRequests: 10,
      tls: undefined,
      proxy: undefined,
    });
    const { timeout, retryMax } = readConnection(withNodes({}), { ...base, timeout: '5', retryMax: 2.5 });
    assert.deepEqual([timeout, retryMax], [5000, 2500]);
  });

  it('takes its TLS options from a valid tls-config', () => {
    const node = (valid: boolean) => ({
      valid,
      addTLSOptions: (options: object) => ({ ...options, ca: 'CA', rejectUnauthorized: true }),
    });
    const RED = withNodes({ good: node(true), bad: node(false) });
    assert.deepEqual(readConnection(RED, { ...base, tls: 'good' }).tls, { ca: 'CA', rejectUnauthorized: true });
    assert.match(
      refusal(() => readConnection(RED, { ...base, tls: 'bad' })),
      /TLS configuration is not valid/,
    );
    assert.match(
      refusal(() => readConnection(RED, { ...base, tls: 'gone' })),
      /TLS configuration does not exist/,
    );
  });

  it('takes its proxy with credentials, percent-encoded, and the hosts that need none', () => {
    const RED = withNodes({
      plain: { url: 'http://proxy:3128', noproxy: ['localhost', '*.local'] },
      secured: { url: 'http://proxy:3128', credentials: { username: 'us@er', password: 'p:w/§' } },
      broken: { url: 'http://user:geheim@:x' },
    });
    assert.deepEqual(readConnection(RED, { ...base, proxy: 'plain' }).proxy, {
      url: 'http://proxy:3128/',
      noProxy: ['localhost', '*.local'],
    });
    const { url = '' } = readConnection(RED, { ...base, proxy: 'secured' }).proxy ?? {};
    const { username, password } = new URL(url);
    assert.deepEqual([username, password].map(decodeURIComponent), ['us@er', 'p:w/§']);
    assert.doesNotMatch(
      refusal(() => readConnection(RED, { ...base, proxy: 'broken' })),
      /geheim/,
    );
    assert.match(
      refusal(() => readConnection(RED, { ...base, proxy: 'gone' })),
      /proxy configuration does not exist/,
    );
  });
});
