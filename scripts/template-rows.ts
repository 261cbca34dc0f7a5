/** Rows that several dialogs share: `<!-- rows:<name> -->` in an `editor.html` stands for `nodes/editor/rows/<name>.html`. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROWS = join(dirname(import.meta.dirname), 'nodes/editor/rows');

/** @throws Error when there are no such rows */
export function fillInRows(html: string): string {
  return html.replace(/^( *)<!-- rows:([\w-]+) -->$/gm, (_, indent: string, name: string) =>
    readFileSync(join(ROWS, `${name}.html`), 'utf8')
      .trimEnd()
      .replace(/^/gm, indent),
  );
}
