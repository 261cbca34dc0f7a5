import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

/** Mocha's usual report; the counts go as one JSON line into the file that `FARFIELD_TEST_COUNTS` names, if any. */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const file = process.env.FARFIELD_TEST_COUNTS;
      if (file) appendFileSync(file, `${JSON.stringify({ passed: passes, failed: failures, skipped: pending })}\n`);
    });
  }
}
