import { openDialog } from '../../editor/dialog';
import type { EditorProperties } from '../../editor/properties';
import { makeTypedProperty } from '../../editor/typed-input';
import { PROPERTIES } from './properties';

type XdpRecord = EditorProperties<typeof PROPERTIES>;

RED.nodes.registerType<XdpRecord>('xdp-record', {
  category: 'xDP',
  color: '#B9CBA5',
  icon: 'xdp.svg',
  inputs: 1,
  outputs: 1,
  defaults: defaultsOf(PROPERTIES),
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
    const dialog = openDialog(this, PROPERTIES);
    makeTypedProperty(dialog, PROPERTIES.source.parameter);
    makeTypedProperty(dialog, PROPERTIES.nwkAddr.parameter);
  },
});
