import { strict as assert } from 'node:assert';
import { join, sep } from 'node:path';
import { storedName } from '../../../nodes/core/storage/stored-name';

describe('The name of a node on disk', () => {
  for (const id of ['e9009595179ff3fb', '3f2a1b0c.9b8c7d', 'e9009595179ff3fb-a1b2c3d4e5f60718', 'my_node-1'])
    it(`is its id where that is a plain name, as those of Node-RED are: ${id}`, () => {
      assert.equal(storedName(id), id);
    });

  for (const id of [
    '../../flows_cred',
    '..',
    '.',
    '',
    '/etc/passwd',
    'a\\..\\b',
    'con',
    'nul.txt',
    '.hidden',
    'dot.',
    'a b',
    `id-${'0'.repeat(40)}`,
    'x'.repeat(5000),
    'a\0b',
    'E9009595179FF3FB',
  ])
    it(`stays in its folder for ${JSON.stringify(id.slice(0, 20))}`, () => {
      const path = join(sep, 'kept', `${storedName(id)}.json`);
      assert.match(path, /^[/\\]kept[/\\]id-[0-9a-f]{40}\.json$/);
    });

  it('is another for every id, also where only letters change their case', () => {
    const ids = ['abcd', 'ABCD', 'AbCD', '../abcd', '..\\abcd'];
    assert.equal(new Set(ids.map(storedName)).size, ids.length);
  });
});
