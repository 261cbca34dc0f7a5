import { openDialog } from '../../editor/dialog';
import { createOperationForm, type OperationForm, operationLabel } from '../../editor/operation-form';
import { addPickList } from '../../editor/pick-list';
import type { EditorProperties } from '../../editor/properties';
import { operations } from '../operations';
import { createIntegrationForm } from './integration-form';
import { PROPERTIES } from './properties';

type ItwinProvision = EditorProperties<typeof PROPERTIES>;

/** Of the dialog that is open. */
let form: OperationForm | undefined;

RED.nodes.registerType<ItwinProvision>('itwin-iot-provision', {
  category: 'iTwin IoT',
  color: '#80C7B2',
  icon: 'itwin-iot.svg',
  inputs: 1,
  outputs: 1,
  defaults: defaultsOf(PROPERTIES),
  paletteLabel: 'iTwin provision',
  label() {
    return this.name || operationLabel('iTwin', this.operation) || 'iTwin provision';
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('itwin-iot-provision.in');
  },
  outputLabels() {
    return this._('itwin-iot-provision.out');
  },
  oneditprepare() {
    const dialog = openDialog(this, PROPERTIES);
    addPickList({ dialog, field: dialog.field('projectId'), list: 'projects' });
    form = createOperationForm(dialog, this, operations, {
      forms: { integration: createIntegrationForm },
    });
  },
  oneditsave() {
    if (form) this.params = form.params();
  },
});
