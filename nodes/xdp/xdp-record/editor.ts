import { inBody } from '../../core/operation/operation';
import { openDialog } from '../../editor/dialog';
import { makeTypedProperty } from '../../editor/typed-input';
import { number, typed } from '../../editor/values';
import { ADDRESS } from '../device-address';

interface XdpRecord {
  name: string;
  account: string;
  source: string;
  sourceType: string;
  nwkAddr: string;
  nwkAddrType: string;
  batchSize: number;
  batchTime: number;
  offline: string;
  maxItems: number;
  maxBytes: number;
  maxAge: number;
  giveUpAfter: number;
  whenFull: string;
  otherDestination: string;
  version: number;
}

const SOURCE = inBody('source', { pick: 'observation-types' });
const NWK_ADDR = inBody('nwkAddr', { ...ADDRESS, pick: 'end-devices' });

RED.nodes.registerType<XdpRecord>('xdp-record', {
  category: 'xDP',
  color: '#B9CBA5',
  icon: 'xdp.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: '' },
    account: { value: '', type: 'xdp-account', required: true },
    source: { value: '', validate: typed(SOURCE) },
    sourceType: { value: 'str' },
    nwkAddr: { value: '', validate: typed(NWK_ADDR) },
    nwkAddrType: { value: 'num' },
    batchSize: { value: 1, validate: number(1) },
    batchTime: { value: 0, validate: number(0) },
    offline: { value: 'fail' },
    maxItems: { value: 10000, validate: number(1) },
    maxBytes: { value: 20000000, validate: number(1) },
    maxAge: { value: 0, validate: number(0) },
    giveUpAfter: { value: 0, validate: number(0) },
    whenFull: { value: 'reject' },
    otherDestination: { value: 'hold' },
    version: { value: 1 },
  },
  paletteLabel: 'xDP record',
  label() {
    return this.name || 'xDP record';
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('xdp-record.in');
  },
  outputLabels() {
    return this._('xdp-record.out');
  },
  oneditprepare() {
    const dialog = openDialog(this);
    makeTypedProperty(dialog, SOURCE);
    makeTypedProperty(dialog, NWK_ADDR);
  },
});
