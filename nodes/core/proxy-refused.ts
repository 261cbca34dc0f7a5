import { PlatformError } from './errors';

/**
 * What a proxy answers in place of the platform. Its status is not the platform's, and is in the words only.
 *
 * @param host of the proxy, with its port
 * @param target what it was asked for, where that says more than the URL of the account
 */
export function proxyRefused(host: string, statusCode: number, target?: string): PlatformError {
  const to = target === undefined ? '' : ` to ${target}`;
  const message =
    statusCode === 407
      ? `the proxy ${host} wants other credentials (HTTP 407): check the proxy configuration`
      : `the proxy ${host} refuses the connection${to} (HTTP ${statusCode})`;
  return new PlatformError('PROXY', message, { retryable: true });
}
