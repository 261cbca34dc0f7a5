import { strict as assert } from 'node:assert';
import { startRaw } from '../../../support/sockets';
import { until } from '../../../support/until';
import { fails, gone, setUpWebSocket, upgrade } from './set-up';

describe('WebSocket', () => {
  const { open, pair, serving, received } = setUpWebSocket();

  describe('with a peer that breaks the rules', () => {
    const frames: [what: string, bytes: Buffer, code: string, message: RegExp][] = [
      [
        'masks its frames',
        Buffer.of(0x81, 0x81, 1, 2, 3, 4, 5),
        'INVALID_RESPONSE',
        /THREAD at ws:.* does not keep to the WebSocket protocol: .*MASK must be clear/,
      ],
      ['sends an unknown opcode', Buffer.of(0x83, 0), 'INVALID_RESPONSE', /invalid opcode 3/],
      [
        'sends more than the limit',
        Buffer.of(0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 1),
        'EVENT_TOO_LARGE',
        /sent a message of more than 1048576 bytes/,
      ],
      ['sends text that is none', Buffer.of(0x81, 2, 0xc3, 0x28), 'INVALID_RESPONSE', /invalid UTF-8/],
      ['breaks off in mid-frame', Buffer.of(0x81, 10, 0x61), 'ECONNRESET', /connection to THREAD at ws:.* broke/],
    ];
    for (const [what, bytes, code, message] of frames) {
      it(`says that it ${what}, after what came before`, async () => {
        const before = Buffer.of(0x81, 2, 0x6f, 0x6b);
        const raw = await serving(
          startRaw((socket) => void upgrade(socket, () => socket.end(Buffer.concat([before, bytes])))),
        );
        const connection = await open(`ws://localhost:${raw.port}`);
        await fails(connection.ended, code, message);
        assert.deepEqual(received, ['ok']);
        await gone(raw);
      });
    }

    it('takes text that is none where it is wanted as bytes', async () => {
      const [connection, peer] = await pair({ onText: undefined });
      peer.send(Buffer.of(0xff, 0xc3, 0x28), { binary: false });
      await until('it came', () => received.length === 1);
      assert.deepEqual(received, [Buffer.of(0xff, 0xc3, 0x28)]);
      connection.close();
    });
  });
});
