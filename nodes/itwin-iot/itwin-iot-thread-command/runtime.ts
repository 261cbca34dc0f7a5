import type { NodeAPI } from 'node-red';

export function registerItwinThreadCommand(_RED: NodeAPI): void {}
