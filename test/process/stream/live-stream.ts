import type { FlowMessage } from '../../../nodes/core/node-red/node';
import type { FaultControls } from '../../../simulators/core/fault-controls';
import type { FlowNode } from '../../support/flow-nodes';
import type { SteadyFeed } from '../../support/steady-feed';

/** A simulated platform whose events a flow follows, each wired to the witness `out`. */
export interface LiveStream {
  readonly faults: FaultControls;
  flow(): FlowNode[];
  credentials(): Record<string, Record<string, string>>;
  /** True when the platform sends what happens from now on. */
  isFollowed(): boolean;
  /** Begins to make events, whatever happens to who follows. */
  feed(): SteadyFeed;
  /** All events there are, oldest first, by what must keep its order: a topic, a sensor. */
  made(): Record<string, string[]>;
  /** Which of them a message is. */
  eventOf(message: FlowMessage): { of: string; id: string };
  /** How often the stream was opened. */
  opened(): number;
  stop(): Promise<void>;
}
