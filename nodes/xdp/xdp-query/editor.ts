import { inQuery } from '../../core/operation/operation';
import { openDialog } from '../../editor/dialog';
import { createStreamForm, type StreamForm } from '../../editor/stream-form';
import { makeTypedProperty } from '../../editor/typed-input';
import { typed } from '../../editor/values';
import { offsetsProblem } from '../offsets';
import { operations } from '../operations';
import { EVENT_TYPES, isStoredDone } from '../streams';

interface XdpQuery {
  name: string;
  account: string;
  stream: string;
  eventTypes: string[] | string;
  offsets: string;
  offsetsType: string;
  secrets: boolean;
  deliver: string;
  output: string;
  version: number;
}

const OFFSETS = inQuery('offsets', { type: 'object', check: offsetsProblem });

/** What this node hands on: the answer ends with its last event, not with a `Stored…Done`. */
const ITEM_TYPES = Object.fromEntries(
  Object.entries(EVENT_TYPES).map(([stream, names]) => [stream, names.filter((name) => !isStoredDone(name))]),
);

/** Of the dialog that is open. */
let form: StreamForm | undefined;

RED.nodes.registerType<XdpQuery>('xdp-query', {
  category: 'xDP',
  color: '#B9CBA5',
  icon: 'xdp.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: '' },
    account: { value: '', type: 'xdp-account', required: true },
    stream: { value: 'recordings' },
    eventTypes: { value: [] },
    offsets: { value: '', validate: typed(OFFSETS) },
    offsetsType: { value: 'json' },
    secrets: { value: false },
    deliver: { value: 'whole' },
    output: { value: 'native' },
    version: { value: 1 },
  },
  paletteLabel: 'xDP query',
  label() {
    return this.name || (this.stream ? `xDP ${this.stream} ?` : 'xDP query');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('xdp-query.in');
  },
  outputLabels() {
    return this._('xdp-query.out');
  },
  oneditprepare() {
    const dialog = openDialog(this);
    form = createStreamForm(dialog, this, { operations, eventTypes: ITEM_TYPES, fromMessage: true });
    makeTypedProperty(dialog, OFFSETS);
  },
  oneditsave() {
    if (form) this.eventTypes = form.eventTypes();
  },
});
