import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Unavoidable } from '../../test/platforms/fault-bench';
import type { Bench } from './bench';
import { away, type Fault, peers } from './fault';

const DAY_MS = 86_400_000;

/** What becomes of the machine that Node-RED runs on, and of its disk. */
export const MACHINE_FAULTS: readonly Fault[] = [
  {
    name: 'kill -9, three times',
    replays: true,
    async run({ nodeRed }, seconds) {
      for (let n = 0; n < 3; n++) {
        await nodeRed.kill9();
        await nodeRed.start();
        await seconds(2);
      }
      return undefined;
    },
  },
  {
    name: 'kill -9 with the platform away',
    replays: true,
    async run(bench, seconds) {
      await away(bench, async () => {
        await seconds(3);
        await bench.nodeRed.kill9();
        await bench.nodeRed.start();
        await seconds(2);
      });
      return undefined;
    },
  },
  {
    name: 'deployed anew, full and nodes',
    async run({ nodeRed, flow, credentials }, seconds) {
      for (const type of ['full', 'nodes', 'full'] as const) {
        await nodeRed.deploy(
          flow.map((node) => ({ ...node, name: `${type} ${Math.random()}` })),
          { type, credentials },
        );
        await seconds(1.5);
      }
      return undefined;
    },
  },
  {
    name: 'stopped (SIGTERM) and started',
    async run({ nodeRed }, seconds) {
      await nodeRed.stop();
      await nodeRed.start();
      await seconds(3);
      return undefined;
    },
  },
  {
    name: 'Node-RED stopped for 90 s (SIGSTOP)',
    async run({ nodeRed }, seconds) {
      process.kill(nodeRed.pid, 'SIGSTOP');
      await seconds(90);
      process.kill(nodeRed.pid, 'SIGCONT');
      await seconds(3);
      return undefined;
    },
  },
  clock('a day forward', DAY_MS),
  clock('a day back', -DAY_MS),
  {
    name: 'slow disk (3 s a sync), deployed meanwhile',
    // A cursor that takes three seconds to write is not there when the node has to be gone within two.
    replays: true,
    async run({ nodeRed, flow, credentials, machine }, seconds) {
      machine({ sync: 3000 });
      await seconds(4);
      await nodeRed.deploy(
        flow.map((node) => ({ ...node, name: String(Math.random()) })),
        { type: 'full', credentials },
      );
      await seconds(4);
      machine({});
      await seconds(4);
      return undefined;
    },
  },
  onSmallDisk('disk full', async ({ bench, folder, seconds }) => {
    const ballast = join(folder, 'ballast');
    fill(ballast);
    await away(bench, async () => {
      await seconds(4);
      rmSync(ballast);
    });
    await seconds(6);
  }),
  onSmallDisk('disk read-only when Node-RED starts, then writable', async ({ bench, folder, seconds }) => {
    await away(bench, async () => {
      await seconds(3);
      await bench.nodeRed.stop();
      execFileSync('mount', ['-o', 'remount,ro', folder]);
      await bench.nodeRed.start();
      await seconds(4);
      execFileSync('mount', ['-o', 'remount,rw', folder]);
    });
    await seconds(6);
  }),
  {
    name: 'damaged files',
    replays: true,
    async run(bench, seconds) {
      const { nodeRed } = bench;
      let flipped = 0;
      await away(bench, async () => {
        await seconds(3);
        await nodeRed.stop();
        flipped = damage(join(nodeRed.userDir, 'farfield'));
        await nodeRed.start();
        await seconds(1);
      });
      const why = 'the messages whose lines were damaged; they are set aside and reported';
      // A byte that was a line's end makes two lines unreadable.
      const lost = { lost: 2 * flipped, why };
      const onDisk = Object.keys(bench.subjects).filter((id) => bench.subjects[id]?.onDisk);
      return Object.fromEntries(onDisk.map((id) => [id, lost]));
    },
  },
];

/** The clock jumps, and while it is wrong the platforms go away and refuse the credentials, each for a moment. */
function clock(name: string, ms: number): Fault {
  return {
    name: `clock ${name}, with outages`,
    async run(bench, seconds): Promise<Unavoidable | undefined> {
      bench.machine({ clock: ms });
      await seconds(1);
      await away(bench, () => seconds(2));
      for (const faults of peers(bench)) {
        faults.wrongCredentials();
        faults.expireTokens();
        faults.cutConnections();
      }
      await seconds(2);
      for (const faults of peers(bench)) faults.clear();
      await seconds(5);
      bench.machine({});
      await seconds(2);
      return undefined;
    },
  };
}

interface SmallDisk {
  bench: Bench;
  folder: string;
  seconds(full: number): Promise<void>;
}

/** With a disk of two megabytes in place of `<userDir>/farfield`; what is on it is lost when it is taken away again. */
function onSmallDisk(name: string, run: (disk: SmallDisk) => Promise<void>): Fault {
  return {
    name,
    replays: true,
    missing: () => (process.getuid?.() === 0 && process.platform === 'linux' ? undefined : 'needs root on Linux'),
    async run(bench, seconds) {
      const { nodeRed, flow, credentials } = bench;
      const folder = join(nodeRed.userDir, 'farfield');
      await nodeRed.stop();
      mkdirSync(folder, { recursive: true });
      cpSync(folder, `${folder}-kept`, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
      try {
        cpSync(`${folder}-kept`, folder, { recursive: true });
        await nodeRed.start();
        await nodeRed.deploy(flow, { credentials });
        await seconds(2);
        bench.mark();
        await run({ bench, folder, seconds });
        await nodeRed.stop();
        // On a busy machine some of it may still wait to be sent.
        cpSync(folder, `${folder}-kept`, { recursive: true });
      } finally {
        execFileSync('umount', ['-l', folder]);
      }
      cpSync(`${folder}-kept`, folder, { recursive: true });
      await nodeRed.start();
      return undefined;
    },
  };
}

function fill(file: string): void {
  try {
    writeFileSync(file, Buffer.alloc(4 * 1024 * 1024));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** Flips a byte in the middle of every file that holds something; says in how many files of kept messages. */
function damage(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && /\.(log|json)$|^head$/.test(entry.name) && entry.name !== 'destination.json',
  );
  let logs = 0;
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    const bytes = readFileSync(path);
    if (bytes.length === 0) continue;
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    if (name.endsWith('.log')) logs++;
  }
  return logs;
}
