import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { FAULT_COMMANDS } from './fault-commands';
import type { FaultControls } from './fault-controls';
import { isObject } from './fields';
import { type Answer, HttpError, readText, sendAnswer } from './http-answer';

/** Path of the control API, beside the platform's own. */
export const CONTROL_BASE = '/_control';

/**
 * Puts the control API before a simulator's own listener, for a person who runs it alone:
 * `GET /_control` shows what can be armed, what is, and `progress()`; `POST /_control/fault` arms
 * `{"fault": name, …parameters}`; `DELETE /_control/fault` clears. No armed fault hits it, but a closed port does.
 */
export function withControlApi(
  listener: RequestListener,
  faults: () => FaultControls,
  progress: () => unknown,
): RequestListener {
  return (req, res) => {
    const path = (req.url ?? '').split('?', 1)[0] ?? '';
    if (path !== CONTROL_BASE && !path.startsWith(`${CONTROL_BASE}/`)) {
      listener(req, res);
      return;
    }
    answerControl(req, res, path.slice(CONTROL_BASE.length), faults(), progress).catch((error: Error) => {
      const status = error instanceof HttpError ? error.status : 500;
      sendAnswer(res, { status, body: `${error.message}\n` });
    });
  };
}

async function answerControl(
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  faults: FaultControls,
  progress: () => unknown,
): Promise<void> {
  const operation = `${req.method} ${path}`;
  if (operation === 'GET ' || operation === 'GET /') sendAnswer(res, overview(faults, progress));
  else if (operation === 'POST /fault') await armFault(res, await readText(req), faults);
  else if (operation === 'DELETE /fault') {
    faults.clear();
    sendAnswer(res, { status: 200, body: 'nothing is armed\n' });
  } else {
    throw new HttpError(404, 'GET /_control, POST /_control/fault and DELETE /_control/fault are here');
  }
}

async function armFault(res: ServerResponse, body: string, faults: FaultControls): Promise<void> {
  const { fault: name, ...parameters } = parseBody(body);
  const command = typeof name === 'string' && Object.hasOwn(FAULT_COMMANDS, name) ? FAULT_COMMANDS[name] : undefined;
  if (!command) throw new HttpError(400, `"fault" must be one of ${Object.keys(FAULT_COMMANDS).join(', ')}`);
  const start = command.prepare(faults, parameters);
  // Who gets the answer may rely on the fault being armed, and who asks for a cut still gets the answer.
  if (!command.cutsConnections) await start();
  const answered = res.closed ? undefined : once(res, 'close');
  sendAnswer(res, { status: 200, body: `${String(name)}\n`, headers: { connection: 'close' } });
  await answered;
  if (command.cutsConnections) await start();
}

function parseBody(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (isObject(value)) return value;
  } catch (error) {
    throw new HttpError(400, `the body is not JSON: ${(error as Error).message}`);
  }
  throw new HttpError(400, 'a JSON object is expected');
}

function overview(faults: FaultControls, progress: () => unknown): Answer {
  const parameters = Object.entries(FAULT_COMMANDS).map(([name, command]) => [name, command.parameters]);
  const armed = faults.armed.map(({ fault, scope, fired }) => ({ ...fault, ...scope, fired }));
  const body = { progress: progress(), armed, faults: Object.fromEntries(parameters) as unknown };
  return { status: 200, body: `${JSON.stringify(body, null, 2)}\n`, type: 'application/json' };
}
