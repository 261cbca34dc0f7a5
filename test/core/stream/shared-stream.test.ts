import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../nodes/core/errors';
import { shareStream } from '../../../nodes/core/stream/shared-stream';
import { nextTurn } from '../../../nodes/core/timing';

describe('a connection that several share', () => {
  it('tells each of its users, though one of them throws, and goes on', async () => {
    const told: string[] = [];
    let dialled = 0;
    const shared = shareStream({
      connect: async () => {
        dialled++;
        throw new PlatformError('ECONNREFUSED', 'away');
      },
      backoff: { base: 0, max: 0 },
      handshakeTimeout: 1000,
      idleTimeout: 0,
    });
    const broken = (): never => {
      throw new Error('a mistake of a user');
    };
    shared.use({ onState: broken, onOutage: broken });
    shared.use({ onState: (state) => told.push(state), onOutage: ({ code }) => told.push(code) });
    while (dialled < 3) await nextTurn();
    await shared.close();
    assert.deepEqual(told.slice(0, 4), ['connecting', 'ECONNREFUSED', 'waiting', 'connecting']);
  });
});
