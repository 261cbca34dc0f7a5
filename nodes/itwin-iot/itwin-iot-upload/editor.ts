import { inBody } from '../../core/operation/operation';
import { openDialog } from '../../editor/dialog';
import { makeTypedProperty } from '../../editor/typed-input';
import { number, typed } from '../../editor/values';

interface ItwinUpload {
  name: string;
  account: string;
  via: string;
  projectId: string;
  sensorId: string;
  sensorIdType: string;
  batchSize: number;
  batchTime: number;
  offline: string;
  maxItems: number;
  maxBytes: number;
  maxAge: number;
  giveUpAfter: number;
  whenFull: string;
  otherDestination: string;
  version: number;
}

const SENSOR_ID = inBody('sensorId', { pick: 'sensors' });

RED.nodes.registerType<ItwinUpload>('itwin-iot-upload', {
  category: 'iTwin IoT',
  color: '#A9C1D6',
  icon: 'itwin-iot.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: '' },
    account: { value: '', type: 'itwin-iot-account', required: true },
    via: { value: 'socket' },
    projectId: { value: '' },
    sensorId: { value: '', validate: typed(SENSOR_ID) },
    sensorIdType: { value: 'str' },
    batchSize: { value: 1, validate: number(1) },
    batchTime: { value: 0, validate: number(0) },
    offline: { value: 'fail' },
    maxItems: { value: 10000, validate: number(1) },
    maxBytes: { value: 20000000, validate: number(1) },
    maxAge: { value: 0, validate: number(0) },
    giveUpAfter: { value: 0, validate: number(0) },
    whenFull: { value: 'reject' },
    otherDestination: { value: 'hold' },
    version: { value: 1 },
  },
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
    makeTypedProperty(openDialog(this), SENSOR_ID);
  },
});
