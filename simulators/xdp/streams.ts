import { HttpError } from '../core/http-answer';
import type { Exchange } from '../core/http-api';
import { type ControlCenter, flag, type SiteHandler } from './control-center';
import { runEventStream, type StreamPlan } from './event-stream';
import { frame } from './frames';
import type { XdpSettings } from './options';
import type { OffsetMap } from './recording-log';
import type { Site } from './site';

type PlanOf = (site: Site, query: URLSearchParams, center: ControlCenter) => Omit<StreamPlan, 'finite'>;

/** GET (SSE) /end-devices/events */
export const streamEndDevices = streaming(/^(finite|includeDeviceSecrets)$/, ({ endDevices }, query) => ({
  feed: endDevices.feed({ includeDeviceSecrets: flag(query, 'includeDeviceSecrets') }),
  done: [frame('StoredEndDeviceEventsDone', '{}')],
}));

/** GET (SSE) /end-device-types/events */
export const streamEndDeviceTypes = streaming(/^finite$/, ({ endDeviceTypes }) => ({
  feed: endDeviceTypes.feed(),
  done: [frame('StoredEndDeviceTypeEventsDone', '{}')],
}));

/** GET (SSE) /observation-types/events */
export const streamObservationTypes = streaming(/^finite$/, ({ observationTypes }) => ({
  feed: observationTypes.feed(),
  done: [frame('StoredObservationTypeEventsDone', '{}')],
}));

/** GET (SSE) /recordings/events */
export const streamRecordings = streaming(/^(finite|offsets\[.+\])$/, ({ recordings }, query, { settings }) => ({
  feed: recordings.feed(offsetsOf(query), settings.offsetsInclusive),
  done: recordingsDone(recordings.newestOffsets(), settings),
}));

/** The `offsets[<topic>]=<offset>` parameters, brackets percent-encoded or not; 400 when an offset is no UInt64. */
export function offsetsOf(query: URLSearchParams): OffsetMap {
  const offsets = new Map<string, bigint>();
  for (const [name, value] of query) {
    const topic = /^offsets\[(.+)\]$/.exec(name)?.[1];
    if (topic === undefined) continue;
    if (!/^\d{1,20}$/.test(value) || BigInt(value) >= 2n ** 64n) {
      throw new HttpError(400, `the offset of ${topic} is not an offset`);
    }
    offsets.set(topic, BigInt(value));
  }
  return offsets;
}

/** One `Done` a source with its newest offset; a site without any recording has nothing to name, and one bare `Done`. */
function recordingsDone(newest: ReadonlyMap<string, bigint>, { doneKey, doneOffset }: XdpSettings): string[] {
  const event = 'StoredObservationRecordedEventsDone';
  if (newest.size === 0) return [frame(event, '{}')];
  const offsets = { newest: (offset: bigint) => offset, none: () => undefined, ahead: () => 2n ** 64n - 1n };
  const offsetOf: (offset: bigint) => bigint | undefined = offsets[doneOffset];
  return [...newest].map(([source, offset]) => frame(event, JSON.stringify({ [doneKey]: source }), offsetOf(offset)));
}

function streaming(parameters: RegExp, plan: PlanOf): SiteHandler {
  return async (site, exchange, center) => {
    checkParameters(exchange, parameters);
    const { faults, counters, settings } = center;
    const finite = flag(exchange.query, 'finite');
    await runEventStream(
      exchange,
      { ...plan(site, exchange.query, center), finite },
      {
        faults,
        heartbeat: settings.heartbeat,
        onOpen() {
          counters.streams += 1;
          counters.openStreams += 1;
        },
        onClose() {
          counters.openStreams -= 1;
        },
      },
    );
    return undefined;
  };
}

/** A misspelt parameter would silently give another stream: refused. */
function checkParameters({ query }: Exchange, known: RegExp): void {
  for (const name of query.keys()) {
    if (!known.test(name)) throw new HttpError(400, `unknown parameter "${name}"`);
  }
}
