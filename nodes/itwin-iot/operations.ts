import type { Operation } from '../core/operation/operation';
import { provisionOperations } from './operations/provision';
import { queryOperations } from './operations/query';
import { subscribeOperations } from './operations/subscribe';
import { threadOperations } from './operations/thread';
import { uploadOperations } from './operations/upload';

/** Every operation of the platform text. */
export const operations: readonly Operation[] = [
  ...queryOperations,
  ...provisionOperations,
  ...uploadOperations,
  ...subscribeOperations,
  ...threadOperations,
];
