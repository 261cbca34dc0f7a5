import type { NodeAPI } from 'node-red';

export function registerItwinThreadIn(_RED: NodeAPI): void {}
