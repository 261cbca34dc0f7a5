import type { Operation, Parameter } from '../../core/operation/operation';
import { type Dialog, fillSelect, fillStores, openDialog } from '../../editor/dialog';
import { createListField, type ListField } from '../../editor/list-field';
import { operationText, parameterLabel } from '../../editor/operation-texts';
import { createParameterRow, type ParameterRow } from '../../editor/parameter-row';
import { addPickList } from '../../editor/pick-list';
import { pickNeeds } from '../../editor/pick-needs';
import type { EditorProperties } from '../../editor/properties';
import { asTyped } from '../../editor/saved-value';
import type { TypedText } from '../../editor/values';
import { subscribeOperations as operations } from '../operations/subscribe';
import { PROPERTIES } from './properties';

type ItwinSubscribe = EditorProperties<typeof PROPERTIES>;

const DATA = operations.find(({ id }) => id === 'data') as Operation;

/** Of the dialog that is open. */
let ids: ListField | undefined;
let metricParams: ParameterRow | undefined;

RED.nodes.registerType<ItwinSubscribe>('itwin-iot-subscribe', {
  category: 'iTwin IoT',
  color: '#80C7B2',
  icon: 'itwin-iot.svg',
  inputs: 0,
  outputs: 1,
  defaults: defaultsOf(PROPERTIES),
  paletteLabel: 'iTwin subscribe',
  label() {
    return this.name || `iTwin ${this.subscription || 'data'}`;
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels() {
    return this._('itwin-iot-subscribe.out');
  },
  oneditprepare() {
    const dialog = openDialog(this, PROPERTIES);
    addPickList({ dialog, field: dialog.field('projectId'), list: 'projects' });
    ids = addIds(dialog, this);
    metricParams = addSeries(dialog, this);
    fillStores(dialog, this.store);
  },
  oneditsave() {
    if (ids) this.ids = ids.value();
    if (!metricParams) return;
    const params = metricParams.value();
    this.params = params ? { params } : {};
  },
});

/** What is subscribed to, and the field for the ids of these: their label and pick list follow the choice. */
function addIds(dialog: Dialog, { subscription, ids }: ItwinSubscribe): ListField {
  const { lookUp } = dialog;
  const select = dialog.field('subscription');
  const field = dialog.root.find('#farfield-ids');
  const chosen = (): Operation => operations.find(({ id }) => id === dialog.value('subscription')) ?? DATA;
  const entities = (): Parameter => chosen().params[0] as Parameter;

  select.on('change', () => {
    dialog.root.find('.farfield-ids-label').text(parameterLabel(lookUp, chosen(), entities()));
  });
  const choices = operations.map((each) => ({
    value: each.id,
    label: operationText(lookUp, each, 'title') ?? each.id,
  }));
  fillSelect(select, choices, subscription || 'data');
  const needs = pickNeeds(dialog, DATA, DATA.params[0] as Parameter, () => undefined);
  addPickList({ dialog, field, list: () => String(entities().pick), several: true, needs });
  return createListField(dialog.node, field, ids);
}

/** Metric, unit and the metric's own parameters of a subscription to data. */
function addSeries(dialog: Dialog, { params }: ItwinSubscribe): ParameterRow {
  const parameter = (name: string): Parameter => DATA.params.find((each) => each.name === name) as Parameter;
  const typed = (name: string): TypedText | undefined => {
    const value = String(name === 'sensors' ? dialog.root.find('#farfield-ids').val() : dialog.value(name));
    return value === '' ? undefined : { type: 'str', value };
  };
  for (const name of ['metric', 'unit']) {
    const { pick } = parameter(name);
    const list = typeof pick === 'object' ? pick.list : String(pick);
    const needs = pickNeeds(dialog, DATA, parameter(name), typed);
    addPickList({ dialog, field: dialog.field(name), list, needs });
  }
  const initial = asTyped(parameter('params'), params?.params);
  const row = createParameterRow(dialog, DATA, parameter('params'), { initial, fromMessage: false });
  row.element.children('label').prepend('<i class="fa fa-sliders"></i>');
  dialog.root.find('.farfield-metric-params').append(row.element);
  return row;
}
