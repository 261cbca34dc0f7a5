/** `## [Unreleased]`, with whatever stands behind it, and what follows until the next version. */
const UNRELEASED = /^## \[Unreleased\][^\n]*\n([\s\S]*?)(?=^## \[|$(?![\s\S]))/m;

/**
 * The changelog with what was unreleased as a version of its own, dated, below an empty *Unreleased*.
 *
 * @param date `2026-11-28`
 * @throws Error when nothing is unreleased, or the version stands there already
 */
export function datedChangelog(changelog: string, version: string, date: string): string {
  if (changelog.includes(`## [${version}]`)) throw new Error(`CHANGELOG.md already has a section [${version}]`);
  const [section, entries = ''] = UNRELEASED.exec(changelog) ?? [];
  if (section === undefined) throw new Error('CHANGELOG.md has no section [Unreleased]');
  if (!/^- /m.test(entries)) throw new Error('CHANGELOG.md has nothing under [Unreleased]');
  return changelog.replace(section, () => `## [Unreleased]\n\n## [${version}] - ${date}\n${entries}`);
}
