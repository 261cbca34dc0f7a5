import type { NodeDef } from 'node-red';
import type { PlatformError } from '../errors';
import type { OperationAnswer } from '../operation/answer';
import type { Note, OutboxFate } from '../outbox/message';
import type { FlowMessage, NodeScope, Send } from './node';

/** Messages that wait on disk and are held in memory too, for what they carry besides their payload. */
const HELD_WHOLE = 100;

/** What is held of a message while it waits. */
export interface Held {
  message: FlowMessage;
  send: Send;
  note: Note | undefined;
}

/**
 * What becomes of messages. Not a part of where they are put in: a closure keeps all that is around it, and ten thousand
 * messages that wait on disk must not stay in memory as well.
 */
export function createFates(
  scope: NodeScope<NodeDef>,
  operation: string,
): (held: Held, resolve: () => void, reject: (error: PlatformError) => void) => OutboxFate<OperationAnswer> {
  /** Messages that wait on disk and are held, but for their payload. */
  let heldWhole = 0;

  /** The message is done: its payload, whose place the answer takes, and what Node-RED holds of it may go. */
  const slim = ({ message, note }: Held): Held => {
    const { payload: _, ...rest } = message;
    return {
      message: (heldWhole++ < HELD_WHOLE ? rest : { ...note }) as FlowMessage,
      send: (answer) => scope.node.send(answer as never),
      note,
    };
  };

  return (held, resolve, reject) => {
    let present = held;
    let kept = false;
    return {
      kept() {
        kept = true;
        present = slim(present);
        resolve();
      },
      accepted: scope.guard((answer) => {
        if (kept) heldWhole--;
        // First, so that a message that cannot be passed on is done all the same.
        resolve();
        present.send(Object.assign(present.message, copyOf(scope, answer), { operation }));
      }),
      failed: scope.guard((error) => {
        if (kept) heldWhole--;
        // The message is done since it is on disk: only an error of its own still reaches a Catch node.
        if (kept) scope.report(error, present.message);
        else reject(error);
      }),
    };
  };
}

/** What becomes of messages that an earlier run has left on disk: their flow is long gone. */
export function createOrphan(
  scope: NodeScope<NodeDef>,
  operation: string,
): (note: () => Note | undefined) => OutboxFate<OperationAnswer> {
  return (note) => ({
    accepted: scope.guard((answer) => scope.node.send({ ...note(), ...copyOf(scope, answer), operation } as never)),
    failed: scope.guard((error) => scope.report(error, { ...note() } as FlowMessage)),
  });
}

/** The messages of one batch go different ways: none may change another's answer. */
function copyOf({ RED }: Pick<NodeScope, 'RED'>, answer: OperationAnswer): object {
  return RED.util.cloneMessage({ ...answer } as never);
}
