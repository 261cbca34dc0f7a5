import { anyText, checkObject } from '../core/fields';
import { readText, requireType } from '../core/http-answer';
import { parseJsonLines } from '../core/json-lines';
import type { SiteHandler } from './control-center';
import { isoTime, jsonObject, uint32 } from './fields';
import type { Recording, StoredRecording } from './recording';
import type { Site } from './site';

/** POST /recordings/events: JSON Lines; every line is checked before the first is stored. */
export const postRecordings: SiteHandler = async (site, { req }, { counters, settings }) => {
  requireType(req, 'application/json');
  const recordings = parseJsonLines(await readText(req), checkRecording);
  for (const recording of recordings) counters.received.push(storeRecording(site, recording));
  return { status: settings.successStatus };
};

/** Stores a recording, so that the streams that are open and all later ones have it. */
export function storeRecording(site: Site, recording: Recording): StoredRecording {
  const offset = site.recordings.append(recording, JSON.stringify(recording.data));
  return { ...recording, offset: String(offset) };
}

function checkRecording(value: unknown): Recording {
  return checkObject(value, { data: jsonObject, nwkAddr: uint32, source: anyText, time: isoTime });
}
