import { frame } from './frames';
import type { Recording } from './recording';

/** Size of one segment; also the size of one write into a stream that replays. */
const SEGMENT_BYTES = 64 * 1024;
const SEGMENT_EVENTS = 512;

/**
 * Some hundred consecutive recordings, kept as the bytes of their SSE events: a replay writes them as they are.
 * Offsets are unsigned 64-bit numbers.
 */
export class Segment {
  /** Position of the first recording in the log. */
  readonly first: number;
  #count = 0;
  readonly #bytes: Buffer;
  readonly #ends = new Uint32Array(SEGMENT_EVENTS);
  readonly #offsets = new BigUint64Array(SEGMENT_EVENTS);
  readonly #sources = new Uint32Array(SEGMENT_EVENTS);

  /** An empty segment that has room for an event of `bytes` bytes at least. */
  constructor(first: number, bytes: number) {
    this.first = first;
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(SEGMENT_BYTES, bytes));
  }

  /** Position after the last recording. */
  get end(): number {
    return this.first + this.#count;
  }

  /** Appends an event as written by `recordingFrame`; false when it has no room left. */
  append(text: string, offset: bigint, source: number): boolean {
    const used = this.#startOf(this.#count);
    if (this.#count === SEGMENT_EVENTS || used + Buffer.byteLength(text) > this.#bytes.length) return false;
    this.#ends[this.#count] = used + this.#bytes.write(text, used);
    this.#offsets[this.#count] = offset;
    this.#sources[this.#count] = source;
    this.#count += 1;
    return true;
  }

  /** The events from position `from` to `to`, as bytes that must not be changed. */
  slice(from: number, to: number): Buffer {
    return this.#bytes.subarray(this.#startOf(from - this.first), this.#startOf(to - this.first));
  }

  offsetAt(position: number): bigint {
    return this.#offsets[position - this.first] ?? 0n;
  }

  /** Number of the source in the log's list of sources. */
  sourceAt(position: number): number {
    return this.#sources[position - this.first] ?? 0;
  }

  #startOf(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] ?? 0);
  }
}

/** The event `ObservationRecorded`; `json` is the JSON text of the recording's data. */
export function recordingFrame(recording: Omit<Recording, 'data'>, json: string, offset?: bigint): string {
  const { nwkAddr, source, time } = recording;
  const data = `{"data":${json},"nwkAddr":${nwkAddr},"source":${JSON.stringify(source)},"time":${JSON.stringify(time)}}`;
  return frame('ObservationRecorded', data, offset);
}
