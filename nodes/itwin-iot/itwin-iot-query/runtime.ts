import type { NodeAPI } from 'node-red';

export function registerItwinQuery(_RED: NodeAPI): void {}
