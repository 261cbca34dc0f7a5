import { PlatformError } from '../errors';
import type { HttpHeaders } from '../http/answer';
import { type ErrorContext, networkError, statusError } from '../http/errors';

/** An error of the WebSocket library, or of the socket below it. `limit`: the longest message in bytes. */
export function webSocketError(error: NodeJS.ErrnoException, context: ErrorContext, limit: number): PlatformError {
  const { code = '', message } = error;
  const peer = `${context.platform} at ${context.baseUrl}`;
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
    return new PlatformError('EVENT_TOO_LARGE', `${peer} sent a message of more than ${limit} bytes`, {
      retryable: true,
    });
  }
  if (code.startsWith('WS_ERR_')) return strange(`${peer} does not keep to the WebSocket protocol: ${message}`);
  if (code.startsWith('HPE_'))
    return strange(`what listens at ${context.baseUrl} does not speak HTTP; is the URL right?`);
  // What the library finds wrong with an answer to the handshake has no code.
  if (code === '') return strange(`what listens at ${context.baseUrl} opens no WebSocket: ${message}`);
  return networkError(error, context);
}

/** An HTTP answer came instead of a WebSocket (RFC 6455 §4.1). */
export function refusedUpgrade(statusCode: number, headers: HttpHeaders, context: ErrorContext): PlatformError {
  const said = [401, 403, 429].includes(statusCode) || (statusCode >= 300 && statusCode < 400) || statusCode >= 500;
  if (said) return statusError(statusCode, headers, '', context);
  const message = `${context.platform} at ${context.baseUrl} answers with HTTP ${statusCode} and opens no WebSocket; is the URL right?`;
  return new PlatformError(statusCode === 404 ? 'NOT_FOUND' : 'INVALID_RESPONSE', message, { statusCode });
}

function strange(message: string): PlatformError {
  return new PlatformError('INVALID_RESPONSE', message, { retryable: true });
}
