import { strict as assert } from 'node:assert';
import { messageId } from '../../../nodes/core/node-red/message-id';

describe('ids of messages', () => {
  it("look like Node-RED's own, and none comes twice", () => {
    const ids = Array.from({ length: 10_000 }, messageId);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      ids.filter((id) => !/^[0-9a-f]{16}$/.test(id)),
      [],
    );
  });
});
