import { CHANGE_STATES, GENERIC_SENSOR, IMPORT_DEVICE } from '../operations/integration';
import {
  addButton,
  type IntegrationContext,
  iconButton,
  labelled,
  selectInput,
  textInput,
} from './integration-form-fields';
import {
  addTo,
  changeProps,
  coordinatesOf,
  type Draft,
  itemsOf,
  propsOf,
  removeFrom,
  setCoordinates,
  setText,
  textOf,
} from './integration-form-json';
import { createMetricsForm } from './integration-form-metrics';

interface EntityKind {
  /** Member that holds the list. */
  list: 'devices' | 'sensors';
  title: 'device' | 'sensor';
  add: 'addDevice' | 'addSensor';
  icon: string;
  /** Pick list of templates. */
  templates: string;
  /** The template for what none of the platform's describes. */
  template: string;
}

/** Devices of the request. */
export const DEVICES: EntityKind = {
  list: 'devices',
  title: 'device',
  add: 'addDevice',
  icon: 'fa-cube',
  templates: 'device-types',
  template: IMPORT_DEVICE,
};

const SENSORS: EntityKind = {
  list: 'sensors',
  title: 'sensor',
  add: 'addSensor',
  icon: 'fa-thermometer-half',
  templates: 'sensor-types',
  template: GENERIC_SENSOR,
};

/** The devices of the request, or the sensors of a device: a card for each, and a button that adds one. */
export function createEntityList(context: IntegrationContext, parent: Draft, kind: EntityKind): JQuery {
  const { say, changed } = context;
  const entities = itemsOf(parent, kind.list);
  const cards = $('<div>');
  const place = $('<div class="farfield-entities" role="group">').attr('aria-label', say(kind.list));

  const card = (entity: Draft, open: boolean): JQuery => {
    const made = createCard(context, entity, kind, open);
    const remove = iconButton('fa-trash', say('leaveOut')).on('click', () => {
      removeFrom(parent, kind.list, entity);
      made.remove();
      add.trigger('focus');
      changed();
    });
    return made.append(remove);
  };

  const add = addButton(say(kind.add), () => {
    const entity = { changeState: 'new', props: { INTEGRATION_ID: kind.template } };
    addTo(parent, kind.list, entity);
    const made = card(entity, true).appendTo(cards);
    changed();
    made.find('.farfield-entity-name input').first().trigger('focus');
  });

  cards.append(entities.map((entity) => card(entity, entities.length === 1)));
  return place.append(cards, add);
}

function createCard(context: IntegrationContext, entity: Draft, kind: EntityKind, open: boolean): JQuery {
  const { say, changed } = context;
  const title = $('<span class="farfield-entity-title">');
  const state = $('<span class="farfield-entity-state">');
  const rest = $('<div class="farfield-entity-rest">');
  const below = kind === SENSORS ? createMetricsForm(context, entity) : createEntityList(context, entity, SENSORS);

  const stateText = (value: string): string =>
    value === '' || CHANGE_STATES.some((each) => each === value) ? say(`states.${value || 'none'}`) : value;

  const refresh = (): void => {
    const props = propsOf(entity);
    title.text(textOf(props, 'NAME') || textOf(entity, 'refId') || say(kind.title));
    state.text(stateText(textOf(entity, 'changeState')));
    rest.toggle(entity.changeState !== 'remove');
    if (kind === SENSORS) below.toggle(textOf(props, 'INTEGRATION_ID') === GENERIC_SENSOR);
  };

  const change = (write: () => void): void => {
    write();
    refresh();
    changed();
  };

  const memberInput = (name: string): JQuery => {
    const onInput = (text: string): void => change(() => setText(entity, name, text));
    return textInput(context, { value: textOf(entity, name), onInput });
  };

  const propInput = (name: string, pick?: string): JQuery => {
    const onInput = (text: string): void => change(() => changeProps(entity, (props) => setText(props, name, text)));
    return textInput(context, { value: textOf(propsOf(entity), name), onInput, pick });
  };

  // One that the platform does not know stays to be seen: the row says that it is refused.
  const states = [...new Set(['', ...CHANGE_STATES, textOf(entity, 'changeState')])].map((value): [string, string] => [
    value,
    stateText(value),
  ]);
  const stateSelect = selectInput(states, textOf(entity, 'changeState'), (value) =>
    change(() => setText(entity, 'changeState', value)),
  );
  rest.append(
    labelled(say('template'), propInput('INTEGRATION_ID', kind.templates)),
    labelled(say('serialNo'), propInput('SERIAL_NO')),
    labelled(say('notes'), propInput('NOTES')),
    labelled(say('location'), locationInputs(context, entity)),
    below,
  );
  const summary = $('<summary>').append($('<i aria-hidden="true">').addClass(`fa ${kind.icon}`), title, state);
  const details = $('<details>').append(
    summary,
    labelled(say('state'), stateSelect),
    labelled(say('name'), propInput('NAME')).addClass('farfield-entity-name'),
    labelled(say('refId'), memberInput('refId'), say('hint.refId')),
    rest,
  );
  refresh();
  return $('<div class="farfield-entity">').append(details.prop('open', open));
}

function locationInputs({ say, changed }: IntegrationContext, entity: Draft): JQuery {
  const texts = coordinatesOf(propsOf(entity));
  const inputs = ['longitude', 'latitude', 'elevation'].map((name, axis) =>
    $('<input type="number" step="any">')
      .attr({ placeholder: say(name), 'aria-label': say(name), title: say(name) })
      .val(texts[axis] ?? '')
      .on('input', (event) => {
        texts[axis] = String($(event.currentTarget).val());
        changeProps(entity, (props) => setCoordinates(props, texts));
        changed();
      }),
  );
  return $('<div class="farfield-coordinates">').append(inputs);
}
