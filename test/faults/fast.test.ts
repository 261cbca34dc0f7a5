import { strict as assert } from 'node:assert';
import { type Bench, startBench } from '../../scripts/faults/bench';
import { FAULTS } from '../../scripts/faults/faults';

/** The table of `npm run test:faults` in small: one Node-RED, one fault after the other. */
const SELECTION = [
  'refused',
  'cut in the middle of an event',
  'token expired',
  '500 to half',
  'compressed',
  '100 Continue',
  'restarted, sessions lost',
  'deployed anew',
];

describe('Every node that promises something, in a real Node-RED,', () => {
  let bench: Bench;

  before(async function () {
    this.timeout(120_000);
    bench = await startBench();
  });
  after(() => bench.stop());

  it(`loses nothing under: ${SELECTION.join('; ')}; kill -9`, async function () {
    this.timeout(240_000);
    const brief = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000));
    for (const name of SELECTION) {
      const fault = FAULTS.find((each) => each.name.startsWith(name));
      assert.ok(fault, name);
      await fault.run(bench, brief);
    }
    await bench.nodeRed.kill9();
    await bench.nodeRed.start();
    await brief();
    const outcomes = await bench.settle(60_000);
    for (const { node, sent, broken } of outcomes) {
      assert.deepEqual(broken, [], node);
      assert.ok(sent > 20, `${node}: ${sent}`);
    }
  });
});
