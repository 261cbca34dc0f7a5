import type { Browser, Page } from 'playwright-core';

/** A line of a chart: its name in the legend, and its points by time. */
export interface Line {
  name: string;
  points: { time: number; value: number }[];
}

/** A page of the dashboard with one chart. */
export interface Dashboard {
  readonly page: Page;
  /** What the drawing library has been given to draw. */
  lines(): Promise<Line[]>;
  /** How many pixels of the drawing have the colour of the first line. */
  drawn(): Promise<number>;
  close(): Promise<void>;
}

export async function openDashboard(browser: Browser, url: string): Promise<Dashboard> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 700 } });
  await page.goto(url);
  await page.locator('canvas').first().waitFor();
  return {
    page,
    lines: () => page.evaluate(LINES),
    drawn: () => page.evaluate(DRAWN),
    close: () => page.close(),
  };
}

/** The chart is a component of Vue, which has the chart of ECharts in its data. */
const LINES = `(() => {
  let chart;
  const look = (node) => {
    if (!node || typeof node !== 'object') return;
    if (node.component?.type.name === 'DBUIChart') chart = node.component.proxy.chart;
    look(node.component?.subTree);
    look(node.suspense?.activeBranch);
    if (Array.isArray(node.children)) node.children.forEach(look);
  };
  look(document.querySelector('#app')._vnode);
  const series = chart?.getOption()?.series ?? [];
  return series.map(({ name, data }) => ({ name, points: data.map(([time, value]) => ({ time, value })) }));
})()`;

/** #0095ff, give or take what smooths the edges. */
const DRAWN = `(() => {
  const canvas = document.querySelector('canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4)
    if (data[at] < 40 && Math.abs(data[at + 1] - 0x95) < 30 && data[at + 2] > 220 && data[at + 3] > 200) count++;
  return count;
})()`;
