/**
 * Programs of the system that tests need beside Node.js. `npm test` installs what is missing where it may: as root on
 * a Debian-like machine.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Peer {
  name: string;
  /** Names under which it is looked for in `PATH`. */
  commands: readonly string[];
  /** Debian packages. */
  packages: readonly string[];
  /** Environment variable that says where it is, for who has it elsewhere. */
  variable: string;
}

export const PEERS = {
  chromium: {
    name: 'Chromium',
    commands: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    packages: ['chromium', 'fonts-dejavu-core'],
    variable: 'CHROMIUM',
  },
  mosquitto: {
    name: 'Mosquitto',
    commands: ['mosquitto'],
    packages: ['mosquitto'],
    variable: 'MOSQUITTO',
  },
  mosquittoPub: {
    name: "Mosquitto's mosquitto_pub",
    commands: ['mosquitto_pub'],
    packages: ['mosquitto-clients'],
    variable: 'MOSQUITTO_PUB',
  },
  mosquittoSub: {
    name: "Mosquitto's mosquitto_sub",
    commands: ['mosquitto_sub'],
    packages: ['mosquitto-clients'],
    variable: 'MOSQUITTO_SUB',
  },
} satisfies Record<string, Peer>;

/** Path of a peer's program. */
export function findPeer({ commands, variable }: Peer): string | undefined {
  const given = process.env[variable];
  if (given !== undefined && given !== '') return isExecutable(given) ? given : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return commands.flatMap((command) => folders.map((folder) => join(folder, command))).find(isExecutable);
}

/** How a person gets a peer. */
export function howToGet({ name, packages, variable }: Peer): string {
  return `${name} is missing: apt-get install ${packages.join(' ')}, or set ${variable} to the path of its program`;
}

/** Installs the peers that are missing, when this machine allows it. Tests that miss one say so themselves. */
export function installMissingPeers(): void {
  const missing = Object.values<Peer>(PEERS).filter((peer) => findPeer(peer) === undefined);
  if (missing.length === 0 || !mayInstall()) return;
  const packages = missing.flatMap((peer) => peer.packages);
  console.log(`Installing ${packages.join(' ')} …`);
  for (const args of [
    ['update', '--quiet'],
    ['install', '--yes', '--quiet', '--no-install-recommends', ...packages],
  ]) {
    const { status } = spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) {
      console.error(`apt-get ${args[0]} failed`);
      return;
    }
  }
}

function mayInstall(): boolean {
  const apt = findPeer({ name: 'apt', commands: ['apt-get'], packages: [], variable: 'APT_GET' });
  return apt !== undefined && process.getuid?.() === 0;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
