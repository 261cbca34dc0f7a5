import { strict as assert } from 'node:assert';
import { type MessageState, moveTo, newMessage } from '../../../nodes/core/outbox/message';

describe('the state of a kept message', () => {
  const fate = { accepted: assert.fail, failed: assert.fail };
  const inState = (state: MessageState) => newMessage({ state, since: 0, observations: 1, bytes: 1, fate });

  it('goes from the disk to the queue, to the platform and back, and away from everywhere', () => {
    const way: MessageState[] = ['writing', 'waiting', 'sending', 'waiting', 'sending', 'gone'];
    const message = inState('loading');
    for (const state of way) {
      assert.equal(moveTo(message, state), true);
      assert.equal(message.state, state);
    }
    for (const state of ['loading', 'writing', 'waiting'] as const) assert.equal(moveTo(inState(state), 'gone'), true);
  });

  it('is the last one once it has gone, and none is sent that is not on the disk yet', () => {
    const gone = inState('gone');
    for (const state of ['loading', 'writing', 'waiting', 'sending', 'gone'] as const)
      assert.equal(moveTo(gone, state), false);
    assert.equal(gone.state, 'gone');
    for (const state of ['loading', 'writing'] as const) assert.equal(moveTo(inState(state), 'sending'), false);
  });
});
