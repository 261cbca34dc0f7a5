import helper from 'node-red-node-test-helper';
import { itwinAccount } from './itwin';
import { deploy, type Properties, simulate, simulator, testItwinNode } from './itwin-node';
import { until } from './until';

/** Makes the tests of the `describe` that calls it tests of `itwin-iot-account`, with a query node and admin routes. */
export function testAccount(): void {
  after(() => new Promise<void>((resolve) => helper.stopServer(() => resolve())));
  testItwinNode('itwin-iot-query');
  before(() => new Promise<void>((resolve) => helper.startServer(() => resolve())));
  beforeEach(() => simulate());
}

export function deployAccount(account: Properties = {}): Promise<void> {
  return deploy({}, account);
}

/** The account's properties, as its dialog sends them. */
export function form(): Properties {
  const { id: _, type: __, ...properties } = itwinAccount(simulator);
  return properties;
}

/** What *Test connection* says. */
export interface TestResult {
  ok: boolean;
  message: string;
  code?: string;
}

/** Presses the button. */
export async function testConnection(body: object): Promise<TestResult> {
  const response = await helper.request().post('/itwin-iot-account/test').send(body).expect(200);
  return response.body;
}

export function closed(): Promise<void> {
  return until('no connection', () => simulator.counters.openConnections === 0);
}
