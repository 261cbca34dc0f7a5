import { openDialog } from '../../editor/dialog';
import { createOperationForm, type OperationForm, operationLabel } from '../../editor/operation-form';
import type { EditorProperties } from '../../editor/properties';
import { operations } from '../operations';
import { PROPERTIES } from './properties';

type ItwinThreadCommand = EditorProperties<typeof PROPERTIES>;

/** Of the dialog that is open. */
let form: OperationForm | undefined;

RED.nodes.registerType<ItwinThreadCommand>('itwin-iot-thread-command', {
  category: 'iTwin IoT',
  color: '#80C7B2',
  icon: 'itwin-iot.svg',
  inputs: 1,
  outputs: 1,
  defaults: defaultsOf(PROPERTIES),
  paletteLabel: 'THREAD command',
  label() {
    return this.name || operationLabel('THREAD', this.operation) || 'THREAD command';
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
    form = createOperationForm(openDialog(this, PROPERTIES), this, operations);
  },
  oneditsave() {
    if (form) this.params = form.params();
  },
});
