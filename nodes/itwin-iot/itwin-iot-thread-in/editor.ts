import { openDialog } from '../../editor/dialog';

interface ItwinThreadIn {
  name: string;
  thread: string;
  port: string;
  encoding: string;
  version: number;
}

RED.nodes.registerType<ItwinThreadIn>('itwin-iot-thread-in', {
  category: 'iTwin IoT',
  color: '#A9C1D6',
  icon: 'itwin-iot.svg',
  inputs: 0,
  outputs: 1,
  defaults: {
    name: { value: '' },
    thread: { value: '', type: 'itwin-iot-thread', required: true },
    port: { value: '1' },
    encoding: { value: 'utf8' },
    version: { value: 1 },
  },
  paletteLabel: 'THREAD in',
  label() {
    return this.name || `THREAD port ${this.port || '1'}`;
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels() {
    return this._('itwin-iot-thread-in.out');
  },
  oneditprepare() {
    openDialog(this);
  },
});
