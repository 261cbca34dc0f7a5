import { openDialog } from '../../editor/dialog';
import { addPickList } from '../../editor/pick-list';
import type { EditorProperties } from '../../editor/properties';
import { makeTypedProperty } from '../../editor/typed-input';
import { PROPERTIES } from './properties';

type ItwinUpload = EditorProperties<typeof PROPERTIES>;

RED.nodes.registerType<ItwinUpload>('itwin-iot-upload', {
  category: 'iTwin IoT',
  color: '#80C7B2',
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
    const dialog = openDialog(this, PROPERTIES);
    addPickList({ dialog, field: dialog.field('projectId'), list: 'projects' });
    makeTypedProperty(dialog, PROPERTIES.sensorId.parameter);
  },
});
