import type { HttpRequest } from './http-client';
import type { Operation, Parameter, Values } from './operation';

/** The HTTP request of an operation. `values` have been checked (resolveParameters). */
export function buildRequest(operation: Operation, values: Values): HttpRequest {
  return {
    method: operation.method as HttpRequest['method'],
    path: buildPath(operation.path, values),
    query: buildQuery(operation.params, values),
    ...buildBody(operation, values),
    operation: operation.id,
    ...(operation.repeatable !== undefined && { repeatable: operation.repeatable }),
    secrets: operation.params.filter(({ secret }) => secret).flatMap(({ name }) => secretsOf(values[name])),
  };
}

/** Fills in `{name}`; every part is percent-encoded. */
function buildPath(path: string, values: Values): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
}

/** An object becomes `name[key]=value` for each of its members (`offsets[topic]=…` of xDP). */
function buildQuery(params: readonly Parameter[], values: Values): [string, string][] {
  const query: [string, string][] = [];
  for (const parameter of params) {
    const value = values[parameter.name];
    if (parameter.in !== 'query' || value === undefined) continue;
    if (typeof value === 'object') {
      for (const [key, each] of Object.entries(value as object))
        query.push([`${parameter.name}[${key}]`, String(each)]);
    } else query.push([parameter.name, String(value)]);
  }
  return query;
}

function buildBody(operation: Operation, values: Values): Pick<HttpRequest, 'body' | 'headers'> {
  const params = operation.params.filter(
    (parameter) => parameter.in === 'body' && values[parameter.name] !== undefined,
  );
  if (params.length === 0) return {};
  const whole = params.find((parameter) => parameter.whole);
  const content = whole
    ? values[whole.name]
    : Object.fromEntries(params.map((parameter) => [parameter.name, values[parameter.name]]));
  if (operation.body === 'text') return withType('text/plain', String(content));
  if (operation.body === 'json-lines') return withType('application/json', jsonLines(content as unknown[]));
  return withType('application/json', JSON.stringify(content));
}

function withType(type: string, body: string): Pick<HttpRequest, 'body' | 'headers'> {
  return { body, headers: { 'content-type': type } };
}

/** One JSON text a line. */
export function jsonLines(items: readonly unknown[]): string {
  return items.map((item) => JSON.stringify(item)).join('\n');
}

/** Every text in a secret value, however deep. In there short ones are types and the like, and would only tear holes. */
function secretsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value)
    .flatMap(secretsOf)
    .filter(({ length }) => length >= 8);
}
