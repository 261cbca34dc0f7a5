import { openDialog } from '../../editor/dialog';
import type { EditorProperties } from '../../editor/properties';
import { createStreamForm, type StreamForm } from '../../editor/stream-form';
import { makeTypedProperty } from '../../editor/typed-input';
import { operations } from '../operations';
import { EVENT_TYPES, isStoredDone } from '../streams';
import { PROPERTIES } from './properties';

type XdpQuery = EditorProperties<typeof PROPERTIES>;

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
  defaults: defaultsOf(PROPERTIES),
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
    const dialog = openDialog(this, PROPERTIES);
    form = createStreamForm(dialog, this, { operations, eventTypes: ITEM_TYPES, fromMessage: true });
    makeTypedProperty(dialog, PROPERTIES.offsets.parameter);
  },
  oneditsave() {
    if (form) this.eventTypes = form.eventTypes();
  },
});
