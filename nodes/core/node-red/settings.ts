import type { Node, NodeAPI } from 'node-red';
import { PlatformError } from '../errors';
import type { ProxySettings, TlsSettings } from '../network-settings';
import { listOf } from '../values/list-text';
import { type Bounds, numberWithin } from '../values/number-text';
import { urlProblem } from '../values/url-text';
import { variableName } from '../values/variables';

/** Properties of a config node as Node-RED or an unsaved dialog gives them. */
export type Properties = Readonly<Record<string, unknown>>;

export interface NetworkSettings {
  tls: TlsSettings | undefined;
  proxy: ProxySettings | undefined;
}

/**
 * Config nodes for TLS and proxy, as the properties name them, become what connections take.
 *
 * @throws PlatformError INVALID_CONFIGURATION
 */
export function readNetwork(RED: NodeAPI, { tls, proxy }: { tls: string; proxy: string }): NetworkSettings {
  return { tls: tlsSetting(RED, tls), proxy: proxySetting(RED, proxy) };
}

/** Text of a property or credential, without blanks around it; `required` ones may not be empty. */
export function textSetting(properties: Properties, name: string, required = true): string {
  return checkedText(properties, name, required).trim();
}

/** A password: every blank of it counts, but not the line break that comes with it out of a file. */
export function secretSetting(properties: Properties, name: string): string {
  const secret = checkedText(properties, name, true).replace(/^[\r\n\t]+/, '');
  let end = secret.length;
  while (end > 0 && '\r\n\t'.includes(secret.charAt(end - 1))) end--;
  return withoutControls(secret.slice(0, end), name);
}

/** A key, token or name that goes into a header (RFC 9110 §5.5), without blanks around it. */
export function headerSetting(properties: Properties, name: string): string {
  const text = withoutControls(textSetting(properties, name), name);
  if (/[^\x20-\x7e]/.test(text)) throw invalid(`"${name}" contains a character that is not allowed in HTTP headers`);
  return text;
}

function withoutControls(text: string, name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  if (/[\0-\x1f\x7f]/.test(text)) throw invalid(`"${name}" contains a line break or another control character`);
  return text;
}

function checkedText(properties: Properties, name: string, required: boolean): string {
  const value = properties[name];
  const text = value === undefined || value === null ? '' : String(value);
  checkVariable(text, name);
  if (required && text.trim() === '') throw invalid(`"${name}" is empty`);
  return text;
}

/** Node-RED leaves a text as it is when the variable that it names does not exist. */
function checkVariable(text: string, name: string): void {
  const variable = variableName(text);
  if (variable !== undefined) throw invalid(`the environment variable ${variable}, named in "${name}", is not set`);
}

/**
 * The URL of a platform.
 *
 * @param schemes without their colon
 */
export function urlSetting(properties: Properties, name: string, schemes: readonly string[]): string {
  const text = textSetting(properties, name);
  switch (urlProblem(text, schemes)) {
    case undefined:
      return text.replace(/\/+$/, '');
    case 'credentials':
      throw invalid(`"${name}" must not contain a user name or password: there are separate fields for them`);
    case 'path':
      throw invalid(`"${name}" must not have anything after the path: no "?" and no "#"`);
    default: {
      const wanted = schemes.map((scheme) => `${scheme}://`).join(' or ');
      throw invalid(`"${name}" must be a URL that begins with ${wanted}, but is "${withoutCredentials(text)}"`);
    }
  }
}

/** For error messages: what stands before an "@" may be a password, in a broken URL too. */
function withoutCredentials(url: string): string {
  return url.replace(/^.*@/, '•••@');
}

/** A number, or digits as an environment variable gives them; empty: the fallback. */
export function numberSetting(
  properties: Properties,
  name: string,
  { fallback, min, max }: Bounds & { fallback: number },
): number {
  const text = textSetting(properties, name, false);
  const number = text === '' ? fallback : numberWithin(text, { min, max });
  if (number !== undefined) return number;
  const range = `${min === undefined ? '' : ` of at least ${min}`}${max === undefined ? '' : ` and at most ${max}`}`;
  throw invalid(`"${name}" must be a number${range}, but is "${text}"`);
}

/** One of the choices; empty: the first. */
export function choiceSetting<Choice extends string>(
  properties: Properties,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const text = textSetting(properties, name, false);
  const choice = text === '' ? choices[0] : choices.find((each) => each === text);
  if (choice === undefined) throw invalid(`"${name}" must be one of ${choices.join(', ')}, but is "${text}"`);
  return choice;
}

/** `true`, or what an environment variable gives for it. */
export function booleanSetting(properties: Properties, name: string): boolean {
  const value = properties[name];
  return typeof value === 'boolean' ? value : textSetting(properties, name, false).toLowerCase() === 'true';
}

/** A list of texts: an array, or the JSON text or comma-separated text of one. */
export function listSetting(properties: Properties, name: string): string[] {
  const value = properties[name];
  const list = listOf(Array.isArray(value) ? value : textSetting(properties, name, false));
  if (list === undefined) throw invalid(`"${name}" must be a list of texts, but is "${String(value)}"`);
  for (const each of list) checkVariable(each, name);
  return list;
}

interface TlsConfigNode extends Node {
  valid: boolean;
  addTLSOptions(options: TlsSettings): TlsSettings;
}

function tlsSetting(RED: NodeAPI, id: unknown): TlsSettings | undefined {
  if (typeof id !== 'string' || id === '') return undefined;
  const node = RED.nodes.getNode(id) as TlsConfigNode | null;
  if (!node) throw invalid('the TLS configuration does not exist or is not deployed yet');
  if (typeof node.addTLSOptions !== 'function')
    throw invalid(`the node chosen as TLS configuration is of type ${node.type}, not tls-config`);
  // An invalid one would silently add neither CA nor certificate.
  if (!node.valid) throw invalid('the TLS configuration is not valid: the log has its own error message');
  return node.addTLSOptions({});
}

interface HttpProxyNode extends Node<{ username?: string; password?: string }> {
  url: string;
  noproxy?: string[];
}

function proxySetting(RED: NodeAPI, id: unknown): ProxySettings | undefined {
  if (typeof id !== 'string' || id === '') return undefined;
  const node = RED.nodes.getNode(id) as HttpProxyNode | null;
  if (!node) throw invalid('the proxy configuration does not exist or is not deployed yet');
  if (typeof node.url !== 'string' || (node.type !== undefined && node.type !== 'http proxy'))
    throw invalid(`the node chosen as proxy is of type ${node.type}, not http proxy`);
  if (!URL.canParse(node.url)) throw invalid(`the proxy's URL "${withoutCredentials(node.url)}" is not valid`);
  const url = new URL(node.url);
  if (node.credentials?.username) {
    url.username = encodeURIComponent(node.credentials.username);
    url.password = encodeURIComponent(node.credentials.password ?? '');
  }
  return { url: url.href, noProxy: node.noproxy ?? [] };
}

/** Names of the context stores in settings.js. */
export function contextStores(RED: NodeAPI): string[] {
  const configured = (RED.settings as { contextStorage?: Record<string, unknown> }).contextStorage;
  return [...new Set(['default', ...(configured ? Object.keys(configured) : ['memory'])])];
}

/** @throws PlatformError naming the store, since Node-RED would quietly use the default one */
export function checkContextStore(RED: NodeAPI, store: string): void {
  const known = contextStores(RED);
  if (!known.includes(store)) {
    throw invalid(`the context store "${store}" does not exist; settings.js has: ${known.join(', ')}`);
  }
}

export function invalid(message: string): PlatformError {
  return new PlatformError('INVALID_CONFIGURATION', message);
}

/** True for this machine itself. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
