import type { Node, NodeAPI, NodeDef } from 'node-red';
import { PlatformError, toPlatformError } from '../errors';
import { durationText } from '../values/duration';
import type { AccountDestination } from './account-destination';
import { registerAccountRoutes } from './account-routes';
import { type AccountClient, type AccountNode, type AccountType, credentialDestinations } from './account-type';
import { keepJournal } from './journal';
import { type NodeScope, registerNode, reportOnceStarted } from './node';
import { createOutageDesk, type OutageDesk } from './outage-desk';
import { invalid } from './settings';

/** Registers the config node of a platform. */
export function registerAccount<Settings extends object, Client extends AccountClient>(
  RED: NodeAPI,
  account: AccountType<Settings, Client>,
): void {
  const setup = (scope: NodeScope): void => {
    const { node, config } = scope;
    const self = node as AccountNode<Settings, Client>;
    let client: Client | undefined;
    let borrowers = 0;
    let lingering: NodeJS.Timeout | undefined;
    keepJournal(node);
    self.users = {};
    self.state = () => ({ open: client !== undefined, load: client?.load?.() });
    self.outages = createOutageDesk((ms) => node.log(`connected again after ${durationText(ms)}`));

    const end = async (): Promise<void> => {
      clearTimeout(lingering);
      const open = client;
      client = undefined;
      await open?.close();
    };

    try {
      self.settings = account.read(RED, { ...config, ...(node.credentials as object) });
    } catch (thrown) {
      self.problem = nameProblem(toPlatformError(thrown), config);
      reportOnceStarted(scope, self.problem);
    }
    if (self.settings) for (const each of credentialDestinations(account, self.settings)) warnOfPlainText(node, each);

    self.use = (user) => {
      self.users[user.id] = user;
      client ??= account.open(self.settings as Settings);
      return client;
    };
    const endIfUnused = async (): Promise<void> => {
      if (Object.keys(self.users).length === 0 && borrowers === 0) await end();
    };
    self.leave = async (user) => {
      delete self.users[user.id];
      await endIfUnused();
    };
    self.borrow = async (work) => {
      if (!self.settings) throw self.problem;
      client ??= account.open(self.settings);
      borrowers++;
      try {
        return await work(client);
      } finally {
        borrowers--;
        // A dialog asks for one list after another: each would dial and log in anew.
        clearTimeout(lingering);
        lingering = setTimeout(() => endIfUnused().catch((thrown) => scope.report(toPlatformError(thrown))), LINGER);
        lingering.unref();
      }
    };
    scope.onClose(end);
  };
  registerNode(RED, account.type, setup, account.credentials);
  registerAccountRoutes(RED, account);
}

/** Milliseconds that a client stays open for the dialog that borrowed it. */
const LINGER = 30_000;

function nameProblem(error: PlatformError, config: NodeDef): PlatformError {
  return error.with({ message: `${config.type}${config.name ? ` "${config.name}"` : ''}: ${error.message}` });
}

function warnOfPlainText(node: Node, { text, encrypted, loopback }: AccountDestination): void {
  if (!encrypted && !loopback) node.warn(`the credentials go to ${text} unencrypted`);
}

/**
 * The client of the account a node names, or undefined when there is none to be had: then the node has been disabled
 * with the reason, and its code has nothing to do but return.
 */
export function useAccount<Settings, Client>(
  scope: NodeScope,
  type: string,
  property = 'account',
): { client: Client; settings: Settings; outages: OutageDesk } | undefined {
  keepJournal(scope.node);
  const id = scope.properties[property];
  const account =
    typeof id === 'string' && id !== '' ? (scope.RED.nodes.getNode(id) as AccountNode<Settings, Client> | null) : null;
  const problem = problemOf(account, type, id);
  if (problem || !account) {
    // Joins the users all the same, for the account's own errors to reach the Catch nodes around this one.
    if (account?.type === type) {
      account.users[scope.node.id] = scope.node;
      scope.onClose(() => account.leave(scope.node));
    }
    scope.disable(problem as PlatformError, problem === account?.problem);
    return undefined;
  }
  try {
    const client = account.use(scope.node);
    scope.onClose(() => account.leave(scope.node));
    return { client, settings: account.settings as Settings, outages: account.outages };
  } catch (thrown) {
    scope.disable(toPlatformError(thrown));
    return undefined;
  }
}

function problemOf<Settings, Client>(
  account: AccountNode<Settings, Client> | null,
  type: string,
  id: unknown,
): PlatformError | undefined {
  if (account && account.type !== type)
    return invalid(`the node chosen as account is of type ${account.type}, not ${type}`);
  if (account) return account.problem;
  const missing =
    typeof id === 'string' && id !== '' ? `the ${type} it names does not exist or is disabled` : `no ${type} is chosen`;
  return new PlatformError('NOT_CONFIGURED', `not configured: ${missing}`);
}
