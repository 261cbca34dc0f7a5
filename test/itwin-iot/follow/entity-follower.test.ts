import { strict as assert } from 'node:assert';
import { deadline } from '../../../nodes/core/timing';
import { createEntityFollower, type Entity } from '../../../nodes/itwin-iot/client/follow/entity-follower';
import type { Follower } from '../../../nodes/itwin-iot/client/follow/follower';
import type { Session } from '../../../nodes/itwin-iot/client/session/session';
import type { SharedSocket } from '../../../nodes/itwin-iot/client/session/socket';
import { itwinSocket, nextSession } from '../../support/itwin';
import { type RpcServer, serveRpc } from '../../support/rpc-server';

describe('changes of entities', () => {
  let server: RpcServer;
  let socket: SharedSocket;
  let session: Session;
  let follower: Follower;
  let present: unknown;
  let calls: { method: string; params: unknown; id: number }[];
  let skipped: string[];
  let got: [id: string, name: unknown, replayed: boolean][];

  beforeEach(async () => {
    calls = [];
    skipped = [];
    got = [];
    present = [];
    server = await serveRpc((method, params, id) => {
      calls.push({ method, params, id });
      return { result: method.startsWith('get') ? present : { nextId: 10 } };
    });
    socket = itwinSocket({ url: server.url });
    session = await nextSession(socket);
  });
  afterEach(async () => {
    await socket.close();
    await server.close();
  });

  const make = (backfill = true): void => {
    const onEntity = ({ id, name }: Entity, replayed: boolean): void => void got.push([id, name, replayed]);
    const onSkipped = ({ message }: Error): void => void skipped.push(message);
    const asked = { kind: 'devices', ids: ['a', 'b'], projectIds: ['p'] } as const;
    follower = createEntityFollower({ ...asked, backfill, onEntity, onSkipped });
  };
  const connect = async (): Promise<void> => {
    await new Promise<void>((onAnswer, onRefused) => {
      follower.subscribe(session, { onAnswer, onRefused });
    });
    const limit = deadline(1000);
    await follower.catchUp(session, limit).finally(() => limit.clear());
  };
  const update = async (data: unknown): Promise<void> => {
    const { id } = calls.filter(({ method }) => method === 'subscribeDevices').at(-1) as { id: number };
    server.say(JSON.stringify({ id, result: { data } }));
    await socket.request('time', undefined);
  };

  it('tells what it has to leave out: an entity without an id, and an update without any', async () => {
    make();
    await connect();
    await update([{ name: 'no id' }, { id: 'a', name: 'A' }]);
    await update(undefined);
    assert.deepEqual(got, [['a', 'A', false]]);
    assert.deepEqual(skipped, Array(2).fill('one of the devices is left out: it has no "id"'));
  });

  it('asks for its entities in its project', async () => {
    make();
    await connect();
    const params = { devices: ['a', 'b'], projectIds: ['p'] };
    assert.deepEqual(
      calls.filter(({ method }) => method.includes('Devices')).map(({ method, params: sent }) => [method, sent]),
      [
        ['subscribeDevices', params],
        ['getDevices', params],
      ],
    );
  });

  it('hands on each update, and at the start nothing of what is there', async () => {
    make();
    present = [{ id: 'a', name: 1 }];
    await connect();
    await update({ id: 'a', name: 1 });
    await update([
      { id: 'b', name: 2 },
      { id: 'a', name: 3 },
    ]);
    assert.deepEqual(got, [
      ['a', 1, false],
      ['b', 2, false],
      ['a', 3, false],
    ]);
  });

  it('hands on after an outage what has changed meanwhile, and nothing else', async () => {
    make();
    present = [
      { id: 'a', name: 1 },
      { id: 'b', name: 1 },
    ];
    await connect();
    await update({ id: 'a', name: 2 });
    got = [];
    present = [
      { id: 'a', name: 2 },
      { id: 'b', name: 7 },
      { id: 'c', name: 1 },
    ];
    await connect();
    assert.deepEqual(got, [
      ['b', 7, true],
      ['c', 1, true],
    ]);
    got = [];
    await connect();
    assert.deepEqual(got, []);
  });

  it('takes an entity that is written in another order for the same', async () => {
    make();
    present = [{ id: 'a', name: 1, props: { NAME: 'A', TYPE: 'XC' } }];
    await connect();
    present = [{ props: { TYPE: 'XC', NAME: 'A' }, name: 1, id: 'a' }];
    await connect();
    assert.deepEqual(got, []);
  });

  it('asks for nothing without back-fill', async () => {
    make(false);
    present = [{ id: 'a', name: 1 }];
    await connect();
    await connect();
    assert.deepEqual(got, []);
    assert.ok(calls.every(({ method }) => method !== 'getDevices'));
  });

  it('leaves out what is no entity, and takes the rest', async () => {
    make();
    present = null;
    await connect();
    for (const data of [null, 7, 'x', [null, [], { id: 5 }, {}], { id: ['a'] }]) await update(data);
    await update([{ id: 'a', name: 1 }, null, { id: '__proto__', name: 2 }]);
    assert.deepEqual(got, [
      ['a', 1, false],
      ['__proto__', 2, false],
    ]);
  });
});
