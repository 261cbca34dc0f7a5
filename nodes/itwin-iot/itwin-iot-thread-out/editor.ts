import { openDialog } from '../../editor/dialog';
import type { EditorProperties } from '../../editor/properties';
import { PROPERTIES } from './properties';

type ItwinThreadOut = EditorProperties<typeof PROPERTIES>;

RED.nodes.registerType<ItwinThreadOut>('itwin-iot-thread-out', {
  category: 'iTwin IoT',
  color: '#80C7B2',
  icon: 'itwin-iot.svg',
  inputs: 1,
  outputs: 0,
  defaults: defaultsOf(PROPERTIES),
  paletteLabel: 'THREAD out',
  label() {
    return this.name || `THREAD port ${this.port || '1'}`;
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('itwin-iot-thread-out.in');
  },
  oneditprepare() {
    openDialog(this, PROPERTIES);
  },
});
