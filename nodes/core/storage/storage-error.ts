import { PlatformError } from '../errors';

/** STORAGE, from whatever a file operation threw; `task` says what could not be done: `cannot write <path>`. */
export function storageError(task: string, thrown: unknown): PlatformError {
  if (thrown instanceof PlatformError) return thrown;
  return new PlatformError('STORAGE', `${task}: ${reasonOf(thrown)}`, { cause: thrown });
}

export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** `ENOSPC` and the like; undefined for what is no error of the system. */
export function systemCode(thrown: unknown): string | undefined {
  const { code } = (thrown ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
