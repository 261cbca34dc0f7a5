import { EndDevices } from './end-devices';
import type { XdpSettings } from './options';
import { RecordingLog } from './recording-log';
import { type EndDeviceType, type ObservationType, TopicTypes } from './topic-types';

/** All that is kept for one namespace: "xDP equates a namespace to a site, which can be a farm or a part of a farm". */
export interface Site {
  readonly endDevices: EndDevices;
  readonly endDeviceTypes: TopicTypes<EndDeviceType>;
  readonly observationTypes: TopicTypes<ObservationType>;
  readonly recordings: RecordingLog;
  /** Secrets by path. */
  readonly secrets: Map<string, string>;
}

export function emptySite(settings: XdpSettings): Site {
  return {
    endDevices: new EndDevices(),
    endDeviceTypes: new TopicTypes('EndDeviceType'),
    observationTypes: new TopicTypes('ObservationType'),
    recordings: new RecordingLog(settings),
    secrets: new Map(),
  };
}
