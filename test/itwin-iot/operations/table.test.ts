import { strict as assert } from 'node:assert';
import type { Operation } from '../../../nodes/core/operation/operation';
import { operations } from '../../../nodes/itwin-iot/operations';
import { SUBSCRIPTIONS } from '../../../nodes/itwin-iot/operations/subscribe';
import table from '../../fixtures/operations.json';
import { find } from './set-up';

/** A row of the agreed table. */
interface Row {
  platform: string;
  node: string;
  operation: string;
  transport: string;
  method: string;
  path: string;
  params?: string[];
  query?: string[];
  body?: string[];
  required?: string[];
}

const rows = (table as Row[]).filter(({ platform }) => platform === 'itwin-iot');
const label = ({ node, operation }: Row): string => `${node} ${operation}`;

const namesIn = ({ params }: Operation, place: string): string[] =>
  params
    .filter((each) => each.in === place)
    .map(({ name }) => name)
    .sort();

/** What the free operations read themselves (notes of the table). */
const FREE: Record<string, { none: string[]; body?: string[] }> = {
  request: { none: ['headers', 'method', 'path', 'query'], body: ['body'] },
  call: { none: ['method', 'params'] },
  deleteProject: { none: ['confirm'] },
};

/** The table has `projectIds` only where a sample has it; by the text every endpoint of the socket API takes it. */
const TAKES_PROJECT = /^((create|update)(Node|Device|Sensor)|get(RawMetrics|Metrics|Units)|uploadData)$/;

describe('iTwin IoT operations', () => {
  it('are those of the agreed table, no more, no fewer, none twice', () => {
    assert.equal(rows.length, 74);
    assert.deepEqual(operations.map(({ node, id }) => `${node} ${id}`).sort(), rows.map(label).sort());
  });

  for (const row of rows) {
    it(`${label(row)} agree with the table in transport, method, path and parameters`, () => {
      const operation = find(row.node, row.operation);
      assert.equal(operation.transport, row.transport);
      assert.equal(operation.method, row.method);
      assert.equal(operation.path, row.path);
      const free = FREE[row.operation];
      assert.deepEqual(namesIn(operation, 'none'), free?.none ?? []);
      assert.deepEqual(namesIn(operation, 'query'), (row.query ?? []).toSorted());
      assert.deepEqual(namesIn(operation, 'body'), (row.body ?? free?.body ?? []).toSorted());
      const project = TAKES_PROJECT.test(row.operation) ? ['projectIds'] : [];
      const rpc = row.operation === 'call' ? [] : [...(row.params ?? []), ...project];
      assert.deepEqual(namesIn(operation, 'rpc'), rpc.toSorted());
      assert.deepEqual(
        namesIn(operation, 'path'),
        [...row.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string).sort(),
      );
      const required = operation.params.filter((each) => each.required).map(({ name }) => name);
      const wanted = (row.required ?? []).map((name) => name.split('.')[0] as string);
      assert.deepEqual(required.sort(), row.operation === 'request' ? ['path'] : wanted.sort());
    });
  }

  it('name each parameter once', () => {
    for (const { id, params } of operations) {
      assert.equal(new Set(params.map(({ name }) => name)).size, params.length, id);
    }
  });

  it('send JSON-RPC under the method’s own name, subscriptions but for their prefix', () => {
    for (const { id, node, transport, method, path } of operations) {
      if (transport !== 'jsonrpc') continue;
      assert.equal(path, '', id);
      if (node === 'itwin-iot-subscribe') assert.equal(method.toLowerCase(), `subscribe${id}`);
      else if (id !== 'call') assert.equal(method, id);
    }
    const subscriptions = operations.filter(({ node }) => node === 'itwin-iot-subscribe');
    assert.deepEqual(
      subscriptions.map(({ id }) => id),
      [...SUBSCRIPTIONS],
    );
  });

  it('are repeated only where twice does no harm: reads, and updates that overwrite', () => {
    const repeated = operations.filter(({ repeatable }) => repeatable).map(({ id }) => id);
    const safe = /^(get|list|help|time|update(Node|Device|Sensor)$)/;
    for (const id of repeated) assert.match(id, safe);
    for (const { id, node, transport, repeatable } of operations) {
      if (node === 'itwin-iot-query' && transport === 'jsonrpc' && id !== 'call') assert.equal(repeatable, true, id);
      if (/^(create|integrate|delete|upload|call|request)/.test(id)) assert.notEqual(repeatable, true, id);
      if (node === 'itwin-iot-thread-command') assert.equal(repeatable, false, id);
    }
  });
});
