import { isObject } from '../core/values/json';
import { undeployedForm } from './account-form';
import { type AdminAnswer, adminRequest } from './admin-request';
import type { PickItem } from './pick-tree';

/** A pick list of an account. */
export interface WantedList {
  /** Of the account. */
  type: string;
  id: string;
  list: string;
  query: Readonly<Record<string, string>>;
}

/** Asks for it: from the deployed account; or with what the editor holds of one that is not deployed as it stands. */
export function askForList({ type, id, list, query }: WantedList): Promise<AdminAnswer> {
  const form = undeployedForm(id);
  if (form) return adminRequest(`${type}/lists/${list}`, { ...form, query });
  const path = `${type}/${encodeURIComponent(id)}/lists/${list}`;
  return adminRequest(Object.keys(query).length === 0 ? path : `${path}?${new URLSearchParams(query)}`);
}

/** The lines of a list that an account answered with. */
export function itemsOf(body: unknown): PickItem[] {
  const items = isObject(body) && Array.isArray(body.items) ? body.items : [];
  return items.filter(isObject).map(({ value, label, depth, heading }) => ({
    value: String(value),
    label: String(label ?? ''),
    depth: typeof depth === 'number' ? depth : 0,
    heading: heading === true,
  }));
}
