import { strict as assert } from 'node:assert';
import { type Branch, treeOf } from '../../nodes/itwin-iot/itwin-iot-account/tree';

describe('pick lists as trees', () => {
  const branch = (id: string, parent?: string, name = id.toUpperCase()): Branch => ({ id, name, parent });
  const shown = (...levels: Branch[][]): string[] =>
    treeOf(levels).map(({ value, depth = 0, heading }) => `${'  '.repeat(depth)}${value}${heading ? ':' : ''}`);

  it('shows one level as a list, by name', () => {
    assert.deepEqual(treeOf([[branch('b'), branch('a', undefined, 'z'), branch('c', undefined, '')]]), [
      { value: 'c', label: '' },
      { value: 'b', label: 'B' },
      { value: 'a', label: 'z' },
    ]);
  });

  it('puts what can be picked below headings that cannot', () => {
    const nodes = [branch('n1'), branch('n2')];
    const devices = [branch('d1', 'n1'), branch('d2', 'n2')];
    const sensors = [branch('s2', 'd1'), branch('s1', 'd1'), branch('s3', 'd2')];
    assert.deepEqual(shown(nodes, devices), ['n1:', '  d1', 'n2:', '  d2']);
    assert.deepEqual(shown(nodes, devices, sensors), ['n1:', '  d1:', '    s1', '    s2', 'n2:', '  d2:', '    s3']);
  });

  it('leaves out headings with nothing below them', () => {
    assert.deepEqual(shown([branch('n1'), branch('n2')], [branch('d1', 'n1')], []), []);
    assert.deepEqual(shown([branch('n1')], [branch('d1', 'n1')], [branch('s', 'n1')]), ['n1:', '  s']);
  });

  it('loses nothing whose parent is not there', () => {
    const nodes = [branch('n1')];
    const devices = [branch('d1', 'gone'), branch('d2')];
    const sensors = [branch('s1', 'd1'), branch('s2', 'nowhere'), branch('s3'), branch('s4', 'n1')];
    assert.deepEqual(shown(nodes, devices, sensors), ['n1:', '  s4', 'd1:', '  s1', 's2', 's3']);
    assert.deepEqual(shown([], devices), ['d1', 'd2']);
    assert.deepEqual(treeOf([]), []);
  });

  it('is made of a site with 10,000 sensors while somebody waits', () => {
    const nodes = Array.from({ length: 100 }, (_, index) => branch(`n${index}`));
    const devices = Array.from({ length: 1000 }, (_, index) => branch(`d${index}`, `n${index % 100}`));
    const sensors = Array.from({ length: 10_000 }, (_, index) => branch(`s${index}`, `d${index % 1000}`));
    const begin = performance.now();
    assert.equal(treeOf([nodes, devices, sensors]).length, 11_100);
    const took = performance.now() - begin;
    assert.ok(took < 200, `${Math.round(took)} ms`);
  });
});
