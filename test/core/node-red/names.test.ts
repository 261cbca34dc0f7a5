import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import { createNames } from '../../../nodes/core/node-red/names';

describe('the names of devices', () => {
  const setUp = (load: sinon.SinonStub) => {
    const log = sinon.stub();
    let close: () => void = () => undefined;
    const onClose = (work: (removed: boolean) => unknown): void => {
      close = () => void work(false);
    };
    const names = createNames({ node: { log } as never, onClose }, load);
    return { names, log, close: () => close() };
  };
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['performance', 'Date'] });
  });
  afterEach(() => clock.restore());

  it('are looked up when the first is asked for, and nothing waits for them', async () => {
    const load = sinon.stub().resolves([{ value: '1', label: 'Gate' }, { value: '2' }]);
    const { names } = setUp(load);
    assert.equal(load.callCount, 0);
    assert.equal(names.of('1'), undefined);
    await Promise.resolve();
    assert.equal(names.of('1'), 'Gate');
    assert.equal(names.of('2'), undefined);
    assert.equal(load.callCount, 1);
  });

  it('are looked up again for a device that is not known, every ten minutes at the most', async () => {
    const load = sinon.stub().resolves([{ value: '1', label: 'Gate' }]);
    const { names } = setUp(load);
    for (let minute = 0; minute < 21; minute++) {
      names.of('new');
      names.of('1');
      await Promise.resolve();
      clock.tick(60_000);
    }
    assert.equal(load.callCount, 2);
  });

  it('stay unknown, and the log says why, when the platform does not tell; not after the node has closed', async () => {
    const { names, log, close } = setUp(sinon.stub().rejects(new Error('away')));
    names.of('1');
    await Promise.resolve();
    await Promise.resolve();
    assert.match(String(log.firstCall.args[0]), /away/);
    close();
    clock.tick(700_000);
    names.of('1');
    await Promise.resolve();
    assert.equal(log.callCount, 1);
  });
});
