import { addConnectionTest } from '../../editor/connection-test';
import { addDiagnosis } from '../../editor/diagnosis';
import { openDialog } from '../../editor/dialog';
import type { EditorProperties } from '../../editor/properties';
import { CREDENTIALS, PROPERTIES } from './properties';

type ItwinAccount = EditorProperties<typeof PROPERTIES>;

RED.nodes.registerType<ItwinAccount>('itwin-iot-account', {
  category: 'config',
  color: '#80C7B2',
  icon: 'itwin-iot.svg',
  defaults: defaultsOf(PROPERTIES),
  credentials: credentialsOf(CREDENTIALS),
  paletteLabel: 'iTwin account',
  label() {
    return this.name || 'iTwin IoT';
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
