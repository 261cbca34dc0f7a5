import type { Definition, Translate } from './red';
import { statusText } from './status-text';

/** Our module, as Node-RED's registry names it. */
const MODULE = '@farfield/node-red-iot-platforms';

// This file is the first of each platform's script: the types are registered behind it.
RED.events.on('registry:node-type-added', (type) => {
  const definition = RED.nodes.getType(type);
  if (definition?.set?.module === MODULE) translateStatusesOf(definition);
});

/** The editor calls `_` for a status with the text as key and as default, and for nothing else so. */
function translateStatusesOf(definition: Pick<Definition<object>, '_'>): void {
  const { _: translate } = definition;
  if (!translate) return;
  const lookUp = (key: string): string | undefined => {
    if (!KEY.test(key)) return undefined;
    const found = translate(key);
    return found === key ? undefined : found;
  };
  const translated: Translate = (key, values) =>
    values?.defaultValue === key ? statusText(key, lookUp) : translate(key, values);
  definition._ = translated;
}

/** The keys of dialogs have points in them. */
const KEY = /^[a-z#][a-z# ]*$/;
