import { Signal } from '../core/signal';
import type { Feed, Piece } from './feed';
import { splitFrames } from './frames';
import type { XdpSettings } from './options';
import type { Recording, StoredRecording } from './recording';
import { recordingFrame, Segment } from './segment';

/** Where a stream begins, by source: offsets as the client gave them. */
export type OffsetMap = ReadonlyMap<string, bigint>;

/** Instead of an offset, for a source a client named but nothing was recorded of. */
const NONE = -1n;

type RecordingLogOptions = Pick<XdpSettings, 'firstOffset' | 'retain' | 'recordingOffsets'>;

/** The stored recordings of one site, in order of arrival, with offsets that grow. */
export class RecordingLog {
  readonly grown = new Signal();
  readonly #segments: Segment[] = [];
  readonly #retain: number;
  readonly #offsetsShown: boolean;
  /** Sources by their number, and the offset of the newest recording of each. */
  readonly #sources = new Map<string, { id: number; newest: bigint }>();
  #end = 0;
  #nextOffset: bigint;

  constructor({ firstOffset, retain, recordingOffsets }: RecordingLogOptions) {
    this.#nextOffset = firstOffset;
    this.#retain = retain;
    this.#offsetsShown = recordingOffsets;
  }

  /** Position after the newest recording: how many there ever were. */
  get end(): number {
    return this.#end;
  }

  /** Stores a recording; `json` is its data as JSON text. Returns the offset. */
  append(recording: Omit<Recording, 'data'>, json: string): bigint {
    const offset = this.#nextOffset;
    const text = recordingFrame(recording, json, this.#offsetsShown ? offset : undefined);
    const source = this.#sourceOf(recording.source);
    if (!this.#segments.at(-1)?.append(text, offset, source.id)) {
      const segment = new Segment(this.#end, Buffer.byteLength(text));
      segment.append(text, offset, source.id);
      this.#segments.push(segment);
      this.#forgetOldest();
    }
    source.newest = offset;
    this.#end += 1;
    // Steps of 1 to 4: who adds one to an offset does not find the next event, as with the platform's opaque offsets.
    this.#nextOffset += 1n + BigInt(this.#end % 4);
    this.grown.notify();
    return offset;
  }

  /** Offset of the newest recording of each source, as of now. */
  newestOffsets(): Map<string, bigint> {
    const recorded = [...this.#sources].filter(([, { newest }]) => newest !== NONE);
    return new Map(recorded.map(([source, { newest }]) => [source, newest]));
  }

  /**
   * The log as one stream sees it: of a source named in `offsets`, what comes after that offset
   * (from that offset on, when `inclusive`); everything of the other sources.
   */
  feed(offsets: OffsetMap, inclusive: boolean): Feed {
    const starts = new Map<number, number>();
    for (const [source, offset] of offsets) {
      starts.set(this.#sourceOf(source).id, this.#firstPosition(inclusive ? offset : offset + 1n));
    }
    const wholeFrom = Math.max(0, ...starts.values());
    const end = () => this.#end;
    return {
      get end() {
        return end();
      },
      grown: this.grown,
      read: (position, until) => this.#read(position, until, starts, wholeFrom),
    };
  }

  /** All kept recordings, parsed anew. */
  all(): StoredRecording[] {
    return this.#segments.flatMap((segment) =>
      splitFrames(segment.slice(segment.first, segment.end)).map((text, index) => {
        const { data } = JSON.parse(text.slice('data:'.length, text.indexOf('\n'))) as { data: Recording };
        return { ...data, offset: String(segment.offsetAt(segment.first + index)) };
      }),
    );
  }

  #read(position: number, until: number, starts: Map<number, number>, wholeFrom: number): Piece {
    const segment = this.#segmentAt(position);
    if (!segment) return { bytes: Buffer.alloc(0), next: until };
    const from = Math.max(position, segment.first);
    const to = Math.max(from, Math.min(segment.end, until));
    if (from >= wholeFrom) return { bytes: segment.slice(from, to), next: to };
    const wanted: Buffer[] = [];
    for (let at = from; at < to; at += 1) {
      if (at >= (starts.get(segment.sourceAt(at)) ?? 0)) wanted.push(segment.slice(at, at + 1));
    }
    return { bytes: Buffer.concat(wanted), next: to };
  }

  /** Position of the first kept recording whose offset is `offset` or more. */
  #firstPosition(offset: bigint): number {
    const segment = this.#segments[this.#firstSegment((one) => one.offsetAt(one.end - 1) >= offset)];
    if (!segment) return this.#end;
    let position = segment.first;
    while (segment.offsetAt(position) < offset) position += 1;
    return position;
  }

  #segmentAt(position: number): Segment | undefined {
    return this.#segments[this.#firstSegment((segment) => segment.end > position)];
  }

  /** Index of the first segment for which `holds`; it must hold for all that follow too. */
  #firstSegment(holds: (segment: Segment) => boolean): number {
    let low = 0;
    let high = this.#segments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const segment = this.#segments[middle];
      if (segment && holds(segment)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #sourceOf(topic: string): { id: number; newest: bigint } {
    let source = this.#sources.get(topic);
    if (!source) {
      source = { id: this.#sources.size, newest: NONE };
      this.#sources.set(topic, source);
    }
    return source;
  }

  #forgetOldest(): void {
    while (this.#segments[1] && this.#end - this.#segments[1].first >= this.#retain) this.#segments.shift();
  }
}
