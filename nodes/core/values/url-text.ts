/** What is wrong with a URL that a person gave: it is none of the schemes, or holds what must not stand in it. */
export type UrlProblem = 'scheme' | 'credentials' | 'path';

/**
 * Judges the URL of a platform: one of the schemes (without their colon), a host, and nothing behind its path, since
 * paths are put there.
 *
 * @returns undefined when it will do
 */
export function urlProblem(text: string, schemes: readonly string[]): UrlProblem | undefined {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/i.exec(text.trim()) ?? [];
  if (!rest.startsWith('//') || !schemes.includes(scheme.toLowerCase())) return 'scheme';
  // Not every browser finds the host of a URL whose scheme it does not know.
  const parsed = URL.canParse(`http:${rest}`) ? new URL(`http:${rest}`) : undefined;
  if (!parsed) return 'scheme';
  if (parsed.username || parsed.password) return 'credentials';
  return parsed.search || parsed.hash ? 'path' : undefined;
}
