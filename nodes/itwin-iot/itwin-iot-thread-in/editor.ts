import { openDialog } from '../../editor/dialog';
import type { EditorProperties } from '../../editor/properties';
import { PROPERTIES } from './properties';

type ItwinThreadIn = EditorProperties<typeof PROPERTIES>;

RED.nodes.registerType<ItwinThreadIn>('itwin-iot-thread-in', {
  category: 'iTwin IoT',
  color: '#80C7B2',
  icon: 'itwin-iot.svg',
  inputs: 0,
  outputs: 1,
  defaults: defaultsOf(PROPERTIES),
  paletteLabel: 'THREAD in',
  label() {
    return this.name || `THREAD port ${this.port || '1'}`;
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels() {
    return this._('itwin-iot-thread-in.out');
  },
  oneditprepare() {
    openDialog(this, PROPERTIES);
  },
});
