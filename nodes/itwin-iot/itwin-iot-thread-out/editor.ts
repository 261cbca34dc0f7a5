import { openDialog } from '../../editor/dialog';

interface ItwinThreadOut {
  name: string;
  thread: string;
  port: string;
  encoding: string;
  version: number;
}

RED.nodes.registerType<ItwinThreadOut>('itwin-iot-thread-out', {
  category: 'iTwin IoT',
  color: '#A9C1D6',
  icon: 'itwin-iot.svg',
  inputs: 1,
  outputs: 0,
  defaults: {
    name: { value: '' },
    thread: { value: '', type: 'itwin-iot-thread', required: true },
    port: { value: '1' },
    encoding: { value: 'utf8' },
    version: { value: 1 },
  },
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
    openDialog(this);
  },
});
