import { openDialog } from '../../editor/dialog';
import { createOperationForm, type OperationForm, operationLabel } from '../../editor/operation-form';
import type { EditorProperties } from '../../editor/properties';
import { operations } from '../operations';
import { PROPERTIES } from './properties';

type XdpProvision = EditorProperties<typeof PROPERTIES>;

/** Of the dialog that is open. */
let form: OperationForm | undefined;

RED.nodes.registerType<XdpProvision>('xdp-provision', {
  category: 'xDP',
  color: '#B9CBA5',
  icon: 'xdp.svg',
  inputs: 1,
  outputs: 1,
  defaults: defaultsOf(PROPERTIES),
  paletteLabel: 'xDP provision',
  label() {
    return this.name || operationLabel('xDP', this.operation) || 'xDP provision';
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('xdp-provision.in');
  },
  outputLabels() {
    return this._('xdp-provision.out');
  },
  oneditprepare() {
    form = createOperationForm(openDialog(this, PROPERTIES), this, operations);
  },
  oneditsave() {
    if (form) this.params = form.params();
  },
});
