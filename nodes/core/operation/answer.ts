import type { PlatformError } from '../errors';
import type { OnRetry } from '../http/request';
import type { Operation, Values } from './operation';

/** What a platform answered, its envelope removed. */
export interface OperationAnswer {
  payload: unknown;
  /** HTTP only, as are the headers. */
  statusCode?: number;
  headers?: unknown;
  contentType?: string;
  /** Further fields of the message. */
  fields?: Readonly<Record<string, unknown>>;
  /** Something that the answer does not say: told beside it. */
  problem?: PlatformError;
}

export interface ExecuteOptions {
  /** Ends the request. */
  signal?: AbortSignal | undefined;
  onRetry?: OnRetry | undefined;
}

/** What the clients of all platforms can do. */
export interface OperationClient {
  /**
   * Any operation of the table with one answer. `values` have been checked.
   *
   * @throws PlatformError
   */
  execute(operation: Operation, values: Values, options?: ExecuteOptions): Promise<OperationAnswer>;
}
