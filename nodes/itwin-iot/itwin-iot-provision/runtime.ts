import type { NodeAPI } from 'node-red';

export function registerItwinProvision(_RED: NodeAPI): void {}
