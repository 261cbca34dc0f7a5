import { inc, lt, valid } from 'semver';

const STEPS = ['patch', 'minor', 'major'] as const;

/**
 * The version to release.
 *
 * @param wanted `patch`, `minor` or `major`, or a version, which may be the present one where that was never released
 * @throws Error for any other word, and for a version below the present one
 */
export function nextVersion(present: string, wanted: string | undefined): string {
  const step = STEPS.find((each) => each === wanted);
  const version = step === undefined ? valid(wanted) : inc(present, step);
  if (!version) throw new Error(`say which: ${STEPS.join(', ')}, or a version such as ${inc(present, 'minor')}`);
  if (lt(version, present)) throw new Error(`${version} is below the present version ${present}`);
  return version;
}
