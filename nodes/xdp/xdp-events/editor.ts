import { type Dialog, fillStores, openDialog } from '../../editor/dialog';
import { createListField, type ListField } from '../../editor/list-field';
import { addPickList } from '../../editor/pick-list';
import type { EditorProperties } from '../../editor/properties';
import { createStreamForm, type StreamForm } from '../../editor/stream-form';
import { makeWrittenProperty } from '../../editor/typed-input';
import { operations } from '../operations';
import { EVENT_TYPES } from '../streams';
import { PROPERTIES } from './properties';

type XdpEvents = EditorProperties<typeof PROPERTIES>;

/** Of the dialog that is open. */
let form: StreamForm | undefined;
let sources: ListField | undefined;
let devices: ListField | undefined;

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
    sources = addFilter(dialog, 'sources', 'observation-types', this.sources);
    devices = addFilter(dialog, 'devices', 'end-devices', this.devices);
    fillStores(dialog, this.store);
  },
  oneditsave() {
    if (form) this.eventTypes = form.eventTypes();
    if (sources) this.sources = sources.value();
    if (devices) this.devices = devices.value();
  },
});

/** A field for several ids, with a list of what the site has. */
function addFilter(dialog: Dialog, name: string, list: string, current: unknown): ListField {
  const field = dialog.root.find(`#farfield-${name}`);
  addPickList({ dialog, field, list, several: true });
  return createListField(dialog.node, field, current, false);
}
