import type { NodeAPI } from 'node-red';

export function registerItwinUpload(_RED: NodeAPI): void {}
