import { mkdir, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The package that draws charts: what a user installs beside ours. */
const DASHBOARD = '@flowfuse/node-red-dashboard';

/**
 * The same package under a name of the tests. Under its own, every Node-RED that runs from this checkout would find and
 * load it; this one their settings leave out (`nodesExcludes`).
 */
const installed = dirname(createRequire(__filename).resolve('node-red-dashboard-for-tests/package.json'));

/** Puts the dashboard into a user directory. */
export async function installDashboard(userDir: string): Promise<void> {
  const place = join(userDir, 'node_modules', DASHBOARD);
  await mkdir(dirname(place), { recursive: true });
  await symlink(installed, place, 'junction');
}
