import type { PlatformError } from '../errors';
import type { HttpHeaders } from './answer';

/** One request, as `HttpClient` takes it. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** Below the base URL, already percent-encoded, beginning with a slash. */
  path: string;
  query?: readonly (readonly [name: string, value: string])[];
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Operation id, for errors. */
  operation?: string;
  /** Sending it twice does no harm. Default: GET, PUT and DELETE yes, the rest no. */
  repeatable?: boolean;
  /** Values an error message must not quote. */
  secrets?: readonly string[];
  /** false: no token goes with it (the request that fetches one), and its answer is short. */
  authorized?: boolean;
  signal?: AbortSignal;
  onRetry?: OnRetry | undefined;
}

/** Told why a try failed, and in how many milliseconds the next one begins. */
export type OnRetry = (error: PlatformError, wait: number) => void;

/** An answer that is read while it arrives. */
export interface HttpStream {
  statusCode: number;
  headers: HttpHeaders;
  body: AsyncIterable<Uint8Array>;
}

/** `?name=value&…`, percent-encoded; empty without a query. */
export function searchOf(query: HttpRequest['query'] = []): string {
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}
