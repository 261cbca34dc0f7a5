/** Lists of operations for the help, made from the operation tables: `<!-- operations:<node type> -->` in `locales/<lang>/<platform>.html`. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Operation, Parameter } from '../nodes/core/operation/operation';
import { operationsOf } from '../nodes/core/operation/operation';
import {
  choiceText,
  hasDefault,
  isRequired,
  type LookUp,
  operationText,
  parameterText,
} from '../nodes/editor/operation-texts';

const PLACEHOLDER = /<!-- operations:([\w-]+) -->/g;

/** @throws Error when the catalogue lacks a text */
export async function fillInOperations(
  help: string,
  platform: string,
  catalogue: Record<string, unknown>,
): Promise<string> {
  if (!help.match(PLACEHOLDER)) return help;
  const table = await operationsOfPlatform(platform);
  const lookUp = lookUpIn(catalogue);
  return help.replace(PLACEHOLDER, (_, node: string) =>
    operationsOf(table, node)
      .map((operation) => describe(operation, lookUp))
      .join('\n'),
  );
}

/** The operation table of a platform; empty for one that has none. */
export async function operationsOfPlatform(platform: string): Promise<readonly Operation[]> {
  const path = join(dirname(import.meta.dirname), 'nodes', platform, 'operations.ts');
  if (!existsSync(path)) return [];
  return (await import(pathToFileURL(path).href)).operations;
}

/** Reads texts by keys such as `params.name.label`, as the editor does. */
export function lookUpIn(catalogue: Record<string, unknown>): LookUp {
  return (key) => {
    let found: unknown = catalogue;
    for (const part of key.split('.')) found = (found as Record<string, unknown> | undefined)?.[part];
    return typeof found === 'string' ? found : undefined;
  };
}

function describe(operation: Operation, lookUp: LookUp): string {
  const { id } = operation;
  const title = need(operationText(lookUp, operation, 'title'), `operations.${id}.title`);
  const help = need(operationText(lookUp, operation, 'help'), `operations.${id}.help`);
  const request = requestOf(operation);
  const list = operation.params.map((parameter) => describeParameter(operation, parameter, lookUp)).join('\n');
  return [
    `<h4>${escapeHtml(title)} <code>${escapeHtml(id)}</code></h4>`,
    `<p>${escapeHtml(help)}${request === '' ? '' : ` <code style="white-space: normal">${escapeHtml(request)}</code>`}</p>`,
    ...(list === '' ? [] : [`<dl class="message-properties">\n${list}\n</dl>`]),
  ].join('\n');
}

/** What goes over the wire, as far as the operation's id does not say it already. */
function requestOf({ id, transport, method, path }: Operation): string {
  if (method === '*' || method === id) return '';
  return transport === 'jsonrpc' ? method : `${method} ${path}`;
}

function describeParameter(operation: Operation, parameter: Parameter, lookUp: LookUp): string {
  const { name } = parameter;
  const optional = isRequired(parameter) ? '' : ' class="optional"';
  const type = need(lookUp(`common.types.${parameter.type}`), `common.types.${parameter.type}`);
  const texts = [
    need(parameterText(lookUp, operation, parameter, 'help'), `params.${name}.help`),
    hasDefault(parameter) && need(parameterText(lookUp, operation, parameter, 'derived'), `params.${name}.derived`),
    limits(operation, parameter, lookUp),
  ].filter((text): text is string => typeof text === 'string' && text !== '');
  return `<dt${optional}>${escapeHtml(name)} <span class="property-type">${escapeHtml(type)}</span></dt>\n<dd style="overflow-wrap: anywhere">${escapeHtml(texts.join(' '))}</dd>`;
}

function limits(operation: Operation, parameter: Parameter, lookUp: LookUp): string {
  const { min, max, bytes, choices } = parameter;
  const say = (key: string, values: Record<string, unknown>): string =>
    need(lookUp(`common.limits.${key}`), `common.limits.${key}`).replace(/__(\w+)__/g, (_, name: string) =>
      String(values[name]),
    );
  if (bytes !== undefined) return say('bytes', { bytes, digits: bytes * 2 });
  if (choices) {
    const texts = choices.map((choice) => choiceText(lookUp, operation, parameter, choice));
    return say('choice', { choices: texts.join(', ') });
  }
  if (min !== undefined && max !== undefined) return say('range', { min, max });
  return min === undefined ? '' : say('atLeast', { min });
}

function need(text: string | undefined, key: string): string {
  if (text === undefined) throw new Error(`the catalogue has no "${key}"`);
  return text;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
