import type { NodeAPI } from 'node-red';

export function registerItwinSubscribe(_RED: NodeAPI): void {}
