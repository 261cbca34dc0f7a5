import { randomBytes } from 'node:crypto';
import { open, rm, symlink } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemCode } from '../storage-error';

/** Bytes of a socket's address (`sun_path`), on every system at least. */
const LONGEST_ADDRESS = 100;

/**
 * A socket in a folder by an address that is short enough: where its path is not, the folder is reached by its number,
 * or by a short name for as long as that takes.
 *
 * @throws an error ENAMETOOLONG when there is no such address
 */
export async function atAddress<Result>(
  folder: string,
  name: string,
  use: (address: string) => Promise<Result>,
): Promise<Result> {
  const path = join(folder, name);
  if (isShort(path)) return use(path);
  if (process.platform !== 'linux') return atShortName(folder, name, use);
  const directory = await open(folder, 'r');
  try {
    return await use(`/proc/self/fd/${directory.fd}/${name}`);
  } finally {
    await directory.close();
  }
}

async function atShortName<Result>(
  folder: string,
  name: string,
  use: (address: string) => Promise<Result>,
): Promise<Result> {
  const short = join(tmpdir(), `ff-${randomBytes(6).toString('hex')}`);
  const address = join(short, name);
  if (!isShort(address)) throw tooLong(address);
  await symlink(folder, short).catch(() => {
    throw tooLong(join(folder, name));
  });
  try {
    return await use(address);
  } finally {
    await rm(short, { force: true });
  }
}

function isShort(address: string): boolean {
  return Buffer.byteLength(address) <= LONGEST_ADDRESS;
}

function tooLong(address: string): Error {
  return Object.assign(new Error(`ENAMETOOLONG: no socket can have the address ${address}`), { code: 'ENAMETOOLONG' });
}

export function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      // A server that stumbles later must not end the process.
      server.on('error', () => undefined);
      server.unref();
      resolve();
    });
  });
}

/** Nothing happens where it does not listen. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/**
 * Whether a process listens there. Only a refusal, or no socket at all, says that none does.
 *
 * @throws the error of the system when that cannot be told: too many open files, no permission
 */
export function isAnswered(address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      const code = systemCode(error) ?? '';
      // EAGAIN: so many ask that its queue is full.
      if (code === 'EAGAIN') resolve(true);
      else if (['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes(code)) resolve(false);
      else reject(error);
    });
  });
}
