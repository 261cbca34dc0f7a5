import type { Page } from 'playwright-core';

// What runs in the page is text: the tests are not compiled against the types of a browser.

/** The contrast of each text that is seen to what is behind it, as WCAG 2 has it. */
export function contrasts(page: Page, selector: string): Promise<number[]> {
  return page.evaluate(
    `(${CONTRASTS})([...document.querySelectorAll('${selector}')].filter((each) => each.offsetParent))`,
  );
}

/** How many words in katakana are seen in the dialog that is open, and those that stand on two lines. */
export function katakana(page: Page): Promise<{ seen: number; broken: string[] }> {
  return page.evaluate(`(${KATAKANA})([...document.querySelectorAll('.farfield-form')].at(-1))`);
}

const CONTRASTS = `(elements) => {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => {
    const [r, g, b] = rgba(colour).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return elements.map((element) => {
    let behind = element;
    while (rgba(getComputedStyle(behind).backgroundColor)[3] !== 255) behind = behind.parentElement;
    const both = [element, behind].map((each, at) => getComputedStyle(each)[['color', 'backgroundColor'][at]]);
    const [light, dark] = both.map(luminance).sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  });
}`;

const KATAKANA = `(form) => {
  const walker = document.createTreeWalker(form, NodeFilter.SHOW_TEXT);
  const broken = [];
  let seen = 0;
  while (walker.nextNode()) {
    const { currentNode: text } = walker;
    for (const { 0: word, index } of text.textContent.matchAll(/[\\u30a1-\\u30f6\\u30fc]{3,}/g)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 0) seen += 1;
      if (lines.size > 1) broken.push(word);
    }
  }
  return { seen, broken };
}`;
