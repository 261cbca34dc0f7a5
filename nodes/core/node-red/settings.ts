import type { Node, NodeAPI } from 'node-red';
import { PlatformError } from '../errors';
import type { ProxySettings, TlsSettings } from '../network-settings';
import { listOf } from '../values/list-text';
import { variableName } from '../values/variables';

/** Properties of a config node as Node-RED or an unsaved dialog gives them. */
export type Properties = Readonly<Record<string, unknown>>;

/** What every platform connected by URL has: the common properties of the config nodes. Times in milliseconds. */
export interface ConnectionSettings {
  /** Without a slash at its end. */
  url: string;
  timeout: number;
  retryMax: number;
  /** Bytes of an answer that is read whole. */
  maxAnswer: number;
  /** HTTP requests under way at the same time. */
  maxRequests: number;
  tls?: TlsSettings | undefined;
  proxy?: ProxySettings | undefined;
}

/** Protocols of a URL that HTTP requests go to. */
export const HTTP = ['http:', 'https:'];

/** @throws PlatformError INVALID_CONFIGURATION naming the property */
export function readConnection(
  RED: NodeAPI,
  properties: Properties,
  protocols: readonly string[] = HTTP,
): ConnectionSettings {
  return {
    url: urlSetting(properties, 'url', protocols),
    timeout: numberSetting(properties, 'timeout', { fallback: 30, min: 1 }) * 1000,
    retryMax: numberSetting(properties, 'retryMax', { fallback: 60, min: 1 }) * 1000,
    maxAnswer: numberSetting(properties, 'maxAnswer', { fallback: 20, min: 0.1 }) * 1_000_000,
    maxRequests: Math.floor(numberSetting(properties, 'maxRequests', { fallback: 10, min: 1 })),
    tls: tlsSetting(RED, properties.tls),
    proxy: proxySetting(RED, properties.proxy),
  };
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
  if (/[^\x20-\x7e]/.test(text)) throw invalid(`"${name}" holds a character that HTTP headers cannot carry`);
  return text;
}

function withoutControls(text: string, name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  if (/[\0-\x1f\x7f]/.test(text)) throw invalid(`"${name}" holds a line break or another control character`);
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

export function urlSetting(properties: Properties, name: string, protocols: readonly string[]): string {
  const text = textSetting(properties, name);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const wanted = protocols.map((protocol) => `${protocol}//`).join(' or ');
  if (!url || !protocols.includes(url.protocol) || url.hostname === '') {
    throw invalid(`"${name}" must be a URL that begins with ${wanted}, but is "${withoutCredentials(text)}"`);
  }
  if (url.username || url.password)
    throw invalid(`"${name}" must not hold a user name or password: they have fields of their own`);
  // Paths are put behind it.
  if (url.search || url.hash) throw invalid(`"${name}" must end with its path: no "?" and no "#"`);
  return text.replace(/\/+$/, '');
}

/** For error messages: what stands before an "@" may be a password, in a broken URL too. */
function withoutCredentials(url: string): string {
  return url.replace(/^.*@/, '•••@');
}

export interface NumberBounds {
  fallback: number;
  min?: number;
  max?: number;
}

/** A number, or digits as an environment variable gives them; empty: the fallback. */
export function numberSetting(properties: Properties, name: string, { fallback, min, max }: NumberBounds): number {
  const text = textSetting(properties, name, false);
  if (text === '') return fallback;
  const number = Number(text);
  const low = min !== undefined && number < min;
  const high = max !== undefined && number > max;
  if (!Number.isFinite(number) || low || high) {
    const range = `${min === undefined ? '' : ` of at least ${min}`}${max === undefined ? '' : ` and at most ${max}`}`;
    throw invalid(`"${name}" must be a number${range}, but is "${text}"`);
  }
  return number;
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
  if (!node.valid) throw invalid('the TLS configuration is not valid: see its own error in the log');
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
