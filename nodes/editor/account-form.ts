import type { Dialog } from './dialog';
import type { EditorNode } from './red';

/** An account as our routes take it. A credential that is left out, or is Node-RED's placeholder, is the stored one. */
export interface AccountForm {
  id: string;
  properties: Readonly<Record<string, unknown>>;
  credentials: Readonly<Record<string, unknown>>;
}

/** What stands in the dialog of an account, saved or not. */
export function openForm({ node, value, field }: Dialog): AccountForm {
  const read = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, value(name)]));
  const credentials = credentialsOf(node);
  // A stored password that does not apply is left out: it must not keep another from being tried.
  const hidden = credentials.filter((name) => !field(name).is(':visible')).map((name) => [name, '']);
  return {
    id: node.id,
    properties: read(propertiesOf(node)),
    credentials: { ...read(credentials), ...Object.fromEntries(hidden) },
  };
}

/** What the editor holds of an account that is new, or has been changed since the last deploy; else undefined. */
export function undeployedForm(id: string): AccountForm | undefined {
  const node = RED.nodes.node(id);
  if (!node?.changed) return undefined;
  const { credentials = {} } = node;
  return {
    id,
    properties: Object.fromEntries(propertiesOf(node).map((name) => [name, node[name]])),
    credentials: Object.fromEntries(credentialsOf(node).map((name) => [name, credentials[name]])),
  };
}

function propertiesOf(node: EditorNode): string[] {
  return Object.keys(node._def.defaults).filter((name) => name !== 'version');
}

function credentialsOf(node: EditorNode): string[] {
  return Object.keys(node._def.credentials ?? {});
}
