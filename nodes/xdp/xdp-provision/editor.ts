import { openDialog } from '../../editor/dialog';
import { createOperationForm, type OperationForm } from '../../editor/operation-form';
import { operationParams, type Params } from '../../editor/operation-params';
import { operations } from '../operations';

interface XdpProvision {
  name: string;
  account: string;
  operation: string;
  params: Params;
  version: number;
}

/** Of the dialog that is open. */
let form: OperationForm | undefined;

RED.nodes.registerType<XdpProvision>('xdp-provision', {
  category: 'xDP',
  color: '#B9CBA5',
  icon: 'xdp.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: '' },
    account: { value: '', type: 'xdp-account', required: true },
    operation: { value: '' },
    params: { value: {}, validate: operationParams(operations) },
    version: { value: 1 },
  },
  paletteLabel: 'xDP provision',
  label() {
    return this.name || (this.operation ? `xDP ${this.operation}` : 'xDP provision');
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
    form = createOperationForm(openDialog(this), this, operations);
  },
  oneditsave() {
    if (form) this.params = form.params();
  },
});
