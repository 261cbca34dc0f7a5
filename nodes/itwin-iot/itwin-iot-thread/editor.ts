import { addConnectionTest } from '../../editor/connection-test';
import { addDiagnosis } from '../../editor/diagnosis';
import { openDialog } from '../../editor/dialog';
import type { EditorProperties } from '../../editor/properties';
import { PROPERTIES } from './properties';

type ItwinThread = EditorProperties<typeof PROPERTIES>;

RED.nodes.registerType<ItwinThread>('itwin-iot-thread', {
  category: 'config',
  color: '#80C7B2',
  icon: 'itwin-iot.svg',
  defaults: defaultsOf(PROPERTIES),
  credentials: {},
  paletteLabel: 'iTwin THREAD',
  label() {
    return this.name || this.url || 'iTwin THREAD';
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    const dialog = openDialog(this, PROPERTIES);
    addConnectionTest(dialog, dialog.root.find('.farfield-connection-test'));
    addDiagnosis(dialog);
  },
});
