/** Notes how far each sensor has come, when the messages that it has come so far with have arrived in the flow. */
export interface Arrivals {
  /** To be called just before a message is sent. */
  sending(): void;
  /** All that was sent so far stands for this sensor up to this time. */
  reached(sensor: string, time: string): void;
}

/** So many messages of a burst share a mark, which costs a tenth of an update: an orderly stop repeats fewer. */
const TOGETHER = 8;

/**
 * Node-RED hands a message on in the next turn of the event loop, and not any more when the node has closed by then. A
 * mark is queued in between: what comes before it has arrived when it runs, and so has the one just behind it. The
 * first of a turn has one of its own, and the last has one behind it. This is done for each update: no object is made
 * for one.
 */
export function createArrivals(closing: AbortSignal, note: (sensor: string, time: string) => void): Arrivals {
  let sent = 0;
  let arrived = 0;
  /** Up to which message there are marks, and what each of them stands for. */
  let marked = 0;
  const marks: number[] = [];
  let firstMark = 0;
  let ending = false;
  /** Those that wait, in order: until so many have arrived, which sensor, which time. */
  const counts: number[] = [];
  const sensors: string[] = [];
  const times: string[] = [];
  let first = 0;

  const arrive = (): void => {
    if (closing.aborted) return;
    arrived = marks[firstMark++] as number;
    if (firstMark === marks.length) firstMark = marks.length = 0;
    while (first < counts.length && (counts[first] as number) <= arrived) {
      note(sensors[first] as string, times[first] as string);
      first++;
    }
    if (first === counts.length) first = counts.length = sensors.length = times.length = 0;
  };

  const mark = (): void => {
    marked = sent;
    marks.push(sent);
    setImmediate(arrive);
  };

  const endTurn = (): void => {
    ending = false;
    if (marked < sent) mark();
  };

  return {
    sending() {
      sent++;
      if (marks.length === 0 || sent - marked >= TOGETHER) return mark();
      if (ending) return;
      ending = true;
      queueMicrotask(endTurn);
    },
    reached(sensor, time) {
      if (arrived === sent) return note(sensor, time);
      counts.push(sent);
      sensors.push(sensor);
      times.push(time);
    },
  };
}
