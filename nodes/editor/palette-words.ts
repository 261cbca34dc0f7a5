import type { Definition } from './red';

/**
 * People look for a platform by the name of its maker too. The palette's filter reads the type and an attribute that
 * holds the label; words of ours stand there behind the label, unseen.
 */
export function addPaletteWords(type: string, { _: translate }: Pick<Definition<object>, '_'>): void {
  const words = translate?.('palette.words') ?? '';
  $(`.red-ui-palette-node[data-palette-type="${type}"]`).attr('data-palette-label', (_, label) => `${label} ${words}`);
}
