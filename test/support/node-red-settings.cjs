/**
 * settings.js of a Node-RED that a test starts (node-red-process.ts): nothing of the person's own setup, no telemetry.
 * Over file descriptor 3 it tells the test what happens, one JSON line each: written at once and by the time a write
 * returns out of this process, so that what a flow has got is known even when the next instruction is a kill -9.
 */
const { writeSync } = require('node:fs');

const TELL = 3;

const withoutLoops = (_key, value) =>
  value instanceof Error ? { message: value.message, code: value.code, cause: String(value.cause ?? '') } : value;

const tell = (line) => writeSync(TELL, `${JSON.stringify({ ...line, at: Date.now() }, withoutLoops)}\n`);

// The test holds the other end: when it is gone, however it went, nobody needs this process any more.
process.stdin
  .resume()
  .on('close', () => process.exit())
  .unref();

const { events } = require.main.require('@node-red/util');
events.on('flows:started', () => tell({ what: 'flows started' }));
events.on('runtime-event', ({ id, payload }) => {
  if (id === 'runtime-state' && payload?.error) tell({ what: 'problem', message: payload.text });
});

/** What a redeploy could leave behind: active resources by kind, and listeners by event. */
function inventory() {
  const resources = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const listeners = {};
  for (const [name, emitter] of Object.entries({ process, events })) {
    for (const event of emitter.eventNames()) listeners[`${name} ${String(event)}`] = emitter.listenerCount(event);
  }
  return { resources, listeners };
}

const answers = {
  '/test/modules': () => Object.keys(require.cache),
  '/test/inventory': inventory,
};

module.exports = {
  uiHost: '127.0.0.1',
  uiPort: Number(process.env.FARFIELD_TEST_PORT),
  flowFile: 'flows.json',
  credentialSecret: 'test',
  lang: 'en-US',
  logging: { console: { level: 'info', metrics: false, audit: false } },
  telemetry: { enabled: false, updateNotification: false },
  // A dependency of the tests, which Node-RED would find above its own folder (dashboard.ts).
  nodesExcludes: ['node-red-dashboard-for-tests'],
  editorTheme: {
    tours: false,
    projects: { enabled: false },
    palette: { catalogues: [] },
    codeEditor: { lib: 'ace' },
  },
  functionGlobalContext: {
    /** For `function` nodes of a test's flow: `global.get('witness')('out', msg)`. */
    witness: (to, { req, res, ...message }) => tell({ what: 'message', to, message }),
  },
  httpAdminMiddleware(request, response, next) {
    const answer = answers[request.path];
    if (answer) response.json(answer());
    else next();
  },
};
