import type { NodeAPI } from 'node-red';

export function registerItwinThreadOut(_RED: NodeAPI): void {}
