import { test as base, expect, type Page } from 'playwright/test';
import { portal } from './under-test.ts';

export {
  comeAs,
  enterPassword,
  freshCode,
  type PersonaKey,
  persona,
  signIn,
  signInWithRecoveryCode,
  stepUp,
  stepUpIfAsked,
} from './people.ts';
export { lookUp, REASON, startView } from './support-view.ts';
export { portal } from './under-test.ts';
export { expect };

/** The link of the newest letter with this subject, from the demo's outbox. */
export async function linkFromMail(page: Page, subject: string): Promise<string> {
  const tab = await page.context().newPage();
  await tab.goto('/outbox');
  const letter = tab.getByRole('article', { name: subject }).first();
  const href = await letter.getByRole('link').first().getAttribute('href');
  await tab.close();
  if (!href) throw new Error(`no link in the letter "${subject}"`);
  return href;
}

/** A refused act is answered with its status, which the browser notes too. */
const REFUSED = /status of (4\d\d|503)/;
/** Where processes are killed, answers end in the middle: the page has to go on, and the browser notes it. */
const CUT =
  /net::ERR_(INCOMPLETE_CHUNKED_ENCODING|CONTENT_LENGTH_MISMATCH|CONNECTION_RESET|EMPTY_RESPONSE)/;
const expected = process.env['E2E_KILLS'] ? [REFUSED, CUT] : [REFUSED];

/** A page on the worker's portal that ends the test with what its console says. */
export const test = base.extend<{ problems: string[] }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern.
  baseURL: async ({}, use) => use(portal.url),
  problems: [
    async ({ page }, use) => {
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        const known = expected.some((pattern) => pattern.test(message.text()));
        if (message.type() === 'error' && !known) problems.push(message.text());
      });
      await use(problems);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
});
