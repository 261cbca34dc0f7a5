/**
 * Builds `dist/`: for each platform `<platform>.js` (CommonJS, Node-RED's runtime), `<platform>.html` (the dialogs)
 * and its locales, because Node-RED looks for all of them side by side. `npm run build`.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { literalProperties } from './literal-properties';
import { fillInOperations } from './operation-help';
import { fillInRows } from './template-rows';

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');

/** A single character beyond Latin-1 would double the memory that a file takes in Node-RED. */
const common: BuildOptions = { bundle: true, write: false, absWorkingDir: root, logLevel: 'warning', charset: 'ascii' };

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** The palette sets that package.json announces to Node-RED. */
async function platforms(): Promise<string[]> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return Object.keys(manifest['node-red'].nodes);
}

async function buildRuntime(platform: string): Promise<void> {
  const { outputFiles } = await build({
    ...common,
    entryPoints: [`nodes/${platform}/index.ts`],
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // The protocol libraries stay outside: each is loaded by the first node that needs it.
    packages: 'external',
    // Node-RED 4 calls what `require` gives.
    footer: { js: 'module.exports = module.exports.default;' },
  });
  await writeFile(join(dist, `${platform}.js`), outputFiles?.[0]?.text ?? '');
}

/** One HTML file a platform: style, templates and one inline script, which registers with literals (docs/design.md, "Editor"). */
async function buildEditor(platform: string): Promise<void> {
  const nodes: string[] = [];
  for (const name of await folders(join(root, 'nodes', platform))) {
    const files = await readdir(join(root, 'nodes', platform, name));
    if (files.includes('editor.ts')) nodes.push(name);
  }
  const { outputFiles } = await build({
    ...common,
    stdin: {
      contents: ["import '../editor/on-registered';", ...nodes.map((node) => `import './${node}/editor';`)].join('\n'),
      resolveDir: join(root, 'nodes', platform),
    },
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    plugins: [literalProperties],
  });
  const templates = await Promise.all(
    nodes.map(async (node) => {
      const html = await readFile(join(root, 'nodes', platform, node, 'editor.html'), 'utf8');
      return `<script type="text/html" data-template-name="${node}">\n${fillInRows(html.trim())}\n</script>`;
    }),
  );
  const style = (await readFile(join(root, 'nodes/editor/style.css'), 'utf8')).trim();
  const script = (outputFiles?.[0]?.text ?? '').replaceAll('</script', '<\\/script');
  await writeFile(
    join(dist, `${platform}.html`),
    `<style>\n${style}\n</style>\n${templates.join('\n')}\n<script type="text/javascript">\n${script}</script>\n`,
  );
}

/** Words that all platforms share stand in `common.json` and go into the catalogue of each. */
async function buildLocales(platform: string): Promise<void> {
  for (const language of await folders(join(root, 'locales'))) {
    const from = join(root, 'locales', language);
    const to = join(dist, 'locales', language);
    const shared = JSON.parse(await readFile(join(from, 'common.json'), 'utf8'));
    const own = JSON.parse(await readFile(join(from, `${platform}.json`), 'utf8'));
    const catalogue = { ...shared, ...own };
    const help = await readFile(join(from, `${platform}.html`), 'utf8');
    await mkdir(to, { recursive: true });
    await writeFile(join(to, `${platform}.json`), `${JSON.stringify(catalogue, null, 2)}\n`);
    await writeFile(join(to, `${platform}.html`), await fillInOperations(help, platform, catalogue));
  }
}

async function main(): Promise<void> {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  for (const platform of await platforms()) {
    await Promise.all([buildRuntime(platform), buildEditor(platform), buildLocales(platform)]);
    console.log(`built dist/${platform}.js, dist/${platform}.html`);
  }
  await cp(join(root, 'icons'), join(dist, 'icons'), { recursive: true });
}

if (process.argv[1] !== undefined && basename(process.argv[1]) === 'build.ts') {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
