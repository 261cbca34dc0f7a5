import { openDialog } from '../../editor/dialog';
import { createOperationForm, type OperationForm } from '../../editor/operation-form';
import { operationParams, type Params } from '../../editor/operation-params';
import { operations } from '../operations';

interface ItwinThreadCommand {
  name: string;
  thread: string;
  operation: string;
  params: Params;
  version: number;
}

/** Of the dialog that is open. */
let form: OperationForm | undefined;

RED.nodes.registerType<ItwinThreadCommand>('itwin-iot-thread-command', {
  category: 'iTwin IoT',
  color: '#A9C1D6',
  icon: 'itwin-iot.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: '' },
    thread: { value: '', type: 'itwin-iot-thread', required: true },
    operation: { value: '' },
    params: { value: {}, validate: operationParams(operations) },
    version: { value: 1 },
  },
  paletteLabel: 'THREAD command',
  label() {
    return this.name || (this.operation ? `THREAD ${this.operation}` : 'THREAD command');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('itwin-iot-thread-command.in');
  },
  outputLabels() {
    return this._('itwin-iot-thread-command.out');
  },
  oneditprepare() {
    form = createOperationForm(openDialog(this), this, operations);
  },
  oneditsave() {
    if (form) this.params = form.params();
  },
});
