import type { Locator, Page } from 'playwright-core';

export async function textOf(element: Locator): Promise<string> {
  return (await element.textContent()) ?? '';
}

/** Chooses every option of a select, to see every form there is. */
export async function chooseEach(select: Locator): Promise<void> {
  if ((await select.count()) === 0) return;
  for (const option of await select.locator('option').all()) {
    await select.selectOption((await option.getAttribute('value')) ?? '');
  }
}

/** Keys of the message catalogue that are shown instead of their texts. */
export async function untranslated(dialog: Locator): Promise<string> {
  const keys = /\b(?:common|(?:xdp|itwin-iot)(?:-\w+)*)\.[a-z]\w*\.\w+/g;
  return [...(await textOf(dialog)).matchAll(keys)].join(', ');
}

/** The pick lists of the dialog that is open. */
export interface PickLists {
  /** Opens the n-th one, from 0, not counting that of the project; gives the panel. */
  open(index?: number): Promise<Locator>;
  /** A line that can be picked. */
  option(text: string): Locator;
  /** Names of the lines that are picked. */
  picked(): Promise<string[]>;
}

export function pickLists(page: Page): PickLists {
  const panel = page.locator('.farfield-pick-panel');
  const options = panel.locator('[role="option"]');
  return {
    async open(index = 0) {
      await page.locator('.farfield-pick-button:visible:not([aria-label$=": Project"])').nth(index).click();
      // Until the list has come, or a message that says why not.
      await options.or(panel.locator('.farfield-pick-message > span')).first().waitFor();
      return panel;
    },
    option: (text) => options.filter({ hasText: text }),
    picked: () => panel.locator('[aria-checked="true"] > span').allTextContents(),
  };
}
