import { inQuery } from '../../core/operation/operation';
import { inputNode } from '../../core/property/groups';
import { choice, configNode, flag, json, label, list, number, text, version } from '../../core/property/rows';
import { XDP_ACCOUNT } from '../accounts';
import { offsetsProblem } from '../offsets';
import { STREAMS } from '../streams';

/** To begin behind: at least one. */
const OFFSETS = inQuery('offsets', {
  type: 'object',
  check: (value) => offsetsProblem(value) ?? (JSON.stringify(value) === '{}' ? '"offsets" is empty' : undefined),
});

export const PROPERTIES = {
  name: label(),
  account: configNode(XDP_ACCOUNT, true),
  stream: choice(STREAMS, { value: 'recordings' }),
  /** Empty: all. */
  eventTypes: list(['ObservationRecorded']),
  /** Topics of observation types; what has another is not handed on. Empty: all. */
  sources: list([], { when: { stream: 'recordings' } }),
  /** Network addresses. Empty: all. */
  devices: list(),
  secrets: flag(false),
  resume: flag(true),
  /** Where the very first start begins. A flow without it was made when there was no choice. */
  from: choice(['all', 'new', 'offsets'], { value: 'new', when: { stream: 'recordings' } }),
  offsets: json(OFFSETS, { when: { stream: 'recordings', from: 'offsets' } }),
  store: text(),
  idleTimeout: number(120, { min: 0, unit: 'seconds' }),
  ...inputNode('native'),
  /** The member of a reading that is handed on as a value; empty: each numeric one. */
  field: text('', { when: { output: 'value' } }),
  version: version(1),
};
