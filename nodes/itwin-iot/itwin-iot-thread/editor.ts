import { addConnectionTest } from '../../editor/connection-test';
import { addDiagnosis } from '../../editor/diagnosis';
import { openDialog } from '../../editor/dialog';
import { number, url } from '../../editor/values';

interface ItwinThread {
  name: string;
  url: string;
  wsUrl: string;
  tls: string;
  proxy: string;
  timeout: number;
  retryMax: number;
  maxAnswer: number;
  maxRequests: number;
  version: number;
}

RED.nodes.registerType<ItwinThread>('itwin-iot-thread', {
  category: 'config',
  color: '#A9C1D6',
  icon: 'itwin-iot.svg',
  defaults: {
    name: { value: '' },
    url: { value: 'http://localhost/api', required: true, validate: url('https', 'http') },
    wsUrl: { value: 'ws://localhost/ws', required: true, validate: url('wss', 'ws') },
    tls: { value: '', type: 'tls-config', required: false },
    proxy: { value: '', type: 'http proxy', required: false },
    timeout: { value: 30, validate: number(1) },
    retryMax: { value: 60, validate: number(1) },
    maxAnswer: { value: 20, validate: number(0.1) },
    maxRequests: { value: 10, validate: number(1) },
    version: { value: 1 },
  },
  credentials: {},
  paletteLabel: 'iTwin THREAD',
  label() {
    return this.name || this.url || 'iTwin THREAD';
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
