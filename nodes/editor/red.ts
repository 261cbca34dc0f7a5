/**
 * What the dialogs use of the editor. The published types (`@types/node-red__editor-client`) would bring Node's globals
 * into browser code, and know neither validators that give a reason nor typedInput types of one's own.
 */

/** Looks a word up in the message catalogue of the node's set; an unknown key comes back as it is. */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** A node as the editor holds it. */
export interface EditorNode {
  id: string;
  type: string;
  name?: string;
  _: Translate;
  _def: Definition<object>;
}

/** A node as the editor holds it, its dialog being closed. */
export interface HeldNode extends EditorNode, Readonly<Record<string, unknown>> {
  /** It is new, or has been changed since the last deploy. */
  changed?: boolean;
  /** Those that have been entered since the last deploy; text ones also where the dialog has been open. */
  credentials?: Readonly<Record<string, unknown>>;
}

/**
 * Says whether a value is valid, or why not. The editor passes text on only from a function that declares two
 * parameters. `label`: the words of the field.
 */
export type Validator = (this: EditorNode, value: unknown, options: { label?: string }) => boolean | string;

/** An entry of `defaults`. */
export interface Property<Value> {
  value: Value | '';
  /** Of the config node that the property names. */
  type?: string;
  required?: boolean;
  validate?: Validator;
  /** The words of its field, set when the type has been registered. */
  label?: string;
}

/** An entry of `credentials`. */
export interface Credential {
  type: 'text' | 'password';
  label?: string;
  required?: boolean;
  validate?: Validator;
}

type Methods<Properties> = ThisType<EditorNode & Properties>;

/** What a node type registers. `Properties`: the node's own (docs/design.md, "Names"). */
export interface Definition<Properties> {
  /** The editor's, once the type is registered: looks words up for its nodes. */
  _?: Translate;
  /** The editor's: where the type comes from. */
  set?: { module: string };
  category: string;
  color?: string;
  icon?: string;
  inputs?: 0 | 1;
  outputs?: 0 | 1;
  defaults: { [Name in keyof Properties]: Property<Properties[Name]> };
  credentials?: Readonly<Record<string, Credential>>;
  paletteLabel?: string;
  label?(): string;
  labelStyle?(): string;
  inputLabels?(): string;
  outputLabels?(): string;
  oneditprepare?(): void;
  oneditsave?(): void;
}

/** A type that a typedInput offers, besides those it has by itself (`msg`, `flow`, `env`, …). */
export interface TypedInputType {
  value: string;
  label: string;
  icon?: string;
  options?: readonly { value: string; label: string }[];
  hasValue?: boolean;
  inputType?: 'password' | 'text';
  validate?(value: string): boolean | string;
  /** Behind the button at the end of the field; `this` is the widget. */
  expand?(this: { value(): string; value(text: string): void }): void;
}

interface TypedInputWidget<Element> {
  (options: { types: readonly (string | TypedInputType)[]; default?: string; typeField?: JQuery }): JQuery<Element>;
  (call: 'type' | 'value'): string;
  (call: 'type' | 'value', text: string): void;
}

interface TextEditor {
  value: string;
  mode?: string;
  focus?: boolean;
  complete(text: string): void;
}

export interface PopoverPanel {
  container: JQuery;
  show(options: { target: JQuery; align: 'left' | 'right'; offset?: [number, number]; onclose(): void }): void;
  hide(dispose: boolean): void;
}

interface Editor {
  _: Translate;
  nodes: {
    registerType<Properties>(type: string, definition: Definition<Properties> & Methods<Properties>): void;
    node(id: string): HeldNode | null;
    getType(type: string): Definition<object> | undefined;
  };
  events: { on(event: 'registry:node-type-added', listener: (type: string) => void): void };
  settings: { context: { default: string; stores: string[] } };
  utils: { validateTypedProperty(value: string, type: string, options: object): boolean | string };
  editor: { editJSON(options: TextEditor): void; editText(options: TextEditor): void };
  popover: { panel(content: JQuery): PopoverPanel };
  sidebar: { help: { show(type: string): void } };
  /** Shows the words beside the element for a moment. Also where the browser has no clipboard of its own (plain HTTP). */
  clipboard: { copyText(text: string, beside: JQuery, words: string): boolean };
}

declare global {
  const RED: Editor;
  interface JQuery<TElement = HTMLElement> {
    typedInput: TypedInputWidget<TElement>;
  }
}
