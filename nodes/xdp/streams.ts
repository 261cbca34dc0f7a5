/** The resources that xDP streams as Server-Sent Events. */
export const STREAMS = ['end-devices', 'end-device-types', 'recordings', 'observation-types'] as const;

export type StreamName = (typeof STREAMS)[number];

/** End device events; each may also be posted, with its name as `type`. */
export const END_DEVICE_EVENT_TYPES: readonly string[] = [
  'BatteryLevelUpdated',
  'NameUpdated',
  'NoncesUpdated',
  'NwkAddrRemoved',
  'NwkAddrUpdated',
  'PositionUpdated',
  'SecretsUpdated',
  'TopicUpdated',
  'VersionUpdated',
];

/** Event types of each stream, as documented, the `Stored…Done` ones included. */
export const EVENT_TYPES: Readonly<Record<StreamName, readonly string[]>> = {
  'end-devices': [...END_DEVICE_EVENT_TYPES, 'StoredEndDeviceEventsDone'],
  'end-device-types': ['EndDeviceTypeRemoved', 'EndDeviceTypeUpdated', 'StoredEndDeviceTypeEventsDone'],
  recordings: ['ObservationRecorded', 'StoredObservationRecordedEventsDone'],
  'observation-types': ['ObservationTypeRemoved', 'ObservationTypeUpdated', 'StoredObservationTypeEventsDone'],
};

/** "A StoredXXXDone will occur when all known events have been streamed where XXX represents the type of event." */
export function isStoredDone(event: string): boolean {
  return event.startsWith('Stored') && event.endsWith('Done');
}
