import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import type { XdpEvent } from '../../nodes/xdp/client/events';
import { createPastFilter, type PastFilter, readKept } from '../../nodes/xdp/client/past-filter';

const event = (source: string): XdpEvent => ({
  name: 'ObservationRecorded',
  data: {},
  source,
  offset: '1',
  storedDone: false,
});
const done = (source: string): XdpEvent => ({
  ...event(source),
  name: 'StoredObservationRecordedEventsDone',
  storedDone: true,
});

describe('What is stored before a stream begins with what is new', () => {
  let clock: sinon.SinonFakeTimers;
  let onOver: sinon.SinonSpy;
  let filter: PastFilter;

  beforeEach(() => {
    clock = sinon.useFakeTimers();
    onOver = sinon.spy();
    filter = createPastFilter([], onOver);
  });
  afterEach(() => clock.restore());

  it('is over five seconds after the last Done, so that a source whose first recording comes late is handed on', () => {
    assert.equal(filter.isPast(event('a'), true, false), true);
    assert.equal(filter.isPast(done('a'), false, true), false);
    clock.tick(5000);
    assert.ok(onOver.calledOnce);
    // Measured before the connection was opened: it looks like a stored one.
    assert.equal(filter.isPast(event('b'), true, false), false);
  });

  it('is not over while another source begins within the five seconds', () => {
    filter.isPast(done('a'), false, true);
    clock.tick(4000);
    assert.equal(filter.isPast(event('b'), true, false), true);
    clock.tick(10_000);
    assert.equal(filter.isPast(event('b'), true, false), true);
    assert.ok(onOver.notCalled);
  });

  it('was over when a connection ends after all seemed to have come', () => {
    filter.isPast(done('a'), false, true);
    filter.connectionEnded();
    assert.equal(filter.isPast(event('b'), true, false), false);
    clock.tick(10_000);
    assert.ok(onOver.notCalled);
  });

  it('goes on over a restart, but for the sources that were through', () => {
    filter.isPast(event('a'), true, false);
    filter.isPast(done('a'), false, false);
    filter.isPast(event('b'), true, false);
    const kept = filter.kept({ a: '7', b: '8' });
    const { offsets, passing } = readKept(kept);
    assert.deepEqual([offsets, passing], [{ a: '7' }, true]);
    const next = createPastFilter(Object.keys(offsets), onOver);
    assert.equal(next.isPast(event('a'), true, false), false);
    assert.equal(next.isPast(event('b'), true, false), true);
  });

  it('leaves nothing in what is kept once it is over', () => {
    filter.isPast(done('a'), false, true);
    clock.tick(5000);
    assert.deepEqual(readKept(filter.kept({ a: '7', b: '8' })), { offsets: { a: '7', b: '8' }, passing: false });
  });
});
