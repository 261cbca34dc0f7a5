import type { NodeAPI } from 'node-red';
import type { FlowMessage, Send } from './node';

/** How a request node hands on an answer of many items. */
export type Deliver = 'whole' | 'sequence';

/** Takes the items of one answer as they arrive. */
export interface Delivery {
  /** `fields` go onto the item's message (`sequence`) and are ignored for `whole`. */
  add(payload: unknown, fields: Partial<FlowMessage>): void;
  /** The answer breaks off: what has come is handed on, and nothing says that it was all. */
  abandon(): void;
  /** The answer is complete. `fields` go onto the one message (`whole`). */
  end(fields: Partial<FlowMessage>): void;
}

/**
 * `whole`: one message whose payload is the array of items. `sequence`: one message an item with `msg.parts`, so
 * that core's join and split work; the count stands in the last one, as core's split does it for streams, or in every
 * one when it is known from the beginning.
 *
 * @param count items of an answer that has come whole
 */
export function createDelivery(
  RED: NodeAPI,
  mode: Deliver,
  message: FlowMessage,
  send: Send,
  count?: number,
): Delivery {
  return mode === 'sequence' ? sequence(RED, message, send, count) : whole(message, send);
}

function whole(message: FlowMessage, send: Send): Delivery {
  const items: unknown[] = [];
  return {
    add: (payload) => items.push(payload),
    abandon: () => undefined,
    end: (fields) => send(Object.assign(message, fields, { payload: items })),
  };
}

function sequence(RED: NodeAPI, message: FlowMessage, send: Send, known: number | undefined): Delivery {
  const { payload: _, ...rest } = message;
  const id = RED.util.generateId();
  let index = 0;
  // One item is held back: only the end tells which is the last.
  let held: FlowMessage | undefined;

  const next = (item: FlowMessage | undefined, count?: number): void => {
    if (!held) return;
    if (count !== undefined) (held.parts as { count?: number }).count = count;
    send(held);
    held = item;
  };

  return {
    add(payload, fields) {
      const item = RED.util.cloneMessage({ ...rest }) as FlowMessage;
      const outer = rest.parts === undefined ? {} : { parts: rest.parts };
      const count = known === undefined ? {} : { count: known };
      Object.assign(item, fields, { payload, parts: { id, type: 'array', index: index++, ...count, ...outer } });
      if (held) next(item);
      else held = item;
    },
    abandon: () => next(undefined),
    end(fields) {
      if (held) Object.assign(held, fields);
      next(undefined, index);
    },
  };
}
