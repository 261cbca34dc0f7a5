export { openDiskLog } from './log';
export { countKept } from './scan';
export type { DiskLog, DiskLogOptions, LogEntry, StoredItem } from './types';
