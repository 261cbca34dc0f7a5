import { openDialog } from '../../editor/dialog';
import { createOperationForm, type OperationForm } from '../../editor/operation-form';
import type { EditorProperties } from '../../editor/properties';
import { operations } from '../operations';
import { createIntegrationForm } from './integration-form';
import { PROPERTIES } from './properties';

type ItwinProvision = EditorProperties<typeof PROPERTIES>;

/** Of the dialog that is open. */
let form: OperationForm | undefined;

RED.nodes.registerType<ItwinProvision>('itwin-iot-provision', {
  category: 'iTwin IoT',
  color: '#A9C1D6',
  icon: 'itwin-iot.svg',
  inputs: 1,
  outputs: 1,
  defaults: defaultsOf(PROPERTIES),
  paletteLabel: 'iTwin provision',
  label() {
    return this.name || (this.operation ? `iTwin ${this.operation}` : 'iTwin provision');
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
    form = createOperationForm(openDialog(this, PROPERTIES), this, operations, {
      forms: { integration: createIntegrationForm },
    });
  },
  oneditsave() {
    if (form) this.params = form.params();
  },
});
