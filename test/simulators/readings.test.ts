import assert from 'node:assert/strict';
import { playback, readings, readingsByMote } from '../../simulators/core/readings';

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

  it('go on from the first after the last', () => {
    const ofMote = readingsByMote(rows).get(1) ?? [];
    const indexOf = playback(ofMote, { startReading: 2, lastReading: 0, repeat: 0 });
    assert.deepEqual([indexOf(0), indexOf(ofMote.length - 2), indexOf(ofMote.length - 1)], [1, ofMote.length - 1, 0]);
  });

  it('can be repeated with all their anomalies, without a jump that would be one more', () => {
    for (const [mote, ofMote] of readingsByMote(rows)) {
      const indexOf = playback(ofMote, { startReading: 2184, lastReading: 2460, repeat: 360 });
      const played = Array.from({ length: 1500 }, (_, round) => ofMote[indexOf(round)] ?? assert.fail(`${round}`));
      const labelled = played.filter(({ anomaly }) => anomaly);
      const once = ofMote.filter(({ anomaly }) => anomaly).length;
      assert.ok(labelled.length >= 3 * once, `mote ${mote}: ${labelled.length} readings of ${once}`);
      for (const [index, { humidity, reading }] of played.entries()) {
        const before = played[index - 1];
        const jumped =
          before !== undefined && reading !== before.reading + 1 && Math.abs(humidity - before.humidity) > 1;
        assert.equal(jumped, false, `mote ${mote} at reading ${reading}`);
      }
    }
  });
});
