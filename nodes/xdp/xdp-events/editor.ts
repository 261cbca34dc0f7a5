import { fillStores, openDialog } from '../../editor/dialog';
import type { EditorProperties } from '../../editor/properties';
import { createStreamForm, type StreamForm } from '../../editor/stream-form';
import { makeWrittenProperty } from '../../editor/typed-input';
import { operations } from '../operations';
import { EVENT_TYPES } from '../streams';
import { PROPERTIES } from './properties';

type XdpEvents = EditorProperties<typeof PROPERTIES>;

/** Of the dialog that is open. */
let form: StreamForm | undefined;

RED.nodes.registerType<XdpEvents>('xdp-events', {
  category: 'xDP',
  color: '#B9CBA5',
  icon: 'xdp.svg',
  inputs: 0,
  outputs: 1,
  defaults: defaultsOf(PROPERTIES),
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
    const dialog = openDialog(this, PROPERTIES);
    form = createStreamForm(dialog, this, { operations, eventTypes: EVENT_TYPES });
    makeWrittenProperty(dialog, PROPERTIES.offsets.parameter);
    fillStores(dialog, this.store);
  },
  oneditsave() {
    if (form) this.eventTypes = form.eventTypes();
  },
});
