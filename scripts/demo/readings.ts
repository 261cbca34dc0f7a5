/** How much faster than measured the readings are played. */
export const SPEED = 10;

/** The first reading with an induced anomaly (`simulators/data`). */
const FIRST_ANOMALY = 2344;

/** Half a minute at this speed: time to open the editor. */
const LEAD = 60;

/** The reading to begin with, when so many rounds of readings are there from the start. */
export function firstReading(storedRounds: number): number {
  return FIRST_ANOMALY - LEAD - storedRounds;
}
