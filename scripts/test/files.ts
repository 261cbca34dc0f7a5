/** Which test files there are, what each costs, and what it depends on. */
import { readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = join(__dirname, '../..');

/** Files that start browsers or Node-RED processes: only few of them go side by side. */
const HEAVY = ['test/editor/', 'test/faults/', 'test/package/', 'test/process/'];

/**
 * What no version of Node-RED or Node.js changes, and what asks for none: values and texts, the simulators, the
 * package. All else runs on each version: nodes, dialogs and processes, and whatever opens a socket or a file.
 */
const ON_ONE_VERSION = [
  'test/core/long-texts.test.ts',
  'test/core/operation/',
  'test/core/outbox/anything.test.ts',
  'test/core/outbox/many-bad.test.ts',
  'test/core/senml/',
  'test/core/values/',
  'test/editor/languages.test.ts',
  'test/editor/pick-tree.test.ts',
  'test/faults/',
  'test/package/',
  'test/scripts/',
  'test/simulators/',
];

/** Seconds that files take which take longer, or less long, than others of their kind; they only order the run. */
const SECONDS: Readonly<Record<string, number>> = {
  'test/process/stream.test.ts': 120,
  'test/editor/dialogs.test.ts': 60,
  'test/editor/first-chart.test.ts': 60,
  'test/editor/itwin-iot.test.ts': 60,
  'test/editor/reading.test.ts': 60,
  'test/editor/hand-written.test.ts': 50,
  'test/itwin-iot/nodes/upload-batches.test.ts': 45,
  'test/editor/itwin-iot-forms.test.ts': 45,
  'test/faults/fast.test.ts': 35,
  'test/process/outbox.test.ts': 25,
  'test/editor/missing-dashboard.test.ts': 25,
  'test/process/redeploy.test.ts': 25,
  'test/xdp/nodes/events.test.ts': 20,
  'test/itwin-iot/nodes/subscribe-outages.test.ts': 20,
  'test/itwin-iot/nodes/upload-offline.test.ts': 20,
  'test/core/outbox/anything.test.ts': 15,
  'test/simulators/itwin-iot-subscriptions.test.ts': 15,
  'test/itwin-iot/nodes/subscribe-backfill.test.ts': 15,
  'test/core/storage/disk-log/damage.test.ts': 15,
  'test/simulators/run.test.ts': 15,
  'test/itwin-iot/nodes/subscribe-messages.test.ts': 15,
  'test/itwin-iot/nodes/subscribe-refusals.test.ts': 12,
  'test/itwin-iot/nodes/query-series.test.ts': 12,
  'test/process/loading.test.ts': 12,
  'test/core/storage/disk-log/guard.test.ts': 10,
  'test/core/outbox/broken-connections.test.ts': 10,
  'test/xdp/nodes/record.test.ts': 8,
  'test/core/long-texts.test.ts': 8,
  'test/simulators/xdp-faults.test.ts': 8,
  'test/core/storage/disk-log/owner.test.ts': 8,
  'test/itwin-iot/nodes/thread-ports.test.ts': 8,
  'test/package/flow-library.test.ts': 3,
  'test/package/scorecard.test.ts': 3,
  'test/package/tarball.test.ts': 3,
  'test/editor/languages.test.ts': 2,
  'test/editor/pick-tree.test.ts': 1,
};

const OTHERS = { heavy: 15, light: 2 };

/** A file of tests, and what the order of the run depends on. */
export interface TestFile {
  /** From the root of the project, with slashes. */
  path: string;
  weight: 'heavy' | 'light';
  /** About how long it takes. */
  seconds: number;
  /** A second version of Node-RED and Node.js may make a difference. */
  onEachVersion: boolean;
}

/** Files and folders that the tables above name. */
export const NAMED: readonly string[] = [...HEAVY, ...ON_ONE_VERSION, ...Object.keys(SECONDS)];

/** Those below these folders and files, or all: the one that takes longest first. */
export function findTests(paths: readonly string[]): TestFile[] {
  const wanted = paths.length > 0 ? paths : ['test'];
  const found = new Set(wanted.flatMap(testsBelow));
  return [...found].map(testFile).sort((a, b) => b.seconds - a.seconds);
}

function testsBelow(path: string): string[] {
  const whole = resolve(root, path);
  const isFolder = statSync(whole).isDirectory();
  const files = isFolder ? readdirSync(whole, { recursive: true }) : [''];
  return files
    .map((name) => relative(root, join(whole, String(name))).replaceAll('\\', '/'))
    .filter((name) => !isFolder || name.endsWith('.test.ts'));
}

function testFile(path: string): TestFile {
  const weight = HEAVY.some((start) => path.startsWith(start)) ? 'heavy' : 'light';
  return {
    path,
    weight,
    seconds: SECONDS[path] ?? OTHERS[weight],
    onEachVersion: !ON_ONE_VERSION.some((start) => path.startsWith(start)),
  };
}
