import type { Definition, Translate } from './red';

/**
 * Gives the properties of a type the words of their fields: what the editor says of one that is wrong (the tooltip of
 * the red triangle) begins with its `label`.
 */
export function labelProperties(
  type: string,
  { _: translate, defaults, credentials = {} }: Pick<Definition<object>, '_' | 'defaults' | 'credentials'>,
): void {
  if (!translate) return;
  for (const [name, property] of Object.entries<{ label?: string }>({ ...defaults, ...credentials })) {
    const label = labelOf(type, name, translate);
    if (label !== undefined) property.label = label;
  }
}

/** As the form has it: of the type, of its platform, or of all. */
function labelOf(type: string, name: string, translate: Translate): string | undefined {
  for (const owner of [...ownersOf(type), 'common']) {
    const key = `${owner}.label.${name}`;
    const text = translate(key);
    if (text !== key) return text;
  }
  return undefined;
}

/** `itwin-iot-query`, `itwin-iot`, `itwin`. */
function ownersOf(type: string): string[] {
  const words = type.split('-');
  return words.map((_, index) => words.slice(0, words.length - index).join('-'));
}
