import { inBody, inQuery, type Operation, type Parameter, type ParameterOptions } from '../../core/operation/operation';

const NODE = 'itwin-iot-thread-command';

/** "the specified device port (1, 2, 3)" */
const PORT: ParameterOptions = { type: 'integer', required: true, min: 1, max: 3 };

const BAUD_RATES = ['230400', '115200', '57600', '38400', '19200', '9600', '4800', '1200'];

/** The Edge REST API of a THREAD, in the order of the platform text. A command is never sent twice. */
export const threadOperations: readonly Operation[] = [
  row('getSerialNumber', 'GET', '/serialNumber'),
  row('getTime', 'GET', '/time'),
  row('setTime', 'POST', '/time', inBody('time', { type: 'time', required: true })),
  row('getTimeAccurate', 'GET', '/timeAccurate'),
  row('getInputVoltage', 'GET', '/chargeInputVoltage'),
  row('getInputCurrent', 'GET', '/chargeInputCurrent'),
  row('getBatteryVoltage', 'GET', '/batteryVoltage'),
  row('getStateOfCharge', 'GET', '/stateOfCharge'),
  row('getBatterySaver', 'GET', '/batterySaver'),
  {
    ...row(
      'setBatterySaver',
      'PUT',
      '/batterySaver',
      inBody('value', { type: 'boolean', required: true }),
      inBody('low', { type: 'integer', min: 0, max: 40 }),
      inBody('high', { type: 'integer', min: 60, max: 100 }),
    ),
    check: ({ low, high }) =>
      (low === undefined) === (high === undefined) ? undefined : 'give both "low" and "high", or neither',
  },
  row(
    'readPort',
    'GET',
    '/deviceAdcRead',
    inQuery('port', PORT),
    inQuery('option', { type: 'integer', required: true, choices: ['0', '1'] }),
  ),
  row(
    'setPortVoltage',
    'POST',
    '/deviceVoltage',
    inBody('portNumber', PORT),
    inBody('value', { type: 'integer', required: true, choices: ['0', '1', '2'] }),
  ),
  row('sleep', 'POST', '/sleep', inBody('duration', { type: 'integer', required: true, min: 0 })),
  row('getTemperature', 'GET', '/tempRead'),
  row('getPressure', 'GET', '/pressRead'),
  row('readPortCurrent', 'GET', '/deviceAdcRead420', inQuery('port', PORT)),
  {
    ...row(
      'setPortMode',
      'POST',
      '/deviceRsSel',
      inBody('portNumber', PORT),
      inBody('content', { required: true, choices: ['RS232', 'RS485', 'ANALOG', 'USB', 'OFF'] }),
    ),
    check: ({ portNumber, content }) => usbProblem('content', content, portNumber),
  },
  row('flashLed', 'POST', '/observation'),
  row('getPortConfig', 'GET', '/configure', inQuery('port', PORT)),
  {
    ...row('setPortConfig', 'PUT', '/configure', inQuery('port', PORT), ...portProperties()),
    check: ({ port, ...properties }) =>
      Object.keys(properties).length === 0
        ? 'give at least one property to set'
        : usbProblem('COMM_TYPE', properties.COMM_TYPE, port),
  },
  row(
    'deletePortConfig',
    'DELETE',
    '/configure',
    inQuery('port', PORT),
    inBody('resources', { type: 'list', required: true, check: resourcesProblem }),
  ),
  row('getInterfacePriority', 'GET', '/interfacePriority'),
  row('preferCellular', 'PUT', '/interfacePriority/cellular'),
  row('preferEthernet', 'PUT', '/interfacePriority/ethernet'),
  row(
    'sendMessage',
    'POST',
    '/message',
    inBody('portNumber', PORT),
    inBody('message', { required: true, multiline: true }),
  ),
  row('getVersion', 'GET', '/version'),
  row('getFirmware', 'GET', '/firmware'),
  row('getHardware', 'GET', '/hardware'),
  {
    ...row('update', 'POST', '/update', inQuery('version'), inQuery('file')),
    check: ({ version, file }) =>
      version === undefined || file === undefined ? undefined : 'give "version" or "file", not both',
  },
  // "the platform takes value as the string": of these two, not of setDeviceConnection.
  row('setLed', 'POST', '/accessible', inBody('value', { type: 'boolean', required: true, asText: true })),
  row('getCloudConnection', 'GET', '/cloudConnection'),
  row(
    'setCloudConnection',
    'PUT',
    '/cloudConnection',
    inBody('value', { type: 'boolean', required: true, asText: true }),
  ),
  row('getDeviceConnection', 'GET', '/deviceConnection', inQuery('port', PORT)),
  row(
    'setDeviceConnection',
    'PUT',
    '/deviceConnection',
    inQuery('port', PORT),
    inBody('value', { type: 'boolean', required: true }),
  ),
];

function row(id: string, method: string, path: string, ...params: Parameter[]): Operation {
  return { id, node: NODE, transport: 'http', method, path, params, repeatable: false };
}

/** "Here is a table of Device Port properties that can be set." */
function portProperties(): Parameter[] {
  return [
    inBody('COMM_TYPE', { choices: ['RS232', 'RS485', 'USB'] }),
    inBody('BAUD_RATE', { type: 'integer', choices: BAUD_RATES }),
    inBody('DATA_BITS', { type: 'integer', choices: ['8', '7', '6', '5'] }),
    inBody('PARITY_BIT', { choices: ['NONE', 'ODD', 'EVEN', 'MARK', 'SPACE'] }),
    inBody('DELIMITERS_HEX', { type: 'list', check: delimitersProblem }),
    // A number in the text's samples, a string in its table; as a number it fits both readings of a port.
    inBody('PORT', { type: 'integer', min: 1, max: 65_535 }),
    inBody('HOST'),
  ];
}

/** "Note USB is only supported on port 1." */
function usbProblem(name: string, mode: unknown, port: unknown): string | undefined {
  return mode === 'USB' && port !== 1 ? `"${name}" may be USB on port 1 only` : undefined;
}

function delimitersProblem(value: unknown): string | undefined {
  const bad = (value as string[]).find((each) => !/^([0-9a-f]{2})+$/i.test(each));
  return bad && 'must hold hexadecimal bytes such as 0D0A';
}

function resourcesProblem(value: unknown): string | undefined {
  const known = portProperties().map(({ name }) => name);
  const bad = (value as string[]).find((each) => !known.includes(each));
  if ((value as string[]).length === 0) return `must name at least one of ${known.join(', ')}`;
  return bad && `must hold names of properties: ${known.join(', ')}`;
}
