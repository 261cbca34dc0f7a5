import { strict as assert } from 'node:assert';
import type { Descriptor, LiveStream, Simulator } from '../../platforms/descriptor';
import { type NodeRedProcess, startNodeRed, type Witnessed } from '../../support/node-red-process';
import { until } from '../../support/until';

/** A live stream at work, a Node-RED that follows it, and what came out. */
export interface Following {
  readonly stream: LiveStream;
  readonly simulator: Simulator;
  readonly faults: Simulator['faults'];
  readonly nodeRed: NodeRedProcess;
  /** Resolves when the newest event of now has come to the flow. */
  caughtUp(): Promise<void>;
  /** Does what breaks the connection, and waits until the stream is at work again. */
  reconnected(interrupt: () => unknown): Promise<void>;
  /** Makes no more events and waits for the last one; gives all there are. */
  untilAllArrived(): Promise<Record<string, string[]>>;
  arrivedExactlyOnce(): Promise<void>;
  /** Codes of the errors that Catch nodes got. */
  codes(): unknown[];
  end(): Promise<void>;
}

/** Starts a platform with a little that is stored, and a Node-RED that follows what comes. */
export async function follow(platform: Descriptor): Promise<Following> {
  const simulator = await platform.start({ live: false, stored: 25 });
  const stream = platform.stream(simulator);
  const nodeRed = await startNodeRed();
  await nodeRed.deploy(stream.flow(), { credentials: platform.credentials(simulator) });
  await until('the stream is open', () => stream.isFollowed());
  const feed = stream.feed();

  const is =
    (of: string, id: string | undefined) =>
    ({ message }: Witnessed): boolean => {
      const event = stream.eventOf(message);
      return event.id === id && event.of === of;
    };

  const caughtUp = async (): Promise<void> => {
    await until('there is something to come', () => Object.values(stream.made()).every((ids) => ids.length > 0));
    const newest = Object.entries(stream.made()).map(([of, ids]) => is(of, ids.at(-1)));
    await nodeRed.until('out', (all) => newest.every((isNewest) => all.findLast(isNewest) !== undefined));
  };

  const untilAllArrived = async (): Promise<Record<string, string[]>> => {
    feed.stop();
    await caughtUp();
    return stream.made();
  };

  return {
    stream,
    simulator,
    faults: simulator.faults,
    nodeRed,
    caughtUp,
    async reconnected(interrupt) {
      await caughtUp();
      const opened = stream.opened();
      await interrupt();
      await until('the stream is open again', () => stream.opened() > opened);
      await caughtUp();
    },
    untilAllArrived,
    async arrivedExactlyOnce() {
      const made = await untilAllArrived();
      assert.deepEqual(eventsOf(stream, nodeRed.witnessed('out')), made);
    },
    codes: () => nodeRed.witnessed('errors').map(({ message }) => (message.error as { code?: string }).code),
    async end() {
      feed.stop();
      await nodeRed.dispose();
      await simulator.stop();
    },
  };
}

/** The events that messages stand for, in order, by what must keep its order. */
export function eventsOf(stream: LiveStream, messages: readonly Witnessed[]): Record<string, string[]> {
  const events: Record<string, string[]> = {};
  for (const { message } of messages) {
    const { of, id } = stream.eventOf(message);
    events[of] ??= [];
    events[of].push(id);
  }
  return events;
}
