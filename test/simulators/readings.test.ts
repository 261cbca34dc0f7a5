import assert from 'node:assert/strict';
import { readings, readingsByMote } from '../../simulators/core/readings';

describe('the real readings', () => {
  const rows = readings();

  it('are all there, typed', () => {
    assert.equal(rows.length, 18_914);
    assert.deepEqual(rows[0], {
      reading: 1,
      mote: 1,
      indoor: true,
      humidity: 45.93,
      temperature: 27.97,
      anomaly: false,
    });
  });

  it('come from four motes, two of them indoors, each numbered from 1 without a gap', () => {
    const byMote = readingsByMote(rows);
    assert.deepEqual([...byMote.keys()], [1, 2, 3, 4]);
    for (const [mote, ofMote] of byMote) {
      assert.ok(ofMote.every(({ reading }, index) => reading === index + 1));
      assert.ok(ofMote.every(({ indoor }) => indoor === mote <= 2));
    }
  });

  it('have the induced anomalies on one indoor and one outdoor mote', () => {
    const motes = new Set(rows.filter(({ anomaly }) => anomaly).map(({ mote }) => mote));
    assert.deepEqual([...motes], [1, 4]);
  });
});
