import type { PlatformError } from '../../../core/errors';
import { isObject } from '../../../core/values/json';
import type { Session } from '../session/session';

/** What can be subscribed to, as the methods are named: `subscribeData`, `unsubscribeData`, … */
export type Topic = 'Data' | 'Nodes' | 'Devices' | 'Sensors';

/** What the platform says to a subscription besides its updates. */
export interface SubscriptionEvents {
  /** An answer or an update: it stands. */
  onAnswer(): void;
  /** It is refused, at once or later, or its connection is over. It has ended then. */
  onRefused(error: PlatformError): void;
}

/**
 * Subscribes on a connection (platform text, "Subscribing to New Data").
 *
 * @param onUpdate takes the `data` of each answer that holds some, and undefined for an update that holds none
 * @returns ends it: the connection may go on for others
 */
export function subscribe(
  session: Session,
  topic: Topic,
  params: object,
  onUpdate: (data: unknown) => void,
  { onAnswer, onRefused }: SubscriptionEvents,
): () => void {
  let answered = false;
  const { id, forget } = session.listen(`subscribe${topic}`, params, {
    onResult(result) {
      onAnswer();
      const data = isObject(result) ? result.data : undefined;
      if (data !== undefined) onUpdate(data);
      // The first answer says that it stands, in whatever words. What comes later and holds nothing would be lost in silence.
      else if (answered) onUpdate(undefined);
      answered = true;
    },
    onError(error) {
      forget();
      onRefused(error.with({ operation: `subscribe${topic}` }));
    },
  });
  return () => {
    forget();
    // "Returned subscriptionId can be used to later unsubscribe": in the samples it is the id of the request.
    const end = session.listen(
      `unsubscribe${topic}`,
      { id },
      { onResult: () => end.forget(), onError: () => end.forget() },
    );
  };
}
