import { strict as assert } from 'node:assert';
import type { WebSocket } from 'ws';
import { PlatformError } from '../../../../nodes/core/errors';
import { nextTurn } from '../../../../nodes/core/timing';
import { fakeClock, timerSet } from '../../../support/clock';
import { startRaw, startWebSockets } from '../../../support/sockets';
import { until } from '../../../support/until';
import { fails, gone, LIMIT, setUpWebSocket, upgrade } from './set-up';

describe('WebSocket', () => {
  const { open, pair, serving, life, received, activity } = setUpWebSocket();

  describe('open', () => {
    it('carries text and bytes, both ways', async () => {
      const [connection, peer, server] = await pair();
      assert.deepEqual(server.paths, ['/path']);
      const got: unknown[] = [];
      peer.on('message', (data: Buffer, isBinary) => got.push(isBinary ? data : data.toString()));
      const bytes = Buffer.alloc(65_536, 0xfe);
      await connection.send('grüße');
      await connection.send(bytes);
      await until('both are there', () => got.length === 2);
      assert.deepEqual(got, ['grüße', bytes]);
      peer.send('45.93\r\n');
      peer.send(bytes);
      await until('both came', () => received.length === 2);
      assert.deepEqual(received, ['45.93\r\n', bytes]);
      connection.close();
      await gone(server);
      await fails(connection.ended, 'CLOSED', /connection to THREAD has been closed/);
    });

    it('tells of every sign of life: messages, pings and answers to pings', async () => {
      const [connection, peer] = await pair();
      peer.ping();
      await until('the ping came', () => activity() === 1);
      connection.ping();
      await until('the pong came', () => activity() === 2);
      peer.send('x');
      await until('the message came', () => activity() === 3);
      connection.close();
    });

    it('keeps the order of a burst, leaves the process its turns and slows the peer down', async () => {
      const count = 100_000;
      let last = -1;
      let turn = 0;
      let mostInTurn = 0;
      let inTurn = 0;
      let turning = true;
      const tick = (): void => {
        turn++;
        inTurn = 0;
        if (turning) setImmediate(tick);
      };
      const server = await serving(startWebSockets());
      let peer: WebSocket | undefined;
      let behind = 0;
      const connection = await open(server.url, {
        onText(text) {
          const number = Number(text.slice(0, 6));
          assert.equal(number, last + 1);
          last = number;
          mostInTurn = Math.max(mostInTurn, ++inTurn);
          if (number === 10_000) behind = peer?.bufferedAmount ?? 0;
        },
      });
      peer = await server.next();
      setImmediate(tick);
      for (let n = 0; n < count; n++) peer.send(String(n).padStart(250, '0').slice(-6).padEnd(250));
      await until('all came', () => last === count - 1);
      turning = false;
      assert.ok(mostInTurn <= 128, `${mostInTurn} in one turn`);
      assert.ok(turn > count / 128);
      assert.ok(behind > 5_000_000, `the peer has sent all but ${behind} bytes`);
      connection.close();
      await gone(server);
    });

    it('hands on all that came before an orderly end, then resolves', async () => {
      const [connection, peer, server] = await pair();
      for (let n = 0; n < 5000; n++) peer.send(String(n));
      peer.close(1000, 'bye');
      await connection.ended;
      assert.equal(received.length, 5000);
      assert.equal(received.at(-1), '4999');
      await gone(server);
    });

    it('hands on all that came before it broke, then rejects', async () => {
      const [connection, peer, server] = await pair();
      for (let n = 0; n < 500; n++) peer.send(String(n));
      await until('they begin to come', () => received.length > 0);
      peer.terminate();
      await fails(connection.ended, 'ECONNRESET', /connection to THREAD at ws:.* broke/);
      assert.equal(received.length, 500);
      await gone(server);
    });

    it('says with what code and words the peer ended it', async () => {
      const [connection, peer] = await pair();
      peer.close(1013, 'try\nlater');
      await fails(connection.ended, 'ECONNRESET', /was ended by it \(1013 try later\)$/);
    });

    it('quotes no secret of those words', async () => {
      const [connection, peer] = await pair({ secrets: ['k3y'] });
      peer.close(1008, 'who is k3y?');
      await fails(connection.ended, 'ECONNRESET', /\(1008 who is •••\?\)$/);
    });

    it('is over two seconds after the peer has said goodbye, though that never cuts', async () => {
      const clock = fakeClock();
      try {
        const raw = await serving(
          startRaw((socket) => {
            socket.allowHalfOpen = true;
            void upgrade(socket, () => socket.write(Buffer.of(0x88, 0)));
          }),
        );
        const connection = await open(`ws://localhost:${raw.port}`);
        let over = false;
        const ended = connection.ended.then(() => {
          over = true;
        });
        await timerSet(clock);
        await clock.tickAsync(1999);
        await nextTurn();
        assert.equal(over, false);
        await clock.tickAsync(1);
        await ended;
      } finally {
        clock.restore();
      }
    });

    it('rejects what is sent when it is over', async () => {
      const [connection, peer] = await pair();
      peer.close();
      await connection.ended;
      await fails(connection.send('late'), 'ECONNRESET', /^not sent: the connection to THREAD at ws:.* is over/);
      connection.ping();
    });

    it('ends with its signal when the peer is dead, and fails what was on its way', async () => {
      const raw = await serving(startRaw((socket) => void upgrade(socket, () => socket.pause())));
      const connection = await open(`ws://localhost:${raw.port}`);
      let sent = 0;
      const sending = Array.from({ length: 40 }, () => connection.send(Buffer.alloc(LIMIT)).then(() => sent++));
      const all = Promise.allSettled(sending);
      life.abort(new PlatformError('IDLE', 'nothing heard for 45 s', { retryable: true }));
      await fails(connection.ended, 'IDLE', /nothing heard for 45 s/);
      const failed = (await all).filter(({ status }) => status === 'rejected');
      assert.ok(failed.length > 0 && failed.length + sent === 40);
    });

    it('ends with the error of a listener that throws, and ends nothing else', async () => {
      for (const burst of [1, 1000]) {
        const [connection, peer, server] = await pair({
          onText(text) {
            if (text === 'last') throw new PlatformError('STORAGE', 'cannot take it');
          },
        });
        for (let n = 1; n < burst; n++) peer.send('x');
        peer.send('last');
        await fails(connection.ended, 'STORAGE', /cannot take it/);
        await gone(server);
      }
    });
  });
});
