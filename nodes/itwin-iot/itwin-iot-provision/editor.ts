import { openDialog } from '../../editor/dialog';
import { createOperationForm, type OperationForm } from '../../editor/operation-form';
import { operationParams, type Params } from '../../editor/operation-params';
import { operations } from '../operations';
import { createIntegrationForm } from './integration-form';

interface ItwinProvision {
  name: string;
  account: string;
  operation: string;
  params: Params;
  projectId: string;
  version: number;
}

/** Of the dialog that is open. */
let form: OperationForm | undefined;

RED.nodes.registerType<ItwinProvision>('itwin-iot-provision', {
  category: 'iTwin IoT',
  color: '#A9C1D6',
  icon: 'itwin-iot.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: '' },
    account: { value: '', type: 'itwin-iot-account', required: true },
    operation: { value: '' },
    params: { value: {}, validate: operationParams(operations) },
    projectId: { value: '' },
    version: { value: 1 },
  },
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
    form = createOperationForm(openDialog(this), this, operations, { forms: { integration: createIntegrationForm } });
  },
  oneditsave() {
    if (form) this.params = form.params();
  },
});
