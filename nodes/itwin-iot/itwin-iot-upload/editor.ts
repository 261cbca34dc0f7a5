import { openDialog } from '../../editor/dialog';
import type { EditorProperties } from '../../editor/properties';
import { makeTypedProperty } from '../../editor/typed-input';
import { PROPERTIES } from './properties';

type ItwinUpload = EditorProperties<typeof PROPERTIES>;

RED.nodes.registerType<ItwinUpload>('itwin-iot-upload', {
  category: 'iTwin IoT',
  color: '#A9C1D6',
  icon: 'itwin-iot.svg',
  inputs: 1,
  outputs: 1,
  defaults: defaultsOf(PROPERTIES),
  paletteLabel: 'iTwin upload',
  label() {
    return this.name || 'iTwin upload';
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('itwin-iot-upload.in');
  },
  outputLabels() {
    return this._('itwin-iot-upload.out');
  },
  oneditprepare() {
    makeTypedProperty(openDialog(this, PROPERTIES), PROPERTIES.sensorId.parameter);
  },
});
