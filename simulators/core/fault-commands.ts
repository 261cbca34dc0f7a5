import type { FaultControls } from './fault-controls';
import type { Encoding } from './faults';
import { anyText, checkObject, count, field, optional, type Shape, type ShapeOf } from './fields';

/** A fault as a person arms it from outside, by name and parameters. */
export interface FaultCommand {
  /** What each parameter must be, in words. */
  readonly parameters: Record<string, string>;
  /** True when it destroys connections, the one that asked for it too. */
  readonly cutsConnections: boolean;
  /** Checks the parameters (400 when wrong) and returns what starts the fault. */
  prepare(faults: FaultControls, parameters: unknown): () => unknown;
}

const SCOPE = {
  times: optional(count),
  path: optional(anyText),
  method: optional(anyText),
  chance: optional(field<number>('a share from 0 to 1', (value) => Number(value) >= 0 && Number(value) <= 1)),
};
const FRAME_SCOPE = { ...SCOPE, afterEvents: optional(count) };
const RETRY_AFTER = optional(
  field<number | string>(
    'seconds or an HTTP-date',
    (value) => (typeof value === 'string' && value !== '') || count.accepts(value),
  ),
);
const ENCODING = field<Encoding>('gzip, deflate or br', (value) => ['gzip', 'deflate', 'br'].includes(String(value)));
const STATUS = field<number>(
  'an HTTP status',
  (value) => Number.isInteger(value) && Number(value) >= 200 && Number(value) < 600,
);

/** The faults by name. What closes the port needs a duration, since it closes the control API with it. */
export const FAULT_COMMANDS: Readonly<Record<string, FaultCommand>> = {
  refuse: cuttingCommand({ forMs: count }, (faults, { forMs }) => faults.refuse({ forMs })),
  restart: cuttingCommand({ downFor: optional(count) }, (faults, { downFor }) => faults.restart({ downFor })),
  'cut-connections': cuttingCommand({}, (faults) => faults.cutConnections()),
  'expired-token': command({}, (faults) => faults.expireTokens()),
  'half-open': command(SCOPE, (faults, scope) => faults.halfOpen(scope)),
  slow: command({ ...SCOPE, ms: count }, (faults, values) => faults.slow(values)),
  'wrong-credentials': command(SCOPE, (faults, scope) => faults.wrongCredentials(scope)),
  status: command({ ...SCOPE, status: STATUS, retryAfter: RETRY_AFTER }, (faults, values) => faults.status(values)),
  'too-many-requests': command({ ...SCOPE, retryAfter: RETRY_AFTER }, (faults, values) =>
    faults.tooManyRequests(values),
  ),
  answer: command({ ...SCOPE, status: optional(STATUS), body: anyText, type: optional(anyText) }, (faults, values) =>
    faults.answer(values),
  ),
  html: command({ ...SCOPE, type: optional(anyText) }, (faults, values) => faults.htmlPage(values)),
  endless: command(SCOPE, (faults, scope) => faults.endless(scope)),
  continue: command(SCOPE, (faults, scope) => faults.unaskedContinue(scope)),
  compressed: command({ ...SCOPE, encoding: optional(ENCODING) }, (faults, values) => faults.compressed(values)),
  'lose-answer': command(SCOPE, (faults, scope) => faults.loseAnswer(scope)),
  cut: command(FRAME_SCOPE, (faults, scope) => faults.cutMidFrame(scope)),
  malformed: command(FRAME_SCOPE, (faults, scope) => faults.malformedFrame(scope)),
  oversized: command({ ...FRAME_SCOPE, bytes: count }, (faults, values) => faults.oversizedEvent(values)),
};

function command<S extends Shape>(
  shape: S,
  start: (faults: FaultControls, values: ShapeOf<S>) => unknown,
): FaultCommand {
  const parameters = Object.entries(shape).map(([name, { expects, accepts }]) => [
    name,
    accepts(undefined) ? `${expects} (optional)` : expects,
  ]);
  return {
    parameters: Object.fromEntries(parameters) as Record<string, string>,
    cutsConnections: false,
    prepare(faults, given) {
      const values = checkObject(given, shape);
      return () => start(faults, values);
    },
  };
}

function cuttingCommand<S extends Shape>(
  shape: S,
  start: (faults: FaultControls, values: ShapeOf<S>) => unknown,
): FaultCommand {
  return { ...command(shape, start), cutsConnections: true };
}
