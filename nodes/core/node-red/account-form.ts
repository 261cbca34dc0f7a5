import type { NodeAPI } from 'node-red';
import { PlatformError, toPlatformError } from '../errors';
import { isEmpty } from '../operation/given-value';
import { isObject } from '../values/json';
import { variableName } from '../values/variables';
import { type AccountClient, type AccountNode, type AccountType, credentialDestinations } from './account-type';
import type { Properties } from './settings';

/** What Node-RED puts into a password field that has a stored value. */
const STORED = '__PWRD__';

/** What somebody in front of a dialog waits for ends after this many milliseconds. */
const LIMIT = 15_000;

/**
 * Works with a client of the values that a dialog holds, deployed or not, and closes it. A password that the dialog left
 * as it was is the stored one, and goes only where, and in such a way as, it goes already.
 *
 * @param body `{id, properties, credentials}`
 * @throws PlatformError INVALID_CONFIGURATION naming what is wrong; what the work throws
 */
export async function withForm<Settings extends object, Client extends AccountClient, Result>(
  RED: NodeAPI,
  account: AccountType<Settings, Client>,
  body: unknown,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const { id, properties, credentials } = isObject(body) ? body : {};
  const names = Object.keys(account.credentials);
  const given = isObject(credentials) ? credentials : {};
  const form: Properties = {
    ...(isObject(properties) ? properties : {}),
    ...withStored(RED, id, names, given),
  };
  const settings = readForm(RED, account, form, id);
  if (names.some((name) => isKept(given[name]) && !isEmpty(form[name]))) refuseElsewhere(RED, id, account, settings);
  const limited =
    'timeout' in settings ? { ...settings, timeout: Math.min(Number(settings.timeout), LIMIT) } : settings;
  const client = account.open(limited);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Left as it was in the dialog, or left out. */
function isKept(value: unknown): boolean {
  return value === undefined || value === STORED;
}

/** A password left as it was in the dialog is taken from the credential store. */
function withStored(RED: NodeAPI, id: unknown, names: readonly string[], given: Properties): Record<string, unknown> {
  const stored = (typeof id === 'string' ? RED.nodes.getCredentials(id) : undefined) as Properties | undefined;
  return Object.fromEntries(names.map((name) => [name, isKept(given[name]) ? stored?.[name] : given[name]]));
}

/** Reads the form with its variables resolved; an error names the variable, not what it holds. */
function readForm<Settings extends object, Client extends AccountClient>(
  RED: NodeAPI,
  account: AccountType<Settings, Client>,
  form: Properties,
  id: unknown,
): Settings {
  const resolved = resolveVariables(RED, form, id);
  try {
    return account.read(RED, resolved);
  } catch (thrown) {
    const error = toPlatformError(thrown);
    const hidden = Object.keys(form).filter((name) => form[name] !== resolved[name]);
    const message = hidden.reduce(
      (text, name) => text.replaceAll(String(resolved[name]), String(form[name])),
      error.message,
    );
    // Its cause may still quote what the variable holds.
    throw error.with({ message, cause: undefined });
  }
}

/** A stored password goes only where, and in such a way as, it goes already. */
function refuseElsewhere<Settings extends object, Client extends AccountClient>(
  RED: NodeAPI,
  id: unknown,
  account: AccountType<Settings, Client>,
  settings: Settings,
): void {
  const node = typeof id === 'string' ? (RED.nodes.getNode(id) as AccountNode<Settings, Client> | null) : null;
  const deployed = node?.type === account.type ? node.settings : undefined;
  const known = deployed ? credentialDestinations(account, deployed) : [];
  const other = credentialDestinations(account, settings).find(({ text }) => !known.some((each) => each.text === text));
  const what = other ? `address ${other.text}` : changedTrust(settings, deployed);
  if (what === undefined) return;
  throw new PlatformError(
    'INVALID_CONFIGURATION',
    `the ${what} is not that of the deployed account: type the password again to use it there, or deploy first`,
  );
}

/** Settings that decide whom a password is shown to on its way. */
const TRUST = { proxy: 'proxy', tls: 'TLS configuration' };

function changedTrust(settings: object, deployed: object | undefined): string | undefined {
  const [changed] = Object.entries(TRUST).filter(([name]) => textOf(settings, name) !== textOf(deployed, name));
  return changed?.[1];
}

function textOf(settings: object | undefined, name: string): string {
  return JSON.stringify((settings as Properties | undefined)?.[name] ?? null);
}

/** Node-RED replaces `${NAME}` when it makes a node; these values have not been through that. */
function resolveVariables(RED: NodeAPI, form: Properties, id: unknown): Properties {
  const node = typeof id === 'string' ? RED.nodes.getNode(id) : null;
  return Object.fromEntries(
    Object.entries(form).map(([name, value]) => {
      const variable = typeof value === 'string' ? variableName(value) : undefined;
      if (variable === undefined) return [name, value];
      const set: unknown = RED.util.evaluateNodeProperty(`\${${variable}}`, 'env', node as never, {} as never);
      return [name, set === undefined || set === '' ? value : set];
    }),
  );
}
