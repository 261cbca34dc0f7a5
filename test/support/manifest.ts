import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './packed-package';

/** The parts of package.json that the package checks look at. */
export interface Manifest {
  name: string;
  license?: string;
  repository?: unknown;
  bugs?: unknown;
  keywords: string[];
  engines: { node: string };
  dependencies: Record<string, string>;
  'node-red': { version: string; nodes: Record<string, string> };
}

export const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Manifest;

/** Palette sets: names, and their files without `.js` and `.html`, such as `dist/xdp`. */
export const sets = Object.entries(manifest['node-red'].nodes).map(([name, script]) => ({
  name,
  base: script.replace(/\.js$/, ''),
}));

export interface Example {
  /** Path below `examples/`. */
  path: string;
  nodes: { id: string; type: string; z?: string; credentials?: Record<string, string> }[];
}

const examplesFolder = join(projectRoot, 'examples');

export const examples: Example[] = readdirSync(examplesFolder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.json'))
  .sort()
  .map((path) => ({ path, nodes: JSON.parse(readFileSync(join(examplesFolder, path), 'utf8')) as Example['nodes'] }));
