import type { Definition, Translate } from './red';

type LookUp = (key: string) => string | undefined;

/** Our module, as Node-RED's registry names it. */
const MODULE = '@farfield/node-red-iot-platforms';

/**
 * A status in the reader's language. The editor looks up the text of a status as a whole, and one with a detail stands in
 * no catalogue. Here the parts between commas are looked up, each by the places of its numbers (`only # of # sensors`) or
 * by the words it begins with (`queued 50`). What no catalogue knows stays as it is, and so does what a platform said,
 * behind the colon.
 */
export function statusText(text: string, lookUp: LookUp): string {
  const end = text.indexOf(': ');
  const [ours, said] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end)];
  return ours
    .split(', ')
    .map((part) => partText(part, lookUp))
    .join(', ')
    .concat(said);
}

function partText(part: string, lookUp: LookUp): string {
  const numbers = part.match(/\d+/g) ?? [];
  const pattern = numbers.length > 0 ? lookUp(part.replace(/\d+/g, '#')) : undefined;
  if (pattern !== undefined) return pattern.replace(/#/g, () => numbers.shift() ?? '');
  const words = part.split(' ');
  for (let count = words.length; count > 0; count--) {
    const known = lookUp(words.slice(0, count).join(' '));
    if (known !== undefined) return [known, ...words.slice(count)].join(' ');
  }
  return part;
}

/** From now on the statuses of our node types are shown so. To be called before they are registered. */
export function translateStatuses(): void {
  RED.events.on('registry:node-type-added', (type) => {
    const definition = RED.nodes.getType(type);
    if (definition?.set?.module === MODULE) translateStatusesOf(definition);
  });
}

/** The editor calls `_` for a status with the text as key and as default, and for nothing else so. */
function translateStatusesOf(definition: Pick<Definition<object>, '_'>): void {
  const { _: translate } = definition;
  if (!translate) return;
  const lookUp: LookUp = (key) => {
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
