import { findOperation, type Operation } from '../core/operation/operation';
import { listOf } from '../core/values/list-text';
import { createCheckboxList } from './checkbox-list';
import { type Dialog, fillSelect } from './dialog';
import { operationText } from './operation-texts';

/** The properties that this form edits. */
export interface StreamProperties {
  stream: string;
  /** Empty: all. A flow made by hand may hold the comma-separated text of it, or an environment variable. */
  eventTypes: string[] | string;
}

export interface StreamFormOptions {
  /** Each stream is an operation of this node. */
  operations: readonly Operation[];
  eventTypes: Readonly<Record<string, readonly string[]>>;
  /** Offers that a message names the stream (`msg.operation`). */
  fromMessage?: boolean;
}

export interface StreamForm {
  eventTypes(): StreamProperties['eventTypes'];
}

/** The select of the property `stream`, and in `.farfield-event-types` the events of the chosen stream to tick. */
export function createStreamForm(dialog: Dialog, node: StreamProperties, options: StreamFormOptions): StreamForm {
  const { t, lookUp } = dialog;
  const before = node.eventTypes;
  // A flow made by hand may leave it out.
  const selected = listOf(before) ?? [];
  const list = createCheckboxList(dialog, dialog.root.find('.farfield-event-types'), selected);
  const titleOf = (stream: string): string => {
    const operation = findOperation(options.operations, dialog.node.type, stream);
    return (operation && operationText(lookUp, operation, 'title')) ?? stream;
  };

  const offer = (): void => {
    const stream = dialog.value('stream');
    const names = options.eventTypes[stream] ?? Object.values(options.eventTypes).flat();
    // A name that no stream has stays to be seen: the node refuses it.
    const unknown = selected.filter((name) => !Object.values(options.eventTypes).flat().includes(name));
    list.offer([...names, ...unknown].map((value) => ({ value, help: lookUp(`eventTypes.${value}`) ?? '' })));
  };

  const streams = Object.keys(options.eventTypes).map((value) => ({ value, label: titleOf(value) }));
  const message = options.fromMessage ? [{ value: '', label: t('common.operation.fromMessage') }] : [];
  fillSelect(dialog.field('stream'), [...message, ...streams], node.stream);
  dialog.field('stream').on('change', offer);
  offer();
  const untouched = list.value().join();

  return {
    eventTypes: () => (typeof before === 'string' && list.value().join() === untouched ? before : list.value()),
  };
}
