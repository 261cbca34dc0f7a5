import { openDialog } from '../../editor/dialog';
import { createOperationForm, type OperationForm } from '../../editor/operation-form';
import { operationParams, type Params } from '../../editor/operation-params';
import { operations } from '../operations';

interface ItwinQuery {
  name: string;
  account: string;
  operation: string;
  params: Params;
  projectId: string;
  deliver: string;
  output: string;
  version: number;
}

/** Of the dialog that is open. */
let form: OperationForm | undefined;

RED.nodes.registerType<ItwinQuery>('itwin-iot-query', {
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
    deliver: { value: 'whole' },
    output: { value: 'native' },
    version: { value: 1 },
  },
  paletteLabel: 'iTwin query',
  label() {
    return this.name || (this.operation ? `iTwin ${this.operation}` : 'iTwin query');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('itwin-iot-query.in');
  },
  outputLabels() {
    return this._('itwin-iot-query.out');
  },
  oneditprepare() {
    form = createOperationForm(openDialog(this), this, operations);
  },
  oneditsave() {
    if (form) this.params = form.params();
  },
});
