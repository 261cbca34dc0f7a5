import { inQuery } from '../../core/operation/operation';
import { fillStores, openDialog } from '../../editor/dialog';
import { createStreamForm, type StreamForm } from '../../editor/stream-form';
import { makeWrittenProperty } from '../../editor/typed-input';
import { json, number, when } from '../../editor/values';
import { offsetsProblem } from '../offsets';
import { operations } from '../operations';
import { EVENT_TYPES } from '../streams';

interface XdpEvents {
  name: string;
  account: string;
  stream: string;
  eventTypes: string[] | string;
  secrets: boolean;
  resume: boolean;
  from: string;
  offsets: string;
  store: string;
  idleTimeout: number;
  output: string;
  version: number;
}

/** To begin behind: at least one. */
const OFFSETS = inQuery('offsets', {
  type: 'object',
  check: (value) => offsetsProblem(value) ?? (JSON.stringify(value) === '{}' ? '"offsets" is empty' : undefined),
});

/** Of the dialog that is open. */
let form: StreamForm | undefined;

RED.nodes.registerType<XdpEvents>('xdp-events', {
  category: 'xDP',
  color: '#B9CBA5',
  icon: 'xdp.svg',
  inputs: 0,
  outputs: 1,
  defaults: {
    name: { value: '' },
    account: { value: '', type: 'xdp-account', required: true },
    stream: { value: 'recordings' },
    eventTypes: { value: ['ObservationRecorded'] },
    secrets: { value: false },
    resume: { value: true },
    from: { value: 'new' },
    offsets: { value: '', validate: when('stream', 'recordings', when('from', 'offsets', json(OFFSETS))) },
    store: { value: '' },
    idleTimeout: { value: 120, validate: number(0) },
    output: { value: 'native' },
    version: { value: 1 },
  },
  paletteLabel: 'xDP events',
  label() {
    return this.name || `xDP ${this.stream || 'recordings'}`;
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels() {
    return this._('xdp-events.out');
  },
  oneditprepare() {
    const dialog = openDialog(this);
    form = createStreamForm(dialog, this, { operations, eventTypes: EVENT_TYPES });
    makeWrittenProperty(dialog, OFFSETS);
    fillStores(dialog, this.store);
    // A flow made before there was a choice.
    if (!this.from) dialog.field('from').val('all');
  },
  oneditsave() {
    if (form) this.eventTypes = form.eventTypes();
  },
});
