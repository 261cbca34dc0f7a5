import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = dirname(dirname(import.meta.dirname));

/** A new Node-RED userDir, with or without our package in it. Call `remove` at the end. */
export async function createUserDir(withPackage: boolean): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'farfield-bench-'));
  if (withPackage) {
    const scope = join(path, 'node_modules', '@farfield');
    await mkdir(scope, { recursive: true });
    await symlink(ROOT, join(scope, 'node-red-iot-platforms'));
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
