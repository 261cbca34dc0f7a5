import type { Node, NodeStatus } from 'node-red';
import { silently } from '../safely';

/**
 * The words of all our statuses. `refused`: the platform is there and said no. `storage`: the disk makes trouble. Each is a key of the message catalogue: the editor shows it in the reader's
 * language.
 */
export type StatusWord =
  | 'connecting'
  | 'connected'
  | 'replaying'
  | 'waiting'
  | 'disconnected'
  | 'unauthorized'
  | 'not configured'
  | 'sending'
  | 'queued'
  | 'refused'
  | 'storage';

/** Green dot: working. Blue dot: stored events. Yellow ring: trying. Red ring: failed. */
const LOOKS: Record<StatusWord, Pick<NodeStatus, 'fill' | 'shape'>> = {
  connecting: { fill: 'yellow', shape: 'ring' },
  connected: { fill: 'green', shape: 'dot' },
  replaying: { fill: 'blue', shape: 'dot' },
  waiting: { fill: 'yellow', shape: 'ring' },
  disconnected: { fill: 'red', shape: 'ring' },
  unauthorized: { fill: 'red', shape: 'ring' },
  'not configured': { fill: 'red', shape: 'ring' },
  sending: { fill: 'green', shape: 'dot' },
  queued: { fill: 'yellow', shape: 'ring' },
  refused: { fill: 'red', shape: 'ring' },
  storage: { fill: 'red', shape: 'ring' },
};

export interface StatusReporter {
  /** `detail` follows the word and is not translated: a count, seconds, an error code. */
  show(word: StatusWord, detail?: string | number): void;
  clear(): void;
  /** Shows nothing any more. */
  close(): void;
}

const INTERVAL = 1000;
/** What a node says when it starts and what comes of it, such as `connecting` and `connected`, are both shown at once. */
const BURST = 2;

/** On the long run at most one status a second reaches the editor: two at once, then always the newest. */
export function createStatus(node: Pick<Node, 'status'>): StatusReporter {
  let pending: NodeStatus | undefined;
  let shown = '';
  let closed = false;
  /** Statuses that may go at once: a new one each interval until there are as many as at first. */
  let credit = BURST;
  let timer: NodeJS.Timeout | undefined;

  const emit = (status: NodeStatus): void => {
    const key = JSON.stringify(status);
    if (key === shown) return;
    shown = key;
    credit--;
    wait();
    node.status(status);
  };

  const wait = (): void => {
    // What a timer throws ends Node-RED, and a status is not worth that.
    timer ??= setTimeout(silently(earn), INTERVAL);
  };

  const earn = (): void => {
    timer = undefined;
    credit++;
    if (credit < BURST) wait();
    const status = pending;
    pending = undefined;
    if (status) emit(status);
  };

  const update = (status: NodeStatus): void => {
    // What fails because the node closes says so after it.
    if (closed) return;
    if (credit === 0) pending = status;
    else emit(status);
  };

  return {
    show: (word, detail) => update({ ...LOOKS[word], text: detail === undefined ? word : `${word} ${detail}` }),
    clear: () => update({}),
    close() {
      closed = true;
      clearTimeout(timer);
      timer = undefined;
      pending = undefined;
    },
  };
}
