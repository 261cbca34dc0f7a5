import type { Dialog } from '../../editor/dialog';
import type { ParameterForm } from '../../editor/operation-form';
import type { ParameterRow } from '../../editor/parameter-row';
import { createEntityList, DEVICES } from './integration-form-entity';
import { type IntegrationContext, labelled, selectInput, textInput } from './integration-form-fields';
import { type Draft, parseDraft, textOf } from './integration-form-json';

/**
 * A form for the JSON of `integration` (platform text, "Create Entites"), below its row. What is changed in one is
 * changed in the other; members the form does not know stay. It hides while the value is not JSON that it can show.
 */
export function createIntegrationForm(dialog: Dialog, row: ParameterRow): ParameterForm {
  const say = (key: string): string => dialog.t(`itwin-iot-provision.integration.${key}`);
  const element = $('<div class="farfield-integration" role="group">').attr('aria-label', say('title'));
  /** The JSON that the form shows. */
  let shown: string | undefined;

  const show = (draft: Draft): void => {
    const context: IntegrationContext = {
      dialog,
      say,
      changed() {
        // Without either the platform answers 422.
        if (draft.nodeId === undefined && draft.changeState === undefined) draft.changeState = 'new';
        const text = JSON.stringify({ nodeId: undefined, changeState: undefined, ...draft });
        if (text === shown) return;
        shown = text;
        row.write(text);
      },
    };
    element
      .empty()
      .append(
        $('<div class="farfield-hint">').text(say('hint.json')),
        createConnection(context, draft),
        $('<h5>').text(say('devices')),
        createEntityList(context, draft, DEVICES),
      );
  };

  return {
    element,
    update() {
      const text = row.written();
      if (text !== undefined && text === shown) return;
      const draft = text === undefined ? undefined : parseDraft(text);
      element.toggle(draft !== undefined);
      shown = draft && text;
      if (draft) show(draft);
    },
  };
}

/** A new connection, or the id of one that is there. */
function createConnection(context: IntegrationContext, draft: Draft): JQuery {
  const { say, changed } = context;
  let nodeId = textOf(draft, 'nodeId');
  const choices: [string, string][] = [
    ['new', say('newConnection')],
    ['existing', say('existingConnection')],
  ];
  const input = textInput(context, {
    value: nodeId,
    pick: 'nodes',
    onInput(text) {
      nodeId = text;
      draft.nodeId = text;
      changed();
    },
  });
  const nodeRow = labelled(say('nodeId'), input).toggle(draft.nodeId !== undefined);
  const select = selectInput(choices, draft.nodeId === undefined ? 'new' : 'existing', (choice) => {
    nodeRow.toggle(choice === 'existing');
    if (choice === 'existing') {
      delete draft.changeState;
      draft.nodeId = nodeId;
    } else {
      delete draft.nodeId;
      draft.changeState = 'new';
    }
    changed();
  });
  return $('<div>').append(labelled(say('connection'), select), nodeRow);
}
