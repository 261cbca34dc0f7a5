import { addConnectionTest } from '../../editor/connection-test';
import { addDiagnosis } from '../../editor/diagnosis';
import { openDialog } from '../../editor/dialog';
import type { EditorProperties } from '../../editor/properties';
import { CREDENTIALS, PROPERTIES } from './properties';

type XdpAccount = EditorProperties<typeof PROPERTIES>;

RED.nodes.registerType<XdpAccount>('xdp-account', {
  category: 'config',
  color: '#B9CBA5',
  icon: 'xdp.svg',
  defaults: defaultsOf(PROPERTIES),
  credentials: credentialsOf(CREDENTIALS),
  paletteLabel: 'xDP account',
  label() {
    return this.name || this.namespace || 'xDP account';
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
