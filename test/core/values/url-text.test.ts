import { strict as assert } from 'node:assert';
import { urlProblem } from '../../../nodes/core/values/url-text';

const problems = (schemes: string[], texts: string[]) => texts.map((text) => urlProblem(text, schemes));

describe('the URL of a platform', () => {
  it('has a scheme that is wanted, in any letters, and a host', () => {
    const good = ['https://a', 'HTTPS://a.example:8443/api/', ' https://[::1]/ '];
    assert.deepEqual(problems(['http', 'https'], good), [undefined, undefined, undefined]);
    const bad = ['', 'a.example', '//a', 'ftp://a', 'https:a', 'https:/a', 'https://', 'https://a b', 'https://:80'];
    assert.deepEqual([...new Set(problems(['http', 'https'], bad))], ['scheme']);
    assert.deepEqual(problems(['wss', 'tcp'], ['tcp://host:4200', 'wss://a/', 'tcp://', 'ws://a']), [
      undefined,
      undefined,
      'scheme',
      'scheme',
    ]);
  });

  it('holds no user, no password, and nothing behind its path', () => {
    const texts = ['https://user@a', 'tcp://user:secret@a', 'https://a/?key=1', 'https://a/#top'];
    assert.deepEqual(problems(['https', 'tcp'], texts), ['credentials', 'credentials', 'path', 'path']);
  });
});
