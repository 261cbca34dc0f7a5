import { PlatformError } from '../../../core/errors';
import { abortable } from '../../../core/timing';
import type { ItwinSettings } from '../settings';
import { openSession, type Session, type SessionOptions } from './session';

/** Where the code for `authenticate` comes from. */
export interface CodeSource {
  get(): Promise<string>;
  /** The platform refused it. */
  reject(code: string): void;
}

/** An answer with a hundred thousand points has some five million characters. */
const LONGEST_TEXT = 64 * 1024 * 1024;

type Listening = Pick<SessionOptions, 'signal' | 'onActivity' | 'onStray'>;

/** A token may be good no longer: a refusal is believed when there is no other to be had, or that is refused as well. */
export async function openWithCode(settings: ItwinSettings, codes: CodeSource, listening: Listening): Promise<Session> {
  const { url, tls, proxy } = settings;
  const next = (): Promise<string> => abortable(codes.get(), listening.signal);
  const isRefusal = (thrown: unknown): boolean => thrown instanceof PlatformError && thrown.code === 'UNAUTHORIZED';
  const open = (code: string): Promise<Session> =>
    openSession({ url, tls, proxy, limit: LONGEST_TEXT, code, ...listening }).catch((thrown) => {
      if (isRefusal(thrown)) codes.reject(code);
      throw thrown;
    });
  const code = await next();
  try {
    return await open(code);
  } catch (thrown) {
    const other = isRefusal(thrown) ? await next() : code;
    if (other === code) throw thrown;
    return open(other);
  }
}
