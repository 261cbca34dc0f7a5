import { type PlatformError, toPlatformError } from '../errors';
import { createInbox, type InboxOptions } from './inbox';

export interface IntakeOptions<Item> extends InboxOptions<Item> {
  /** Cuts the connection, whatever its state. */
  cut(): void;
}

/** What comes over one connection, handed on in order, and the end of the connection after it. */
export interface Intake<Item> {
  push(item: Item): void;
  /** The connection is over, in order or with an error: told when all that came before has been taken. The first counts. */
  announce(error: PlatformError | undefined): void;
  /** Ends the connection at once and leaves out what has not been taken yet. */
  end(error: PlatformError): void;
  /** Resolves when the connection ended in order, rejects when it broke. */
  readonly ended: Promise<void>;
}

/** An item that cannot be taken ends the connection, with what `take` throws. */
export function createIntake<Item>({ take, cut, ...flow }: IntakeOptions<Item>): Intake<Item> {
  let waiting = 0;
  let outcome: { error: PlatformError | undefined } | undefined;
  let tell: (outcome: { error: PlatformError | undefined }) => void;
  const ended = new Promise<void>((resolve, reject) => {
    tell = ({ error }) => (error ? reject(error) : resolve());
  });
  // Nobody may be looking any more.
  ended.catch(() => undefined);

  const look = (): void => {
    if (outcome && waiting === 0) tell(outcome);
  };

  const end = (error: PlatformError): void => {
    inbox.close();
    tell(outcome ?? { error });
    cut();
  };

  const inbox = createInbox<Item>({
    ...flow,
    take(item) {
      try {
        take(item);
      } catch (thrown) {
        return end(toPlatformError(thrown));
      }
      waiting--;
      look();
    },
  });

  return {
    ended,
    push(item) {
      waiting++;
      inbox.push(item);
    },
    announce(error) {
      outcome ??= { error };
      look();
    },
    end,
  };
}
