import type { Node, NodeAPI, NodeCredentials } from 'node-red';
import type { PlatformError } from '../errors';
import type { RequestLoad } from '../http/request-turns';
import type { AccountDestination } from './account-destination';
import type { OutageDesk } from './outage-desk';
import type { Properties } from './settings';

/** What a pick list of a dialog shows: `value` goes into the field, `label` beside it. */
export interface PickItem {
  value: string;
  label?: string;
  /** Steps below the top of a tree; its branches stand before their leaves. */
  depth?: number;
  /** A branch of the tree that cannot be picked itself. */
  heading?: boolean;
}

/** Values of the parameters that a list needs, by name. */
export type PickQuery = Readonly<Record<string, string>>;

/** Asks the platform for what a pick list shows. */
export type PickList<Client> = (client: Client, query: PickQuery) => Promise<PickItem[]>;

/** What an account lends to its nodes. */
export interface AccountClient {
  /** Ends all that is under way. */
  close(): Promise<void>;
  /** HTTP requests under way, and waiting for their turn. */
  load?(): RequestLoad;
}

/** A platform's account: how its properties become settings, and the settings a client. */
export interface AccountType<Settings extends object, Client extends AccountClient> {
  type: string;
  credentials: NodeCredentials<object>;
  /**
   * Checks properties and credentials. Loads no protocol library.
   *
   * @throws PlatformError INVALID_CONFIGURATION naming the property
   */
  read(RED: NodeAPI, properties: Properties): Settings;
  /** All that the account's requests go to. A type without credentials has none to send there. */
  destinations(settings: Settings): readonly AccountDestination[];
  /** Makes a client; connects nothing yet. */
  open(settings: Settings): Client;
  /** Proves that the settings work. Resolves with a short account of what was seen, for people. */
  test(client: Client): Promise<string>;
  /** Pick lists by name. */
  lists: Readonly<Record<string, PickList<Client>>>;
}

/** The config node in a flow. One client for all its users: made for the first, closed after the last. */
export interface AccountNode<Settings, Client> extends Node {
  /** Node-RED sends this node's errors and statuses to the Catch and Status nodes of these. */
  users: Record<string, Node>;
  /** Why the account cannot be used. */
  problem?: PlatformError | undefined;
  settings?: Settings | undefined;
  outages: OutageDesk;
  /** For a diagnosis. */
  state(): { open: boolean; load: RequestLoad | undefined };
  /** Joins the users. The client is theirs until they leave. */
  use(user: Node): Client;
  leave(user: Node): Promise<void>;
  /** Lends the client to a dialog. */
  borrow<Result>(work: (client: Client) => Promise<Result>): Promise<Result>;
}

/** All that a credential is sent to, each once. */
export function credentialDestinations<Settings extends object>(
  { credentials, destinations }: Pick<AccountType<Settings, never>, 'credentials' | 'destinations'>,
  settings: Settings,
): readonly AccountDestination[] {
  if (Object.keys(credentials).length === 0) return [];
  return [...new Map(destinations(settings).map((each) => [each.text, each])).values()];
}
