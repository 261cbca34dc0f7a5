import { openDialog } from '../../editor/dialog';
import { createOperationForm, type OperationForm } from '../../editor/operation-form';
import type { EditorProperties } from '../../editor/properties';
import { operations } from '../operations';
import { PROPERTIES } from './properties';

type ItwinQuery = EditorProperties<typeof PROPERTIES>;

/** Of the dialog that is open. */
let form: OperationForm | undefined;

RED.nodes.registerType<ItwinQuery>('itwin-iot-query', {
  category: 'iTwin IoT',
  color: '#A9C1D6',
  icon: 'itwin-iot.svg',
  inputs: 1,
  outputs: 1,
  defaults: defaultsOf(PROPERTIES),
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
    form = createOperationForm(openDialog(this, PROPERTIES), this, operations);
  },
  oneditsave() {
    if (form) this.params = form.params();
  },
});
