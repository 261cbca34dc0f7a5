import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import { redact } from '../http/errors';
import { durationText } from '../values/duration';
import { isObject, parseJson } from '../values/json';
import type { AccountNode } from './account-type';
import { journalOf } from './journal';
import type { Properties } from './settings';

/**
 * A text for whoever looks for the cause of trouble: versions, settings without secrets, what the account and the nodes
 * that use it show, what waits, and the newest errors with their times (UTC).
 *
 * @param account undefined: it is not deployed, or disabled
 * @param secretNames properties whose values must not be seen
 */
export async function diagnosisOf(
  RED: NodeAPI,
  account: AccountNode<object, unknown> | undefined,
  secretNames: readonly string[],
): Promise<string> {
  const lines = [
    `@farfield/node-red-iot-platforms ${await packageVersion()}`,
    `Node-RED ${nodeRedVersion(RED)}, Node.js ${process.version}, ${process.platform} ${release()} ${process.arch}`,
    new Date().toISOString(),
    '',
  ];
  if (!account) return [...lines, 'the account is not running: it is not deployed, or disabled'].join('\n');
  const { users } = account;
  lines.push(titleOf(account), ...settingLines(account.settings ?? {}, secretNames), ...stateLines(account));
  lines.push(...journalLines(account));
  for (const user of Object.values(users)) lines.push('', titleOf(user), ...journalLines(user));
  return masked(lines.join('\n'), secretsOf(account, secretNames));
}

function nodeRedVersion(RED: NodeAPI): string {
  const { version } = RED.settings as { version?: unknown };
  return typeof version === 'string' ? version : '(version not known)';
}

/** The file that stands beside `dist`. */
async function packageVersion(): Promise<string> {
  try {
    const manifest = parseJson(await readFile(join(__dirname, '..', 'package.json'), 'utf8'), 'package.json');
    return isObject(manifest) ? String(manifest.version) : '';
  } catch {
    return '(version not known)';
  }
}

function titleOf({ type, id, name }: Node): string {
  return `${type}${name ? ` "${name}"` : ''} (${id})`;
}

function settingLines(settings: object, secretNames: readonly string[]): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    if (secretNames.includes(name) || value === undefined || value === '') return [];
    return [`  ${name}: ${settingText(name, value)}`];
  });
}

function settingText(name: string, value: unknown): string {
  // Certificates and keys: that they are there is enough.
  if (name === 'tls' && isObject(value)) return `own configuration (${Object.keys(value).join(', ')})`;
  if (name === 'proxy' && isObject(value)) {
    const { url, noProxy } = value;
    return `${withoutUser(String(url))}${Array.isArray(noProxy) && noProxy.length > 0 ? `, not for ${noProxy.join(', ')}` : ''}`;
  }
  return typeof value === 'string' ? withoutUser(value) : JSON.stringify(value);
}

/** A URL without user name and password; anything else as it is. */
function withoutUser(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.username === '' && url.password === '') return text;
  url.username = '';
  url.password = '';
  return url.href;
}

function stateLines({ problem, users, outages, state }: AccountNode<object, unknown>): string[] {
  const { open, load } = state();
  const lasting = outages.lasting === undefined ? 'none' : `for ${durationText(outages.lasting)}`;
  return [
    `  nodes: ${Object.keys(users).length}, client: ${open ? 'open' : 'closed'}, outage: ${lasting}`,
    ...(load ? [`  requests: ${load.running} under way, ${load.waiting} waiting`] : []),
    ...(problem ? [`  problem: ${problem.code} ${problem.message}`] : []),
  ];
}

function journalLines(node: Node): string[] {
  const journal = journalOf(node);
  if (!journal) return [];
  const { status, errors, waiting } = journal;
  const queue = waiting?.();
  return [
    ...(status.text === '' ? [] : [`  status: ${status.text} (since ${status.at.toISOString()})`]),
    ...(queue ? [`  queue: ${queue.kept} messages on disk, ${queue.others} in memory`] : []),
    ...errors.map(({ at, code, message }) => `  ${at.toISOString()} ${code}: ${message}`),
  ];
}

/** A shorter one is no secret. */
const SHORTEST = 3;

/** A site "demo-farm" is not to be spoilt by a user "demo". */
const LETTERS = '\\p{L}\\p{N}_-';

/** Errors name no secret; should a server have quoted one in a way that nobody thought of, it goes here. */
function masked(text: string, secrets: readonly string[]): string {
  const real = secrets.filter(({ length }) => length >= SHORTEST);
  return redact(text, real, LETTERS);
}

function secretsOf({ credentials, settings }: AccountNode<object, unknown>, names: readonly string[]): string[] {
  const proxy = (settings as Properties | undefined)?.proxy;
  const { username = '', password = '' } =
    isObject(proxy) && URL.canParse(String(proxy.url)) ? new URL(String(proxy.url)) : {};
  const plain = [credentials, settings].flatMap((holder) =>
    names.flatMap((name) => String((holder as Properties | undefined)?.[name] ?? '')),
  );
  const all = [...plain, username, password, ...[username, password].map(decoded)];
  return [...new Set(all)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
