import { strict as assert } from 'node:assert';
import type { XdpEvent } from '../../nodes/xdp/client/events';
import { type ReplayTracker, trackReplay } from '../../nodes/xdp/client/replay-tracker';

const OPENED = Date.UTC(2026, 5, 1, 12, 0, 0);
const before = new Date(OPENED - 60_000).toISOString();
const after = new Date(OPENED + 1000).toISOString();

const recorded = (source: string | undefined, time: string | undefined): XdpEvent => ({
  name: 'ObservationRecorded',
  data: time === undefined ? {} : { time },
  offset: undefined,
  source,
  storedDone: false,
});

const done = (source?: string): XdpEvent => ({
  name: 'StoredObservationRecordedEventsDone',
  data: {},
  offset: '1',
  source,
  storedDone: true,
});

describe('replay tracker', () => {
  let replay: ReplayTracker;
  beforeEach(() => {
    replay = trackReplay(OPENED);
  });

  it('takes every event before the one Done for stored, and every event behind it for live', () => {
    assert.equal(replay.finished, false);
    assert.equal(replay.isStored(recorded(undefined, before)), true);
    assert.equal(replay.isStored(recorded(undefined, undefined)), true);
    assert.equal(replay.finished, false);
    assert.equal(replay.isStored(done()), false, 'a Done itself is no stored event');
    assert.equal(replay.finished, true);
    assert.equal(replay.isStored(recorded(undefined, before)), false);
  });

  it('follows each source for itself', () => {
    assert.equal(replay.isStored(recorded('a', before)), true);
    assert.equal(replay.isStored(recorded('b', before)), true);
    replay.isStored(done('a'));
    assert.equal(replay.finished, false, 'b goes on');
    assert.equal(replay.isStored(recorded('a', after)), false);
    assert.equal(replay.isStored(recorded('a', before)), false, 'a late reading is live too');
    assert.equal(replay.isStored(recorded('b', before)), true);
    replay.isStored(done('b'));
    assert.equal(replay.finished, true);
    assert.equal(replay.isStored(recorded('b', before)), false);
  });

  it('takes a source that begins behind the Done of another for stored when its events are old', () => {
    replay.isStored(recorded('a', before));
    replay.isStored(done('a'));
    assert.equal(replay.finished, true, 'as far as can be told');
    assert.equal(replay.isStored(recorded('b', before)), true);
    assert.equal(replay.finished, false);
    replay.isStored(done('b'));
    assert.equal(replay.finished, true);
  });

  it('takes a new source, whose Done never comes, for live when its first event is younger than the connection', () => {
    replay.isStored(done('a'));
    assert.equal(replay.isStored(recorded('new', after)), false);
    assert.equal(replay.finished, true);
    assert.equal(replay.isStored(recorded('new', before)), false);
  });

  it('takes what was measured after the connection was opened for live, though no Done ever comes', () => {
    assert.equal(replay.isStored(recorded('a', after)), false);
    assert.equal(replay.finished, true);
  });

  it('lets a source that looked stored go live with its first young event', () => {
    replay.isStored(done('a'));
    assert.equal(replay.isStored(recorded('buffered', before)), true);
    assert.equal(replay.isStored(recorded('buffered', after)), false);
    assert.equal(replay.finished, true);
    assert.equal(replay.isStored(recorded('buffered', before)), false);
  });

  it('ends for all sources with a Done that names none', () => {
    replay.isStored(recorded('a', before));
    replay.isStored(recorded('b', before));
    replay.isStored(done());
    assert.equal(replay.finished, true);
    assert.equal(replay.isStored(recorded('a', before)), false);
    assert.equal(replay.isStored(recorded('c', before)), false);
  });

  it('is over at once where nothing was stored', () => {
    replay.isStored(done());
    assert.equal(replay.finished, true);
    assert.equal(replay.isStored(recorded('a', after)), false);
  });

  it('takes an event without a readable time for stored until its Done', () => {
    replay.isStored(done('a'));
    for (const time of [undefined, 'yesterday']) assert.equal(replay.isStored(recorded('b', time)), true);
    replay.isStored(done('b'));
    assert.equal(replay.isStored(recorded('b', undefined)), false);
  });
});
