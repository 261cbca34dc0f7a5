import { strict as assert } from 'node:assert';
import { textOf } from '../support/dialogs';
import { editor, node, save, testInEditor } from '../support/itwin-editor';

/** What a person writes who has no editor at hand. */
const NODES = [
  { id: 'texts', type: 'itwin-iot-subscribe', account: 'account', subscription: 'nodes', ids: '/a', backfill: 'false' },
  {
    id: 'variables',
    type: 'itwin-iot-subscribe',
    account: 'account',
    subscription: 'nodes',
    ids: '/a',
    backfill: '${B}',
  },
  { id: 'upload', type: 'itwin-iot-upload', account: 'account', offline: '${OFFLINE}' },
];

describe('the dialogs of nodes that were written by hand', () => {
  testInEditor(() => NODES);

  it('keep what a checkbox cannot show', async function () {
    this.timeout(120_000);
    await editor.edit(node('texts'));
    assert.notEqual((await save('texts')).backfill, true);
    await editor.edit(node('variables'));
    assert.equal((await save('variables')).backfill, '${B}');
    assert.deepEqual(editor.problems, []);
  });

  it('show what a select does not offer, and the first choice for none', async function () {
    this.timeout(120_000);
    const dialog = await editor.edit(node('upload'));
    const chosen = (name: string): Promise<string> => textOf(dialog.locator(`#node-input-${name} option:checked`));
    assert.match(await chosen('via'), /socket/i);
    assert.equal(await chosen('offline'), '${OFFLINE}');
    assert.ok(await dialog.locator('#node-input-maxItems').isVisible(), 'the variable may say that messages are kept');
    const { via, offline } = await save('upload');
    assert.deepEqual({ via, offline }, { via: 'socket', offline: '${OFFLINE}' });
    assert.deepEqual(editor.problems, []);
  });
});
