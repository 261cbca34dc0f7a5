import { strict as assert } from 'node:assert';
import { type Branch, treeOf } from '../../nodes/itwin-iot/itwin-iot-account/tree';

const branch = (id: string, parent?: string, name = ''): Branch => ({ id, name, parent });
/** The tree as people see it: two blanks a step, a colon behind a heading. */
const drawn = (...levels: Branch[][]): string[] =>
  treeOf(levels).map(({ value, depth = 0, heading }) => `${'  '.repeat(depth)}${value}${heading ? ':' : ''}`);

describe('a tree of connections, devices and sensors', () => {
  it('shows sensors below their device, and that below its connection', () => {
    assert.deepEqual(drawn([branch('n')], [branch('d', 'n')], [branch('s2', 'd'), branch('s1', 'd')]), [
      'n:',
      '  d:',
      '    s1',
      '    s2',
    ]);
  });

  it('orders by name, then by id', () => {
    assert.deepEqual(drawn([branch('b', undefined, 'x'), branch('c', undefined, 'a'), branch('a', undefined, 'x')]), [
      'c',
      'a',
      'b',
    ]);
  });

  it('shows a sensor that hangs on a connection without a device between', () => {
    assert.deepEqual(drawn([branch('n')], [], [branch('s', 'n')]), ['n:', '  s']);
  });

  it('leaves out branches without leaves', () => {
    assert.deepEqual(drawn([branch('empty'), branch('n')], [branch('bare', 'n')], [branch('s', 'n')]), ['n:', '  s']);
  });

  it('puts what has no known parent at the top, after the rest', () => {
    const sensors = [branch('lost', 'nobody'), branch('s', 'd'), branch('alone')];
    assert.deepEqual(drawn([branch('n')], [branch('d', 'gone')], sensors), ['d:', '  s', 'alone', 'lost']);
  });

  it('looks at each sensor no more often among four times as many', () => {
    const looks = (size: number): number => {
      let count = 0;
      const get: ProxyHandler<Branch>['get'] = (...what) => {
        count++;
        return Reflect.get(...what);
      };
      const counted = (each: Branch): Branch => new Proxy(each, { get });
      const nodes = Array.from({ length: size }, (_, n) => counted(branch(`n${n}`)));
      const devices = Array.from({ length: size * 10 }, (_, n) => counted(branch(`d${n}`, `n${n % size}`)));
      const sensors = Array.from({ length: size * 100 }, (_, n) => counted(branch(`s${n}`, `d${n % (size * 10)}`)));
      assert.equal(treeOf([nodes, devices, sensors]).length, size * 111);
      return count;
    };
    const ratio = looks(80) / looks(20);
    // A search through all sensors for each device would look sixteen times as often; sorting looks a little more often.
    assert.ok(ratio < 6, `${ratio} times`);
  });
});
