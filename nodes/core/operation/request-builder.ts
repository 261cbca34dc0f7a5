import { PlatformError } from '../errors';
import type { HttpRequest } from '../http/request';
import { jsonText } from '../values/json-text';
import { multipartBody } from './multipart';
import { isRepeatable, type Operation, type Values } from './operation';
import { WrittenItems } from './written-items';

/** The HTTP request of an operation. `values` have been checked (resolveParameters). */
export function buildRequest(operation: Operation, values: Values): HttpRequest {
  const { params, id } = operation;
  const repeatable = isRepeatable(operation, values);
  return {
    method: methodOf(operation, values),
    path: operation.path === '*' ? String(values.path) : buildPath(operation, values),
    query: buildQuery(operation, values),
    ...withHeaders(buildBody(operation, values), values.headers, operation),
    operation: id,
    ...(repeatable !== undefined && { repeatable }),
    secrets: params.filter(({ secret }) => secret).flatMap(({ name }) => secretsOf(values[name])),
  };
}

function methodOf({ method, params }: Operation, values: Values): HttpRequest['method'] {
  // A parameter `method` may also be a part of the path: what the platform calls a method.
  const name = params.some((each) => each.name === 'httpMethod') ? 'httpMethod' : 'method';
  return (method === '*' ? values[name] : method) as HttpRequest['method'];
}

/** Fills in `{name}` and `{name?}`; every part is percent-encoded. */
function buildPath({ path, params }: Operation, values: Values): string {
  return path.replace(/\{(\w+)(\??)\}/g, (_, name: string, optional: string) => {
    if (optional && values[name] === undefined) return '';
    const encoded = encodeURIComponent(String(values[name]));
    return params.find((each) => each.name === name)?.slashes ? encoded.replaceAll('%2F', '/') : encoded;
  });
}

type Pairs = [name: string, value: string][];

/**
 * An object becomes `name[key]=value` for each of its members (`offsets[topic]=…` of xDP), a list `name=value` for each
 * of its items. The `query` of a free request holds whole parameters.
 */
function buildQuery(operation: Operation, values: Values): Pairs {
  const given = operation.params.flatMap((parameter): Pairs => {
    const value = values[parameter.name];
    if (value === undefined) return [];
    if (parameter.name === 'query' && parameter.in === 'none') return membersOf(value);
    if (parameter.in !== 'query') return [];
    return parameter.others ? membersOf(value) : pairsOf(parameter.name, value);
  });
  const form = isForm(operation) && methodOf(operation, values) === 'GET' ? formPairs(operation, values) : [];
  return [...Object.entries(operation.fixedQuery ?? {}), ...given, ...form];
}

function isForm({ transport }: Operation): boolean {
  return transport === 'http-form';
}

/** What stands in the body, as a form has it; the members of a whole one are parameters themselves. */
function formPairs({ params }: Operation, values: Values): Pairs {
  return params.flatMap(({ name, in: place, whole, others }) => {
    if (place !== 'body' || values[name] === undefined) return [];
    return whole || others ? membersOf(values[name]) : pairsOf(name, values[name]);
  });
}

function membersOf(value: unknown): Pairs {
  return Object.entries(value as object).flatMap(([name, each]) => pairsOf(name, each));
}

function pairsOf(name: string, value: unknown): Pairs {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((each) => [name, String(each)]);
  if (typeof value !== 'object') return [[name, String(value)]];
  return Object.entries(value).map(([key, each]) => [`${name}[${key}]`, String(each)]);
}

type Content = Pick<HttpRequest, 'body' | 'headers'>;

function buildBody(operation: Operation, values: Values): Content {
  const written = writeBody(operation, values);
  const { contentType } = operation;
  return contentType === undefined ? written : { ...written, headers: { 'content-type': contentType } };
}

function writeBody(operation: Operation, values: Values): Content {
  const params = operation.params.filter(({ name, in: place }) => place === 'body' && values[name] !== undefined);
  const method = methodOf(operation, values);
  if (isForm(operation)) return formBody(method, formPairs(operation, values));
  if (params.length === 0) return {};
  const whole = params.find((parameter) => parameter.whole);
  const members = params.flatMap(({ name, others }): [string, unknown][] =>
    others ? Object.entries(values[name] as object) : [[name, values[name]]],
  );
  if (operation.body === 'multipart') return multipartBody(members);
  const content = whole ? values[whole.name] : Object.fromEntries(members);
  const name = whole?.name ?? 'params';
  if (operation.method === '*') return freeBody(method, content);
  if (operation.body === 'text') return withType('text/plain', String(content));
  if (operation.body === 'json-lines')
    return withType('application/json', jsonLines(content as readonly unknown[] | WrittenItems, name));
  return withType('application/json', whole ? jsonOf(content, name) : objectText(content as Values, name));
}

function formBody(method: HttpRequest['method'], pairs: Pairs): Content {
  if (method === 'GET' || pairs.length === 0) return {};
  return withType('application/x-www-form-urlencoded', new URLSearchParams(pairs).toString());
}

function jsonOf(value: unknown, name: string): string {
  return value instanceof WrittenItems ? `[${value.texts.join(',')}]` : jsonText(value, name);
}

/** An object of which a member may be written already. */
function objectText(members: Values, name: string): string {
  if (!Object.values(members).some((each) => each instanceof WrittenItems)) return jsonText(members, name);
  const written = Object.entries(members).map(
    ([member, value]) => `${JSON.stringify(member)}:${jsonOf(value, `${name}.${member}`)}`,
  );
  return `{${written.join(',')}}`;
}

/** A free request sends text and bytes as they are, all else as JSON; a GET has no body (RFC 9110 §9.3.1). */
function freeBody(method: HttpRequest['method'], content: unknown): Content {
  if (method === 'GET') return {};
  if (Buffer.isBuffer(content)) return withType('application/octet-stream', content);
  if (typeof content === 'string') return withType('text/plain', content);
  return withType('application/json', jsonText(content, 'body'));
}

function withType(type: string, body: string | Buffer): Content {
  return { body, headers: { 'content-type': type } };
}

/** The `headers` of a free request, which go before those of the body. */
function withHeaders(content: Content, headers: unknown, { params }: Operation): Content {
  if (headers === undefined || !params.some(({ name, in: place }) => name === 'headers' && place === 'none'))
    return content;
  const own = Object.entries(headers as object).map(([name, value]) => [name.toLowerCase(), headerText(name, value)]);
  return { ...content, headers: { ...content.headers, ...Object.fromEntries(own) } };
}

/** @throws PlatformError INVALID_PARAMETER for what no header can carry (RFC 9110 §5.1, §5.5) */
function headerText(name: string, value: unknown): string {
  const text = String(value);
  if (!/^[\w!#$%&'*+.^`|~-]{1,200}$/.test(name))
    throw new PlatformError(
      'INVALID_PARAMETER',
      `"headers" holds a name that is none: ${JSON.stringify(name.slice(0, 40))}`,
    );
  if (/[^\t\x20-\x7e\x80-\xff]/.test(text))
    throw new PlatformError('INVALID_PARAMETER', `the header "${name}" holds a character that headers cannot carry`);
  return text;
}

/** One JSON text a line. */
export function jsonLines(items: readonly unknown[] | WrittenItems, name: string): string {
  const texts =
    items instanceof WrittenItems ? items.texts : items.map((item, index) => jsonText(item, `${name}[${index}]`));
  return texts.join('\n');
}

/** Every text in a secret value, however deep. In there short ones are types and the like, and would only tear holes. */
function secretsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value)
    .flatMap(secretsOf)
    .filter(({ length }) => length >= 8);
}
