import { strict as assert } from 'node:assert';
import type { OperationCall } from '../../nodes/core/node-red/operation-node';
import { findOperation } from '../../nodes/core/operation/operation';
import type { ItwinClient } from '../../nodes/itwin-iot/client/itwin-client';
import type { Points } from '../../nodes/itwin-iot/client/session/series';
import { query } from '../../nodes/itwin-iot/itwin-iot-query/query';
import { operations } from '../../nodes/itwin-iot/operations';

/** A platform whose history holds what JSON has no word for. */
const history = (): Points[] => [
  { '2026-01-01T00:00:00.000Z': 1, '2026-01-01T00:00:01.000Z': Number.NaN },
  { '2026-01-01T00:00:02.000Z': null, '2026-01-01T00:00:03.000Z': Number.POSITIVE_INFINITY },
];
const client = {
  async execute(_operation: unknown, _values: unknown, { onPoints }: { onPoints(points: Points): void }) {
    for (const points of history()) onPoints(points);
    return { payload: undefined };
  },
} as unknown as ItwinClient;

const call = (onItem?: OperationCall['onItem']): OperationCall => ({
  operation: findOperation(operations, 'itwin-iot-query', 'getData') ?? assert.fail(),
  values: { sensor: '/s', metric: 'T', unit: 'C' },
  signal: new AbortController().signal,
  onItem,
  onProgress: () => undefined,
  onRetry: () => undefined,
});

describe('a series that is longer than an answer may be', () => {
  it('is an error that says what to change, but not where each piece is handed on', async () => {
    await assert.rejects(query(client, call(), 'native', 100), {
      code: 'ANSWER_TOO_LARGE',
      message: /4 points and more\. Ask for a shorter time, let it come as a sequence, or raise "maxAnswer"/,
    });
    const items: unknown[] = [];
    await query(
      client,
      call((item) => items.push(item)),
      'native',
      100,
    );
    assert.equal(items.length, 2);
  });
});

describe('a series with a value that is no number', () => {
  it('is whole as it came', async () => {
    const { payload, problem } = await query(client, call(), 'native');
    assert.deepEqual(payload, Object.assign({}, ...history()));
    assert.equal(problem, undefined);
  });

  for (const inPieces of [false, true])
    it(`lacks it as SenML, and says so with its number, ${inPieces ? 'in pieces' : 'whole'}`, async () => {
      const items: unknown[] = [];
      const answer = await query(client, call(inPieces ? (item) => items.push(item) : undefined), 'senml');
      assert.equal((inPieces ? items : (answer.payload as unknown[])).length, 1);
      assert.match(answer.problem?.message ?? '', /^2 points are left out: SenML cannot hold NaN or Infinity/);
    });
});
