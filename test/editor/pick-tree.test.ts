import { strict as assert } from 'node:assert';
import { type PickItem, search } from '../../nodes/editor/pick-tree';

const item = (value: string, depth = 0, heading = false): PickItem => ({ value, label: '', depth, heading });

const TREE = [
  item('North', 0, true),
  item('Logger A', 1, true),
  item('Tilt 1', 2),
  item('Tilt 2', 2),
  item('Logger B', 1, true),
  item('Strain 1', 2),
  item('South', 0, true),
  item('Tilt 3', 1),
];

/** What is shown for the words; what is there only for what is below it stands in brackets. */
function shown(words: string, items: readonly PickItem[] = TREE): string[] {
  return search(items, words).map(({ item: { value }, found }) => (found ? value : `(${value})`));
}

describe('the filter of a pick list', () => {
  it('shows everything without words', () => {
    assert.deepEqual(
      shown(' '),
      TREE.map(({ value }) => value),
    );
  });

  it('keeps the branches above what it finds, each once', () => {
    assert.deepEqual(shown('tilt'), ['(North)', '(Logger A)', 'Tilt 1', 'Tilt 2', '(South)', 'Tilt 3']);
    assert.deepEqual(shown('strain'), ['(North)', '(Logger B)', 'Strain 1']);
  });

  it('brings all that is below a heading it finds, and no more', () => {
    assert.deepEqual(shown('logger a'), ['(North)', 'Logger A', 'Tilt 1', 'Tilt 2']);
    assert.deepEqual(shown('north'), ['North', 'Logger A', 'Tilt 1', 'Tilt 2', 'Logger B', 'Strain 1']);
  });

  it('brings nothing below a branch that can be picked itself', () => {
    assert.deepEqual(shown('logger', [item('Logger'), item('Tilt', 1)]), ['Logger']);
  });

  it('looks at names and ids, whatever their case', () => {
    const named: PickItem = { ...item('/fn/6C4F6D/node'), label: 'North Sector' };
    assert.deepEqual(shown('SECTOR', [named]), [named.value]);
    assert.deepEqual(shown('6c4f6d', [named]), [named.value]);
    assert.deepEqual(shown('south', [named]), []);
  });
});
