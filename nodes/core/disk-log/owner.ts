import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlatformError } from '../errors';

/** A folder that is ours alone, in this process and among all others of this machine. */
export interface Ownership {
  /** False when somebody else has it by now, or the folder has been removed. */
  holds(): Promise<boolean>;
  release(): Promise<void>;
}

/** For each folder: fulfilled when its present owner in this process lets go of it. */
const owners = new Map<string, Promise<void>>();

/** Bytes of a socket's address (`sun_path`), on every system at least. */
const LONGEST_ADDRESS = 100;

/**
 * Takes a folder, made if need be. Waits for its owner in this process, however long that takes to close; those who wait
 * get it in the order in which they asked.
 *
 * @throws PlatformError STORAGE: another process has it
 */
export async function takeFolder(folder: string): Promise<Ownership> {
  const before = owners.get(folder);
  let letGo = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const turn = (before ?? Promise.resolve()).then(() => released);
  owners.set(folder, turn);
  const leave = (): void => {
    letGo();
    if (owners.get(folder) === turn) owners.delete(folder);
  };
  await before;
  try {
    await mkdir(folder, { recursive: true });
    const guard = await guardFolder(folder);
    return {
      holds: guard.holds,
      async release() {
        try {
          await guard.end();
        } finally {
          leave();
        }
      },
    };
  } catch (error) {
    leave();
    throw error;
  }
}

interface Guard {
  holds(): Promise<boolean>;
  end(): Promise<void>;
}

/**
 * A listening Unix domain socket in the folder says that its process lives. It needs no heartbeat, ends with the process
 * however that ends, and, unlike a process id, means the same in every container.
 */
async function guardFolder(folder: string): Promise<Guard> {
  if (process.platform === 'win32') return guardByPipe(folder);
  const name = 'owner.sock';
  const path = join(folder, name);
  const own = `owner-${randomBytes(6).toString('hex')}.sock`;
  const server = createServer((peer) => peer.destroy());
  try {
    await atAddress(folder, own, (address) => listen(server, address));
  } catch {
    // A file system without sockets: within this process the folder is guarded all the same.
    return inodeGuard(folder);
  }
  const mine = (await stat(join(folder, own))).ino;
  const isMine = async (): Promise<boolean> => (await inodeOf(path)) === mine;
  const end = async (): Promise<void> => {
    if (await isMine()) await rm(path, { force: true });
    await close(server);
    await rm(join(folder, own), { force: true });
  };
  try {
    while (!(await linked(join(folder, own), path))) await clearStale(folder, name);
  } catch (error) {
    await end();
    throw error;
  }
  return { holds: isMine, end };
}

/** Gives the socket its well-known name, which only one can have. @returns false: there is one already */
async function linked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes away the socket of a process that is no more. Moved first, since only one can do that, and looked at where it
 * stands then: it may have been another's by that time, who gets it back.
 *
 * @throws PlatformError STORAGE: its process lives
 */
async function clearStale(folder: string, name: string): Promise<void> {
  if (await atAddress(folder, name, answers)) throw busy(folder);
  const aside = `${name}-${randomBytes(6).toString('hex')}`;
  try {
    await rename(join(folder, name), join(folder, aside));
  } catch (error) {
    // Somebody else was faster.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const alive = await atAddress(folder, aside, answers);
  if (alive) await linked(join(folder, aside), join(folder, name));
  await rm(join(folder, aside), { force: true });
  if (alive) throw busy(folder);
}

/** Where the socket's address would be too long, the folder is reached by its number. */
async function atAddress<Result>(
  folder: string,
  name: string,
  use: (address: string) => Promise<Result>,
): Promise<Result> {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= LONGEST_ADDRESS) return use(path);
  if (process.platform !== 'linux') return use(join(tmpdir(), `${hashOf(path)}.sock`));
  const directory = await open(folder, 'r');
  try {
    return await use(`/proc/self/fd/${directory.fd}/${name}`);
  } finally {
    await directory.close();
  }
}

async function guardByPipe(folder: string): Promise<Guard> {
  const server = createServer((peer) => peer.destroy());
  try {
    await listen(server, `\\\\.\\pipe\\farfield-${hashOf(folder)}`);
  } catch {
    throw busy(folder);
  }
  return { holds: (await inodeGuard(folder)).holds, end: () => close(server) };
}

async function inodeGuard(folder: string): Promise<Guard> {
  const mine = await inodeOf(folder);
  return { holds: async () => (await inodeOf(folder)) === mine, end: async () => undefined };
}

async function inodeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).ino;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function listen(server: Server, address: string): Promise<void> {
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

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}

function busy(folder: string): PlatformError {
  return new PlatformError(
    'STORAGE',
    `another Node-RED keeps messages in ${folder}: two cannot share one user directory`,
    { retryable: true },
  );
}
