import type { NodeAPI } from 'node-red';

export function registerItwinThread(_RED: NodeAPI): void {}
