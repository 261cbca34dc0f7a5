import type { NodeAPI } from 'node-red';

export function registerItwinAccount(_RED: NodeAPI): void {}
