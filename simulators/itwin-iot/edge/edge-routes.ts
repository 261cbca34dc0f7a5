import { anyText, count, optional } from '../../core/fields';
import { type Answer, HttpError } from '../../core/http-answer';
import type { Exchange, Handler } from '../../core/http-api';
import type { Route } from '../../core/router';
import { someTexts } from '../call';
import { isoDate } from '../data-query';
import { jsonAnswer } from '../rest-answers';
import * as fields from './edge-fields';
import type { Thread } from './thread';

type EdgeHandler = (thread: Thread, exchange: Exchange) => Promise<unknown> | unknown;

/**
 * Every operation of the Edge REST API, with what it answers. The text shows `{"value": number}` and
 * `{"content": string}`; where it shows nothing the like is answered, and `{}` for what is done.
 */
const OPERATIONS: Readonly<Record<string, EdgeHandler>> = {
  'GET /serialNumber': ({ serialNumber }) => ({ content: serialNumber }),
  'GET /time': ({ clockOffset }) => ({ time: new Date(Date.now() + clockOffset).toISOString() }),
  'POST /time': setTime,
  'GET /timeAccurate': () => ({ value: true }),
  'GET /chargeInputVoltage': () => ({ value: 14.5288 }),
  'GET /chargeInputCurrent': () => ({ value: 0.0225 }),
  'GET /batteryVoltage': () => ({ value: 13.7456 }),
  'GET /stateOfCharge': () => ({ value: 87 }),
  'GET /batterySaver': ({ batterySaver }) => batterySaver,
  'PUT /batterySaver': setBatterySaver,
  'GET /deviceAdcRead': readPort,
  'POST /deviceVoltage': setPortVoltage,
  'POST /sleep': sleep,
  'GET /tempRead': () => ({ value: 36.75 }),
  'GET /pressRead': () => ({ value: 101788.50996 }),
  'GET /deviceAdcRead420': readPortCurrent,
  'POST /deviceRsSel': setPortMode,
  'POST /observation': flashLed,
  'GET /configure': (thread, exchange) => fields.portIn(exchange, thread).properties,
  'PUT /configure': setPortProperties,
  'DELETE /configure': deletePortProperties,
  'GET /interfacePriority': ({ interfacePriority }) => ({ content: interfacePriority }),
  'PUT /interfacePriority/cellular': (thread) => prefer(thread, 'ppp0'),
  'PUT /interfacePriority/ethernet': (thread) => prefer(thread, 'eth0'),
  'POST /message': sendMessage,
  'GET /version': ({ version }) => ({ content: version }),
  'GET /firmware': () => ({ content: '4.6' }),
  'GET /hardware': () => ({ content: 'v11' }),
  'POST /update': update,
  'POST /accessible': setLed,
  'GET /cloudConnection': ({ cloudConnection }) => ({ value: cloudConnection }),
  'PUT /cloudConnection': setCloudConnection,
  'GET /deviceConnection': (thread, exchange) => ({ value: fields.portIn(exchange, thread).connected }),
  'PUT /deviceConnection': setDeviceConnection,
};

/** The Edge REST API of a THREAD; it asks nobody who he is. */
export function edgeRoutes(thread: Thread): Route<Handler>[] {
  return Object.entries(OPERATIONS).map(([operation, handle]) => {
    const [method = '', path = ''] = operation.split(' ');
    return {
      method,
      path,
      handle: async (exchange): Promise<Answer> => jsonAnswer(200, (await handle(thread, exchange)) ?? {}),
    };
  });
}

async function setTime(thread: Thread, exchange: Exchange): Promise<void> {
  const { time } = await fields.bodyOf(exchange, { time: isoDate });
  thread.clockOffset = Date.parse(time) - Date.now();
}

/** "Both low/high must be in the request payload or both must be absent." Without them it is low 10 high 100. */
async function setBatterySaver(thread: Thread, exchange: Exchange): Promise<void> {
  const shape = { value: fields.boolean, low: optional(fields.within(0, 40)), high: optional(fields.within(60, 100)) };
  const { value, low, high } = await fields.bodyOf(exchange, shape);
  if ((low === undefined) !== (high === undefined)) throw new HttpError(400, 'low and high go together');
  const defaults = value ? { low: 10, high: 100 } : { low: 0, high: 100 };
  thread.batterySaver = { value, low: low ?? defaults.low, high: high ?? defaults.high };
}

/** Option 0: voltage in V; option 1: current in A. */
function readPort(thread: Thread, exchange: Exchange): unknown {
  const { voltage } = fields.portIn(exchange, thread);
  const option = exchange.query.get('option');
  if (option !== '0' && option !== '1') throw new HttpError(400, 'the option must be 0 (voltage) or 1 (current)');
  if (voltage === 0) return { value: 0 };
  return { value: option === '0' ? [0, 12.03, 15.02][voltage] : 0.0131 };
}

async function setPortVoltage(thread: Thread, exchange: Exchange): Promise<void> {
  const shape = { portNumber: fields.portNumber, value: fields.within(0, 2) };
  const { portNumber, value } = await fields.bodyOf(exchange, shape);
  fields.portOf(thread, portNumber).voltage = value;
}

async function sleep(thread: Thread, exchange: Exchange): Promise<void> {
  const { duration } = await fields.bodyOf(exchange, { duration: count });
  thread.sleeps.push(duration);
}

function readPortCurrent(thread: Thread, exchange: Exchange): unknown {
  fields.portIn(exchange, thread);
  return { value: -0.00429 };
}

/** "Note USB is only supported on port 1." */
async function setPortMode(thread: Thread, exchange: Exchange): Promise<void> {
  const content = fields.oneOf('RS232', 'RS485', 'ANALOG', 'USB', 'OFF');
  const body = await fields.bodyOf(exchange, { portNumber: fields.portNumber, content });
  if (body.content === 'USB' && Number(body.portNumber) !== 1) throw new HttpError(400, 'USB is on port 1 only');
  fields.portOf(thread, body.portNumber).mode = body.content;
}

function flashLed(thread: Thread): void {
  thread.flashes += 1;
}

async function setPortProperties(thread: Thread, exchange: Exchange): Promise<void> {
  const { properties } = fields.portIn(exchange, thread);
  Object.assign(properties, await fields.bodyOf(exchange, fields.PORT_PROPERTIES));
}

async function deletePortProperties(thread: Thread, exchange: Exchange): Promise<void> {
  const { properties } = fields.portIn(exchange, thread);
  const { resources } = await fields.bodyOf(exchange, { resources: someTexts });
  for (const name of resources) delete properties[name];
}

function prefer(thread: Thread, route: string): void {
  thread.interfacePriority = route;
}

async function sendMessage(thread: Thread, exchange: Exchange): Promise<void> {
  const { portNumber, message } = await fields.bodyOf(exchange, { portNumber: fields.portNumber, message: anyText });
  fields.portOf(thread, portNumber).toDevice(message);
}

/** "Update application to latest version or supply optional query parameter version or file". */
function update(thread: Thread, { query }: Exchange): void {
  const version = query.get('version') ?? undefined;
  const file = query.get('file') ?? undefined;
  if (version !== undefined && file !== undefined) throw new HttpError(400, 'a version or a file, not both');
  thread.updates.push({ version, file });
  thread.version = version ?? '7.18.0';
}

async function setLed(thread: Thread, exchange: Exchange): Promise<void> {
  thread.accessible = (await fields.bodyOf(exchange, { value: fields.booleanText })).value === 'true';
}

async function setCloudConnection(thread: Thread, exchange: Exchange): Promise<void> {
  thread.cloudConnection = (await fields.bodyOf(exchange, { value: fields.booleanText })).value === 'true';
}

async function setDeviceConnection(thread: Thread, exchange: Exchange): Promise<void> {
  const port = fields.portIn(exchange, thread);
  port.connected = (await fields.bodyOf(exchange, { value: fields.boolean })).value;
}
