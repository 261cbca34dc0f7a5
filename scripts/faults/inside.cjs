/**
 * Loaded into the Node-RED of the bench before anything else (`--require`): makes faults that only a machine has. The
 * file named by FARFIELD_FAULTS says which, read ten times a second: `{"clock": ms that the clock is ahead, "sync": ms
 * that a disk takes for each fsync and fdatasync}`. Function nodes keep the true clock: they count the messages.
 */
const { readFileSync } = require('node:fs');
const { open } = require('node:fs/promises');

const FILE = process.env.FARFIELD_FAULTS;
const RealDate = Date;
let faults = { clock: 0, sync: 0 };

setInterval(() => {
  try {
    faults = JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    // Not there yet, or half written: as before.
  }
}, 100).unref();

const now = () => RealDate.now() + faults.clock;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

open(__filename).then(async (file) => {
  const prototype = Object.getPrototypeOf(file);
  for (const name of ['datasync', 'sync']) {
    const original = prototype[name];
    prototype[name] = async function slowly() {
      if (faults.sync > 0) await new Promise((resolve) => setTimeout(resolve, faults.sync));
      return original.call(this);
    };
  }
  await file.close();
});
