import { strict as assert } from 'node:assert';
import { isSenml } from '../../../nodes/core/senml/reader';

describe('isSenml', () => {
  it('tells a pack from a platform’s own objects', () => {
    const packs = [
      [{ n: 'a', v: 1 }],
      [{ bn: 'urn:dev:xdp:1:', v: 1 }],
      [{ n: 'a', vb: false }],
      [{ n: 'a', s: 1 }],
      [{ bt: 1_700_000_000 }, { n: 'a', v: 1 }],
      [{ bu: 'Cel' }, { bn: 'urn:dev:xdp:1:', n: 'a', v: 1 }],
      [
        { bn: 'urn:dev:xdp:1:', bt: 1_700_000_000 },
        { n: 'a', v: 1 },
      ],
    ];
    const others = [
      undefined,
      null,
      'text',
      {},
      { n: 'a', v: 1 },
      [],
      [1],
      [null],
      [{ temperature: 5 }],
      [{ bt: 5 }, { v: 1 }],
      [
        { bt: 5, temperature: 1 },
        { n: 'a', v: 1 },
      ],
      [{ n: 5, v: 1 }],
      [{ name: 'a', value: 1 }],
      [{ data: { v: 1 }, nwkAddr: 1 }],
    ];
    assert.deepEqual(
      packs.map(isSenml),
      packs.map(() => true),
    );
    assert.deepEqual(
      others.map(isSenml),
      others.map(() => false),
    );
  });
});
