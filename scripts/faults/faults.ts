import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultControls } from '../../simulators/core/fault-controls';
import type { Bench } from './bench';

/** Something that goes wrong. Resolves when it is over. */
export interface Fault {
  name: string;
  run(bench: Bench, seconds: (full: number) => Promise<void>): Promise<void>;
  /** Why it cannot be made here. */
  missing?(): string | undefined;
}

/** The same on both platforms, until it is cleared. */
function both(name: string, begin: (faults: FaultControls) => unknown, full = 5, extra: Partial<Fault> = {}): Fault {
  return {
    name,
    async run({ xdp, itwin }, seconds) {
      for (const { faults } of [xdp, itwin]) await begin(faults);
      await seconds(full);
      for (const { faults } of [xdp, itwin]) faults.clear();
    },
    ...extra,
  };
}

/** A disk of two megabytes in place of `<userDir>/farfield`. */
const DISK = ['mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs'] as const;

function disk(name: string, begin: (folder: string) => void, end: (folder: string) => void): Fault {
  return {
    name,
    missing: () => (process.getuid?.() === 0 && process.platform === 'linux' ? undefined : 'needs root on Linux'),
    async run({ nodeRed, flow, credentials, xdp, itwin }, seconds) {
      const folder = join(nodeRed.userDir, 'farfield');
      await nodeRed.stop();
      mkdirSync(folder, { recursive: true });
      const [command, ...options] = DISK;
      execFileSync(command, [...options, folder]);
      try {
        await nodeRed.start();
        await nodeRed.deploy(flow, { credentials });
        await seconds(2);
        begin(folder);
        for (const { faults } of [xdp, itwin]) await faults.refuse();
        await seconds(4);
        end(folder);
        for (const { faults } of [xdp, itwin]) await faults.listenAgain();
        await seconds(6);
        await nodeRed.stop();
      } finally {
        execFileSync('umount', ['-l', folder]);
      }
      await nodeRed.start();
    },
  };
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'refused',
    async run({ xdp, itwin }, seconds) {
      for (const { faults } of [xdp, itwin]) await faults.refuse();
      await seconds(5);
      for (const { faults } of [xdp, itwin]) await faults.listenAgain();
    },
  },
  {
    name: 'cut, five times',
    async run({ xdp, itwin }, seconds) {
      for (let n = 0; n < 5; n++) {
        for (const { faults } of [xdp, itwin]) faults.cutConnections();
        await seconds(1);
      }
    },
  },
  both('cut in the middle of an event', (faults) => faults.cutMidFrame({ afterEvents: 3, times: 3 })),
  both('half-open', (faults) => faults.halfOpen(), 8),
  both('slow (300 ms an answer and an event)', (faults) => faults.slow({ ms: 300 })),
  both(
    'wrong credentials, then right ones',
    (faults) => {
      faults.wrongCredentials();
      faults.expireTokens();
      faults.cutConnections();
    },
    6,
  ),
  both('token expired', (faults) => faults.expireTokens()),
  both('429 with Retry-After', (faults) => faults.tooManyRequests({ retryAfter: 2, times: 4 })),
  both('500 to everything', (faults) => faults.status({ status: 500 })),
  both('a web page in place of answers', (faults) => faults.htmlPage()),
  both('the answer is lost', (faults) => faults.loseAnswer({ times: 5 })),
  {
    name: 'restarted, sessions lost',
    async run({ xdp, itwin }, seconds) {
      await Promise.all([xdp.faults.restart({ downFor: 1000 }), itwin.faults.restart({ downFor: 1000 })]);
      await seconds(3);
    },
  },
  {
    name: 'kill -9, three times',
    async run({ nodeRed }, seconds) {
      for (let n = 0; n < 3; n++) {
        await nodeRed.kill9();
        await nodeRed.start();
        await seconds(2);
      }
    },
  },
  {
    name: 'kill -9 with the platform away',
    async run({ nodeRed, xdp, itwin }, seconds) {
      for (const { faults } of [xdp, itwin]) await faults.refuse();
      await seconds(3);
      await nodeRed.kill9();
      await nodeRed.start();
      await seconds(2);
      for (const { faults } of [xdp, itwin]) await faults.listenAgain();
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
    },
  },
  {
    name: 'stopped (SIGTERM) and started',
    async run({ nodeRed }, seconds) {
      await nodeRed.stop();
      await nodeRed.start();
      await seconds(3);
    },
  },
  {
    name: 'Node-RED asleep (SIGSTOP)',
    async run({ nodeRed }, seconds) {
      process.kill(nodeRed.pid, 'SIGSTOP');
      await seconds(90);
      process.kill(nodeRed.pid, 'SIGCONT');
      await seconds(3);
    },
  },
  disk(
    'disk full',
    (folder) => {
      try {
        writeFileSync(join(folder, 'ballast'), Buffer.alloc(4 * 1024 * 1024));
      } catch {
        // That is what it is for.
      }
    },
    (folder) => rmSync(join(folder, 'ballast')),
  ),
];
