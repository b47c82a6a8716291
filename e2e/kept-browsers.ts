import type { Browser, BrowserContext } from 'playwright/test';
import { portal } from './under-test.ts';

export type KeptBrowsers = {
  /** A browser that nobody else has, empty but for what it has read of our code before. */
  lend(): Promise<BrowserContext>;
  /** Takes all of them back: pages closed, cookies gone. */
  takeBack(): Promise<void>;
};

/**
 * Browsers that a worker keeps from test to test, as its people keep theirs. A new one starts a process
 * and compiles our code anew, which costs more than most of what a test does in it.
 */
export async function keepBrowsers(
  browser: Browser,
  use: (kept: KeptBrowsers) => Promise<void>,
): Promise<void> {
  const all: BrowserContext[] = [];
  let lent = 0;
  await use({
    async lend() {
      const context = all[lent] ?? (await open(browser));
      all[lent] = context;
      lent += 1;
      return context;
    },
    async takeBack() {
      for (const context of all.slice(0, lent)) {
        const [_keeper, ...pages] = context.pages();
        for (const page of pages) await page.close();
        await context.clearCookies();
      }
      lent = 0;
    },
  });
  for (const context of all) await context.close();
}

/** With one page that stays open: the process that draws pages of a portal ends with the last of them. */
async function open(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'en-GB', baseURL: portal.url });
  const keeper = await context.newPage();
  await keeper.goto('/livez');
  return context;
}
