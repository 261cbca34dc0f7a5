import { type AnyNode, type Node, type ObjectExpression, type Property, parse } from 'acorn';
import { simple } from 'acorn-walk';
import { type DefaultTreeAdapterTypes, parse as parseHtml } from 'parse5';

/** A node type as flows.nodered.org and the scorecard of node-red-dev see it: without running the file. */
export interface ListedType {
  type: string;
  /** Properties that stand there as literals, of category, color, icon, inputs, outputs. */
  literals: Record<string, unknown>;
  /** Names of the properties, when `defaults` is an inline object. */
  defaults?: string[];
  credentials?: string[];
  /** The same with what stands there for each: literals, and of a call the name of the function. */
  defaultValues?: unknown;
  credentialValues?: unknown;
}

const LITERALS = new Set(['category', 'color', 'icon', 'inputs', 'outputs']);
const INLINE = new Set(['defaults', 'credentials']);

/** A script of an HTML file. */
export interface Script {
  type: string;
  src?: string;
  text: string;
}

/**
 * The node types that a set's HTML file registers. The rule is that of node-red-dev, `src/libs/checknodes.js`:
 * `*.registerType("literal", { inline object })` in scripts of type text/javascript.
 */
export function listTypes(html: string): ListedType[] {
  const found: ListedType[] = [];
  for (const { type, src, text } of scriptsOf(html)) {
    if (type !== 'text/javascript' || src !== undefined) continue;
    simple(parse(text, { ecmaVersion: 'latest' }), {
      CallExpression({ callee, arguments: [name, definition] }) {
        if (callee.type !== 'MemberExpression' || nameOf(callee.property) !== 'registerType') return;
        if (name?.type !== 'Literal' || definition?.type !== 'ObjectExpression') return;
        found.push(listed(String(name.value), definition));
      },
    });
  }
  return found;
}

function listed(type: string, definition: ObjectExpression): ListedType {
  const entry: ListedType = { type, literals: {} };
  for (const { key, value } of propertiesOf(definition)) {
    const name = nameOf(key);
    if (LITERALS.has(name) && value.type === 'Literal') entry.literals[name] = value.value;
    if (INLINE.has(name) && value.type === 'ObjectExpression') {
      entry[name as 'defaults' | 'credentials'] = propertiesOf(value).map((property) => nameOf(property.key));
      entry[name === 'defaults' ? 'defaultValues' : 'credentialValues'] = literalOf(value);
    }
  }
  return entry;
}

/** What a literal says; `validatorOf(PROPERTIES.url)`, which is none, as `validatorOf url`. */
function literalOf(node: AnyNode): unknown {
  switch (node.type) {
    case 'Literal':
      return node.value;
    case 'ArrayExpression':
      return node.elements.map((each) => each && literalOf(each));
    case 'ObjectExpression':
      return Object.fromEntries(propertiesOf(node).map(({ key, value }) => [nameOf(key), literalOf(value)]));
    case 'CallExpression': {
      const [argument] = node.arguments;
      return `${nameOf(node.callee)} ${argument?.type === 'MemberExpression' ? nameOf(argument.property) : ''}`;
    }
    default:
      throw new Error(`no literal: ${node.type}`);
  }
}

function propertiesOf({ properties }: ObjectExpression): Property[] {
  return properties.filter((property) => property.type === 'Property');
}

/** As the rule does: the name of an identifier; a quoted key has none. */
function nameOf(node: Node): string {
  return 'name' in node ? String(node.name) : '';
}

/** The scripts of an HTML file as a browser finds them. */
export function scriptsOf(html: string): Script[] {
  const scripts: Script[] = [];
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    if (node.nodeName === 'script') {
      const { attrs, childNodes } = node as DefaultTreeAdapterTypes.Element;
      const attributes = Object.fromEntries(attrs.map(({ name, value }) => [name, value]));
      const text = childNodes.map((child) => ('value' in child ? child.value : '')).join('');
      scripts.push({ type: attributes.type ?? '', ...('src' in attributes && { src: attributes.src }), text });
    }
    if ('childNodes' in node) node.childNodes.forEach(visit);
  };
  visit(parseHtml(html));
  return scripts;
}
