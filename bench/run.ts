/** `npm run bench -- <name>`: measures and prints. Every figure is a ratio or a difference of two things run side by side. */
import { benchItwinIot } from './itwin-iot';
import { benchStart } from './start';
import { benchXdp } from './xdp';

const benches: Record<string, () => Promise<boolean>> = {
  xdp: benchXdp,
  'itwin-iot': benchItwinIot,
  start: benchStart,
};

async function main(): Promise<void> {
  const [name = ''] = process.argv.slice(2);
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (!bench) {
    console.error(`usage: npm run bench -- <${Object.keys(benches).join('|')}>`);
    process.exitCode = 2;
    return;
  }
  // A figure outside its limit fails the command, so that nobody has to read it to notice.
  if (!(await bench())) process.exitCode = 1;
}

void main();
