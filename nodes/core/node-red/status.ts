import type { Node, NodeStatus } from 'node-red';
import { silently } from '../safely';

/**
 * The words of all our statuses. `refused`: the platform is there and said no. `storage`: the disk makes trouble. Each is
 * a key of the message catalogue; `nodes/editor/status-text.ts` shows it in the reader's language.
 */
export type StatusWord =
  | 'connecting'
  | 'connected'
  | 'replaying'
  | 'waiting'
  | 'no answer for'
  | 'disconnected'
  | 'unauthorized'
  | 'not configured'
  | 'sending'
  | 'recorded'
  | 'answered'
  | 'queued'
  | 'refused'
  | 'storage';

/** Green dot: working. Blue dot: stored events. Yellow ring: trying. Red ring: failed. */
const LOOKS = {
  working: { fill: 'green', shape: 'dot' },
  replaying: { fill: 'blue', shape: 'dot' },
  trying: { fill: 'yellow', shape: 'ring' },
  failed: { fill: 'red', shape: 'ring' },
} as const satisfies Record<string, NodeStatus>;

/** How a status looks, whatever it says. */
export type StatusLook = keyof typeof LOOKS;

const LOOK_OF: Record<StatusWord, StatusLook> = {
  connecting: 'trying',
  connected: 'working',
  replaying: 'replaying',
  waiting: 'trying',
  'no answer for': 'trying',
  disconnected: 'failed',
  unauthorized: 'failed',
  'not configured': 'failed',
  sending: 'working',
  recorded: 'working',
  answered: 'working',
  queued: 'trying',
  refused: 'failed',
  storage: 'failed',
};

export interface StatusReporter {
  /**
   * `detail` follows the word: a count, an error code, `: no metric X`. Of it only what the catalogue knows is translated,
   * between commas: `, retry at 14:52:15`.
   */
  show(word: StatusWord, detail?: string | number): void;
  /** A text of its own: `200 · 14:35:34`. Translated as a detail is. */
  say(look: StatusLook, text: string): void;
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
    show: (word, detail) => update({ ...LOOKS[LOOK_OF[word]], text: textOf(word, detail) }),
    say: (look, text) => update({ ...LOOKS[look], text }),
    clear: () => update({}),
    close() {
      closed = true;
      clearTimeout(timer);
      timer = undefined;
      pending = undefined;
    },
  };
}

function textOf(word: StatusWord, detail: string | number | undefined): string {
  if (detail === undefined) return word;
  return /^[,:]/.test(String(detail)) ? `${word}${detail}` : `${word} ${detail}`;
}

/** What a node waits for, as a detail: `, retry at 14:52:15, ECONNREFUSED`. */
export function retryDetail(wait: number, code?: string): string {
  return [', retry at ', clockTime(Date.now() + wait), code && `, ${code}`].filter(Boolean).join('');
}

/** `14:35:34` by the clock of the machine that Node-RED runs on. */
export function clockTime(moment = Date.now()): string {
  const date = new Date(moment);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
