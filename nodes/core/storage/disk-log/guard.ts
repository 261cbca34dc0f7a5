import { createHash, randomBytes } from 'node:crypto';
import { link, rename, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { PlatformError } from '../../errors';
import { systemCode } from '../storage-error';
import { atAddress, close, isAnswered, listen } from './socket';

/** Keeps the other processes of this machine out of a folder. */
export interface Guard {
  /** False when somebody else has the folder by now, or it has been removed. */
  holds(): Promise<boolean>;
  end(): Promise<void>;
}

const NAME = 'owner.sock';

/** What a file system answers that knows no sockets, or no links to them. Everything else may be over in a moment. */
const UNSUPPORTED = new Set(['ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EINVAL', 'ENOSYS', 'ENAMETOOLONG']);

/**
 * A listening Unix domain socket in the folder says that its process lives. It needs no heartbeat, ends with the process
 * however that ends, and, unlike a process id, means the same in every container.
 *
 * @throws PlatformError STORAGE when another process has the folder, or the error of the file operation
 */
export async function guardFolder(folder: string): Promise<Guard> {
  if (process.platform === 'win32') return guardByPipe(folder);
  const own = `owner-${randomBytes(6).toString('hex')}.sock`;
  const server = createServer((peer) => peer.destroy());
  try {
    return await guardBySocket(folder, own, server);
  } catch (error) {
    await close(server);
    await rm(join(folder, own), { force: true });
    if (!isUnsupported(error)) throw error;
    if (await isOwned(folder)) throw busy(folder);
    // Within this process the folder is guarded all the same.
    warnOnce(folder);
    return inodeGuard(folder);
  }
}

async function guardBySocket(folder: string, own: string, server: Server): Promise<Guard> {
  const ownPath = join(folder, own);
  const path = join(folder, NAME);
  await atAddress(folder, own, (address) => listen(server, address));
  const mine = (await stat(ownPath)).ino;
  while (!(await linked(ownPath, path))) await clearStale(folder);
  const isMine = async (): Promise<boolean> => (await inodeOf(path)) === mine;
  return {
    holds: isMine,
    async end() {
      if (await isMine()) await rm(path, { force: true });
      await close(server);
      await rm(ownPath, { force: true });
    },
  };
}

/** Gives the socket its well-known name, which only one can have. @returns false: there is one already */
async function linked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes away the socket of a process that is no more. Moved first, since only one can do that, and looked at where it
 * stands then: it may have been another's by that time, who gets it back.
 *
 * @throws PlatformError STORAGE: its process lives
 */
async function clearStale(folder: string): Promise<void> {
  if (await atAddress(folder, NAME, isAnswered)) throw busy(folder);
  const aside = `${NAME}-${randomBytes(6).toString('hex')}`;
  try {
    await rename(join(folder, NAME), join(folder, aside));
  } catch (error) {
    // Somebody else was faster.
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  // Who cannot be asked keeps his place.
  const alive = await atAddress(folder, aside, isAnswered).catch((error: unknown) => ({ error }));
  if (alive) await linked(join(folder, aside), join(folder, NAME));
  await rm(join(folder, aside), { force: true });
  if (typeof alive === 'object') throw alive.error;
  if (alive) throw busy(folder);
}

/** Where there can be no sockets there is no owner; who cannot be asked for another reason may well live. */
async function isOwned(folder: string): Promise<boolean> {
  return atAddress(folder, NAME, isAnswered).catch((error: unknown) => {
    if (isUnsupported(error)) return false;
    throw error;
  });
}

const warned = new Set<string>();

/** In the log of the process, since it is no node's trouble: all goes well as long as nobody starts a second Node-RED. */
function warnOnce(folder: string): void {
  if (warned.has(folder)) return;
  warned.add(folder);
  process.emitWarning(
    `the file system of ${folder} does not support sockets, so nothing prevents a second Node-RED from using the same user directory, and then messages would be lost`,
    'FarfieldWarning',
  );
}

function isUnsupported(error: unknown): boolean {
  return UNSUPPORTED.has(systemCode(error) ?? '');
}

async function guardByPipe(folder: string): Promise<Guard> {
  const server = createServer((peer) => peer.destroy());
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 24);
  try {
    await listen(server, `\\\\.\\pipe\\farfield-${name}`);
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
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function busy(folder: string): PlatformError {
  return new PlatformError(
    'STORAGE',
    `another Node-RED keeps messages in ${folder}: two cannot share one user directory`,
    { retryable: true },
  );
}
