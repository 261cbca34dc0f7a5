import { createHash } from 'node:crypto';

/** Names of this machine itself. */
const THIS_MACHINE = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * What something kept belongs to, as one text to compare: a server, and what of it (a namespace, a project, a stream).
 * A URL that is only spelt differently is the same server: case of the host, default port, slashes at the end,
 * `localhost` and `127.0.0.1`.
 */
export function destinationKey(url: string, ...parts: readonly string[]): string {
  return JSON.stringify([sameSpelling(url), ...parts]);
}

/** The same for people: `https://xdp.example/api farm`. */
export function destinationWords(key: string): string {
  try {
    const parts: unknown = JSON.parse(key);
    if (Array.isArray(parts)) return parts.filter((part) => part !== '').join(' ');
  } catch {
    // Not made here: as it is.
  }
  return key;
}

/** The name of a folder for what is kept for a destination. */
export function destinationFolder(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

function sameSpelling(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  // Of schemes that it does not know, URL leaves the host as it is.
  const host = url.hostname.toLowerCase();
  const port = url.port === '' ? '' : `:${url.port}`;
  return `${url.protocol}//${THIS_MACHINE.has(host) ? 'localhost' : host}${port}${url.pathname.replace(/\/+$/, '')}`;
}
