import type { Node, NodeStatus } from 'node-red';
import { toPlatformError } from '../errors';

/** What has become of a node lately, for a diagnosis. */
export interface Journal {
  /** The text below the node, and since when. */
  status: { text: string; at: Date };
  /** The newest errors, oldest first. */
  errors: { at: Date; code: string; message: string }[];
  /** Messages that wait in its queue; undefined: it has none. */
  waiting?: () => { kept: number; others: number };
}

/** Errors of one node that are remembered. */
const MOST = 5;

const journals = new WeakMap<object, Journal>();

/** Begins to write down what a node shows and reports. A node that has a journal already keeps it. */
export function keepJournal(node: Node): Journal {
  const known = journals.get(node);
  if (known) return known;
  const journal: Journal = { status: { text: '', at: new Date() }, errors: [] };
  journals.set(node, journal);
  const { status, error } = node;
  node.status = (shown) => {
    journal.status = { text: textOf(shown), at: new Date() };
    status.call(node, shown);
  };
  // Errors of a message come here too: Node-RED hands on what `done` is called with.
  node.error = (logged: unknown, ...rest: unknown[]) => {
    const { code, message } = wordsOf(logged);
    journal.errors = [...journal.errors, { at: new Date(), code, message }].slice(-MOST);
    (error as (...args: unknown[]) => void).call(node, logged, ...rest);
  };
  return journal;
}

export function journalOf(node: Node): Journal | undefined {
  return journals.get(node);
}

/** An error, or what `readableError` makes of one. */
function wordsOf(logged: unknown): { code: string; message: string } {
  const { code, message } = Object(logged) as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && typeof message === 'string') return { code, message };
  return toPlatformError(logged);
}

function textOf(shown: string | NodeStatus): string {
  return typeof shown === 'string' ? shown : (shown.text ?? '');
}
