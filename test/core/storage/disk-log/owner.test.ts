import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openDiskLog } from '../../../../nodes/core/storage/disk-log';
import { numbered, setUpDiskLog } from './set-up';

/** Another process that opens the log, appends what it is told, and says what it did. */
const OTHER = `
  const { openDiskLog } = require(process.argv[1]);
  const log = openDiskLog({ folder: process.argv[2], onDamaged: console.error, onTrouble: console.error });
  log.load().then(async (entries) => {
    console.log('loaded ' + entries.length);
    for (let n = 0; ; n++) {
      await log.append({ at: 1, records: [JSON.stringify(String(n))] });
      console.log('kept ' + n);
      if (n === 20) await new Promise(() => setInterval(() => undefined, 1000));
    }
  }, (error) => console.log(error.code + ' ' + error.message));
`;

describe('The folder of a disk log', () => {
  let others: ChildProcess[];

  beforeEach(() => {
    others = [];
  });
  afterEach(async () => {
    for (const other of others) {
      if (other.exitCode !== null || other.signalCode !== null) continue;
      const gone = once(other, 'exit');
      other.kill('SIGKILL');
      await gone;
    }
  });

  // After the hooks above: their folder goes only when nobody writes there any more.
  const set = setUpDiskLog();
  const { opened, write, recordsOf } = set;

  const start = (folder: string): ChildProcess => {
    const modulePath = join(__dirname, '../../../../nodes/core/storage/disk-log/index.ts');
    const other = spawn(process.execPath, ['--import', 'tsx', '-e', OTHER, modulePath, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: join(__dirname, '../../../..'),
    });
    others.push(other);
    return other;
  };

  /** Everything it says up to this word; it is listened to on, or its next word would end it. */
  const says = (other: ChildProcess, word: string): Promise<string> =>
    new Promise((resolve) => {
      let text = '';
      other.stdout?.on('data', (chunk) => {
        text += chunk;
        if (text.includes(word)) resolve(text);
      });
    });

  for (const [name, folder] of [
    ['', () => set.folder],
    [' with a path too long for the address of a socket', () => join(set.parent, 'x'.repeat(60), 'y'.repeat(60), 'z')],
  ] as const)
    it(`belongs to one process at a time${name}`, async () => {
      const log = await opened(folder());
      await write(log, '"mine"');
      const refused = await says(start(folder()), '\n');
      assert.match(refused, /^STORAGE another Node-RED keeps messages in /);
      await log.close();
      assert.match(await says(start(folder()), 'kept 20'), /^loaded 1\n/);
    });

  it('is free again as soon as its process has been killed, and holds all that was acknowledged', async () => {
    const other = start(set.folder);
    await says(other, 'kept 20');
    const busy = openDiskLog({ folder: set.folder, onDamaged: assert.fail, onTrouble: assert.fail });
    await assert.rejects(busy.load(), { code: 'STORAGE' });
    const gone = once(other, 'exit');
    other.kill('SIGKILL');
    await gone;
    await busy.load();
    assert.deepEqual(await recordsOf(busy), numbered(21));
    await busy.close();
  });

  it('passes from one owner in a process to the next only after the first has closed', async () => {
    const first = await opened();
    const order: string[] = [];
    const second = openDiskLog({ folder: set.folder, onDamaged: assert.fail, onTrouble: assert.fail });
    const third = openDiskLog({ folder: set.folder, onDamaged: assert.fail, onTrouble: assert.fail });
    const loads = [second, third].map(async (log, index) => {
      const entries = await log.load();
      order.push(`${index} finds ${entries.length}`);
      await log.append({ at: 1, records: ['"x"'] });
      await log.close();
    });
    await write(first, '"a"');
    assert.deepEqual(order, []);
    await first.close();
    await Promise.all(loads);
    assert.deepEqual(order, ['0 finds 1', '1 finds 2']);
  });

  it('is taken by two at the same time for one of them only', async () => {
    await mkdir(set.folder, { recursive: true });
    const words = await Promise.all([start(set.folder), start(set.folder)].map((other) => says(other, '\n')));
    assert.deepEqual(words.map((text) => text.split(' ')[0]).sort(), ['STORAGE', 'loaded']);
  });
});
