import type { Readings } from '../../test/platforms/descriptor';

/** How much faster than measured the readings are played. */
const SPEED = 10;

/** The readings with induced anomalies (`simulators/data`). */
const FIRST_ANOMALY = 2344;
const LAST_ANOMALY = 2460;

/** Half a minute at this speed: time to open the editor. */
const LEAD = 60;

/** At this speed the anomalies come again after three minutes. */
const REPEAT = 360;

/** What the demo plays, when so many readings of each mote are there from the start: the same for all platforms. */
export function readingsOf(stored: number): Readings {
  return {
    speed: SPEED,
    stored,
    startReading: FIRST_ANOMALY - LEAD - stored,
    lastReading: LAST_ANOMALY,
    repeat: REPEAT,
  };
}
