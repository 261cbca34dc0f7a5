/** One observation, as it is posted and as it comes in the stream. */
export interface Recording {
  /** Laid out as its observation type says. */
  readonly data: Record<string, unknown>;
  /** 32-bit id of the end device. */
  readonly nwkAddr: number;
  /** Topic of the observation type. */
  readonly source: string;
  /** ISO 8601, UTC. */
  readonly time: string;
}

/** A recording with the offset the Control Center gave it, digit for digit. */
export interface StoredRecording extends Recording {
  readonly offset: string;
}
