import type { NodeScope } from '../../core/node-red/node';
import { readProperties } from '../../core/node-red/properties';
import { createTypedReader } from '../../core/node-red/typed-values';
import { findOperation, type Operation } from '../../core/operation/operation';
import { checkParameter, resolveParameters } from '../../core/operation/parameters';
import type { Output } from '../../core/property/groups';
import { isObject } from '../../core/values/json';
import type { SeriesParams } from '../client/session/series';
import type { ItwinSettings } from '../client/settings';
import { operations } from '../operations';
import { LOST_FROM, lostFromTime, type Subscription } from '../operations/subscribe';
import { projectSetting } from '../project';
import { PROPERTIES } from './properties';

/** What a node subscribes to. */
export interface SubscriptionSettings {
  kind: Subscription;
  ids: readonly string[];
  /** For `data`. */
  series: SeriesParams;
  projectIds: readonly string[] | undefined;
  backfill: boolean;
  store: string;
  /** ISO time from which is fetched when the remembered position is lost; empty: from now. */
  lostFrom: string;
  output: Output;
}

function timeSetting(given: string): string {
  if (given !== '') checkParameter(LOST_FROM, given, 'itwin-iot-subscribe');
  return lostFromTime(given) ?? '';
}

/** @throws PlatformError naming the property or parameter */
export async function readSubscription(scope: NodeScope, account: ItwinSettings): Promise<SubscriptionSettings> {
  const properties = readProperties(PROPERTIES, scope.properties);
  const { subscription: kind, ids: list, metric, unit, backfill, store, output } = properties;
  const operation = findOperation(operations, 'itwin-iot-subscribe', kind) as Operation;
  // The dialog hides what is none of the other subscriptions' business.
  const params = kind === 'data' ? properties.params : {};
  const given = await createTypedReader(scope.RED, scope.node).readAll(params, {} as never);
  const idsName = kind === 'data' ? 'sensors' : kind;
  const dialog = {
    ...(isObject(given) ? given : {}),
    // An empty list is none: nothing would be subscribed to.
    [idsName]: list.length > 0 ? list : undefined,
    metric,
    unit,
  };
  const settings = projectSetting(properties, account);
  const values = resolveParameters(operation, { dialog, message: undefined, payload: undefined, settings });
  const { [idsName]: ids, projectIds, ...series } = values;
  return {
    kind,
    ids: [...new Set(ids as string[])],
    series: { ...series, ...(projectIds !== undefined && { projectIds: projectIds as string[] }) },
    projectIds: projectIds as string[] | undefined,
    backfill,
    store,
    lostFrom: timeSetting(properties.lostFrom),
    output,
  };
}
