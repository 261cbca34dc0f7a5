import { PlatformError } from '../../../core/errors';
import { abortable } from '../../../core/timing';
import type { ItwinSettings } from '../settings';
import { openSession, type Session, type SessionOptions } from './session';

/** Where the API key or token for `authenticate` comes from; the platform calls it `code`. */
export interface CredentialSource {
  get(): Promise<string>;
  /** The platform refused it. */
  reject(credential: string): void;
}

/** An answer with a hundred thousand points has some five million characters. */
const LONGEST_TEXT = 64 * 1024 * 1024;

type Listening = Pick<SessionOptions, 'signal' | 'onActivity' | 'onStray'>;

/** A token may be good no longer: a refusal is believed when there is no other to be had, or that is refused as well. */
export async function openWithCredential(
  settings: ItwinSettings,
  credentials: CredentialSource,
  listening: Listening,
): Promise<Session> {
  const { url, tls, proxy } = settings;
  const next = (): Promise<string> => abortable(credentials.get(), listening.signal);
  const isUnauthorized = (thrown: unknown): boolean =>
    thrown instanceof PlatformError && thrown.code === 'UNAUTHORIZED';
  const open = (credential: string): Promise<Session> =>
    openSession({ url, tls, proxy, limit: LONGEST_TEXT, credential, ...listening }).catch((thrown) => {
      if (isUnauthorized(thrown)) credentials.reject(credential);
      throw thrown;
    });
  const credential = await next();
  try {
    return await open(credential);
  } catch (thrown) {
    const other = isUnauthorized(thrown) ? await next() : credential;
    if (other === credential) throw thrown;
    return open(other);
  }
}
