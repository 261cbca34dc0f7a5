import { addConnectionTest } from '../../editor/connection-test';
import { addDiagnosis } from '../../editor/diagnosis';
import { openDialog } from '../../editor/dialog';
import { number, text, url, when } from '../../editor/values';

interface ItwinAccount {
  name: string;
  url: string;
  restUrl: string;
  auth: string;
  imsUrl: string;
  scope: string;
  accept: string;
  projectParameter: string;
  projectId: string;
  keepalive: number;
  tls: string;
  proxy: string;
  timeout: number;
  retryMax: number;
  maxAnswer: number;
  maxRequests: number;
  version: number;
}

RED.nodes.registerType<ItwinAccount>('itwin-iot-account', {
  category: 'config',
  color: '#A9C1D6',
  icon: 'itwin-iot.svg',
  defaults: {
    name: { value: '' },
    url: { value: 'wss://iiot.bentley.com:4201/', required: true, validate: url('wss', 'ws', 'tcp') },
    restUrl: { value: 'https://iiot.bentley.com/api', required: true, validate: url('https', 'http') },
    auth: { value: 'apikey' },
    imsUrl: { value: 'https://ims.bentley.com/connect/token', validate: when('auth', 'ims', url('https', 'http')) },
    scope: { value: 'sensor-data:modify sensor-data:read users:read itwins:read itwins:modify' },
    accept: { value: 'application/json' },
    projectParameter: { value: 'projectIds' },
    projectId: { value: '' },
    keepalive: { value: 5, validate: number(0) },
    tls: { value: '', type: 'tls-config', required: false },
    proxy: { value: '', type: 'http proxy', required: false },
    timeout: { value: 30, validate: number(1) },
    retryMax: { value: 60, validate: number(1) },
    maxAnswer: { value: 20, validate: number(0.1) },
    maxRequests: { value: 10, validate: number(1) },
    version: { value: 1 },
  },
  credentials: {
    apiKey: { type: 'password', validate: when('auth', 'apikey', text()) },
    clientId: { type: 'text', validate: when('auth', 'ims', text()) },
    clientSecret: { type: 'password', validate: when('auth', 'ims', text()) },
    jwt: { type: 'password', validate: when('auth', 'jwt', text()) },
  },
  paletteLabel: 'iTwin account',
  label() {
    return this.name || 'iTwin IoT';
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
