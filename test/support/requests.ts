import type { FlowMessage } from '../../nodes/core/node-red/node';
import type { CaughtError, FlowRuntime } from './flow';

type Ask<Result> = (operation: string, params?: object, message?: Partial<FlowMessage>) => Promise<Result>;

/** Messages to the request node `node` of a flow, and what comes of each: at `out`, or at `errors`. */
export interface Requests {
  ask: <Answer = FlowMessage>(...asked: Parameters<Ask<Answer>>) => Promise<Answer>;
  fails: Ask<CaughtError>;
}

/** @param current gives the runtime, which is made before the first test */
export function requestsTo(current: () => FlowRuntime): Requests {
  const next = (id: string): (() => Promise<FlowMessage>) => {
    const index = current().received(id).length;
    return async () => (await current().messages(id, index + 1))[index] as FlowMessage;
  };
  return {
    async ask<Answer>(operation: string, params: object = {}, message: Partial<FlowMessage> = {}) {
      const answer = next('out');
      current().send('node', { operation, params, ...message });
      return (await answer()) as Answer;
    },
    async fails(operation, params = {}, message = {}) {
      const failure = next('errors');
      current().send('node', { operation, params, ...message });
      return (await failure()).error as unknown as CaughtError;
    },
  };
}
