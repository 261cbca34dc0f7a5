/** `npm run bench -- <name>`: measures and prints. Every figure is a ratio or a difference of two things run side by side. */
import { readdirSync } from 'node:fs';

/** Each file beside this one is a benchmark; it prints, and says whether its figures are within their limits. */
const benches = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -'.ts'.length));

async function main(): Promise<void> {
  const [name = ''] = process.argv.slice(2);
  if (!benches.includes(name)) {
    console.error(`usage: npm run bench -- <${benches.join('|')}>`);
    process.exitCode = 2;
    return;
  }
  const { bench } = (await import(`./${name}`)) as { bench: () => Promise<boolean> };
  // A figure outside its limit fails the command, so that nobody has to read it to notice.
  if (!(await bench())) process.exitCode = 1;
}

void main();
