import { addConnectionTest } from '../../editor/connection-test';
import { addDiagnosis } from '../../editor/diagnosis';
import { openDialog } from '../../editor/dialog';
import { number, text, url } from '../../editor/values';

interface XdpAccount {
  name: string;
  url: string;
  namespace: string;
  tls: string;
  proxy: string;
  timeout: number;
  retryMax: number;
  maxAnswer: number;
  maxRequests: number;
  version: number;
}

RED.nodes.registerType<XdpAccount>('xdp-account', {
  category: 'config',
  color: '#B9CBA5',
  icon: 'xdp.svg',
  defaults: {
    name: { value: '' },
    url: { value: 'https://xdp.titanclass.com.au/api', required: true, validate: url('https', 'http') },
    namespace: { value: '', required: true, validate: text() },
    tls: { value: '', type: 'tls-config', required: false },
    proxy: { value: '', type: 'http proxy', required: false },
    timeout: { value: 30, validate: number(1) },
    retryMax: { value: 60, validate: number(1) },
    maxAnswer: { value: 20, validate: number(0.1) },
    maxRequests: { value: 10, validate: number(1) },
    version: { value: 1 },
  },
  credentials: {
    username: { type: 'text', required: true },
    password: { type: 'password', required: true },
  },
  paletteLabel: 'xDP account',
  label() {
    return this.name || this.namespace || 'xDP account';
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    const dialog = openDialog(this);
    addConnectionTest(dialog, dialog.root.find('.farfield-connection-test'));
    addDiagnosis(dialog);
  },
});
