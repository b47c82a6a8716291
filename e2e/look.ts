import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright/test';
import { expect } from './fixtures.ts';

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
export const views = [
  { name: 'light 1280', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { name: 'dark 390', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const;
export type View = (typeof views)[number];

/** Given to a document once: it is half a megabyte, and pages follow each other in one. */
async function runAxe(page: Page): Promise<AxeResults> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const options: RunOptions = {
    runOnly: STANDARD,
    resultTypes: ['violations'],
    // Fetches what is heard and seen once more, for rules about that alone.
    preload: false,
  };
  return page.evaluate(
    (asked) =>
      (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run(asked),
    options,
  );
}

/** What axe finds, and whatever makes a phone scroll sideways, the page or a table in it; nothing is looked at before it is complete. */
export async function look(page: Page, view: View, where: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }), where).toHaveCount(1);
  await expect(page.getByRole('status').filter({ hasText: 'Loading' }), where).toHaveCount(0);
  const { background, over, inside, media } = await page.evaluate(async () => {
    await Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => null)));
    const pixel = new OffscreenCanvas(1, 1).getContext('2d');
    if (!pixel) throw new Error('no canvas');
    pixel.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    pixel.fillRect(0, 0, 1, 1);
    const { scrollWidth, clientWidth } = document.documentElement;
    return {
      background: pixel.getImageData(0, 0, 1, 1).data[1] ?? 0,
      over: scrollWidth - clientWidth,
      media: document.querySelectorAll('audio, video, iframe').length,
      inside: [...document.querySelectorAll('main *')]
        .filter(
          (part) =>
            part.scrollWidth > part.clientWidth + 1 &&
            ['auto', 'scroll'].includes(getComputedStyle(part).overflowX),
        )
        .map((part) => part.textContent.slice(0, 60)),
    };
  });
  expect(background < 128, `${where}: colours of the scheme`).toBe(view.colorScheme === 'dark');
  expect.soft(over, `${where}: pixels that stand out sideways`).toBeLessThanOrEqual(0);
  if (view.viewport.width < 480)
    expect.soft(inside, `${where}: parts that scroll sideways in themselves`).toEqual([]);
  expect(page.frames(), `${where}: one document, looked at whole`).toHaveLength(1);
  expect(media, `${where}: what is heard or framed, of which the rules below would not know`).toBe(
    0,
  );
  const { violations, passes } = await runAxe(page);
  expect(passes.length, `${where}: rules that applied`).toBeGreaterThan(5);
  expect
    .soft(
      violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.slice(0, 5).map(({ html, failureSummary }) => `${html} ${failureSummary}`),
      })),
      where,
    )
    .toEqual([]);
}

/** The same in both views, of a page as it stands in the middle of a journey, which then goes on as it was. */
export async function lookInBoth(page: Page, where: string): Promise<void> {
  const before = page.viewportSize();
  for (const view of views) {
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: view.colorScheme });
    await page.setViewportSize(view.viewport);
    await look(page, view, `${where} ${view.name}`);
  }
  await page.emulateMedia({ reducedMotion: null, colorScheme: null });
  if (before) await page.setViewportSize(before);
}
