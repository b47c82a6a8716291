import { test as base, expect, type Page } from 'playwright/test';
import { type KeptBrowsers, keepBrowsers } from './kept-browsers.ts';
import { ask, portal } from './under-test.ts';

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
export { ask, portal } from './under-test.ts';
export { expect };

type Letter = { subject: string; text: string };

/** The link of the newest letter with this subject, once the demo's outbox has it. */
export async function linkFromMail(page: Page, subject: string): Promise<string> {
  let link: string | undefined;
  await expect(async () => {
    const answer = await ask(page, '/trpc/outbox.latest');
    const { result }: { result: { data: Letter[] } } = await answer.json();
    const letter = result.data.find((one) => one.subject === subject);
    [link] = /https?:\/\/\S+/.exec(letter?.text ?? '') ?? [];
    expect(link, `a link in the letter “${subject}”`).toBeDefined();
  }).toPass({ timeout: 15_000 });
  return link ?? '';
}

/** A refused act is answered with its status, which the browser notes too. */
const REFUSED = /status of (4\d\d|503)/;
/** Where processes are killed, answers end in the middle: the page has to go on, and the browser notes it. */
const CUT =
  /net::ERR_(INCOMPLETE_CHUNKED_ENCODING|CONTENT_LENGTH_MISMATCH|CONNECTION_RESET|EMPTY_RESPONSE)/;
const expected = process.env['E2E_KILLS'] ? [REFUSED, CUT] : [REFUSED];

type OfTest = {
  problems: string[];
  /** A page in a browser of its own, for somebody else than the one at `page`. */
  another: () => Promise<Page>;
};

/** A page on the worker's portal that ends the test with what its console says. */
export const test = base.extend<OfTest, { kept: KeptBrowsers }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern.
  baseURL: async ({}, use) => use(portal.url),
  kept: [async ({ browser }, use) => keepBrowsers(browser, use), { scope: 'worker' }],
  // What a browser is told when it starts, it cannot be told later: such tests get one of their own.
  context: async ({ browser, kept, extraHTTPHeaders, javaScriptEnabled }, use) => {
    const plain = !extraHTTPHeaders && javaScriptEnabled !== false;
    const context = plain ? await kept.lend() : await browser.newContext();
    await use(context);
    if (!plain) await context.close();
    await kept.takeBack();
  },
  another: async ({ context: _first, kept }, use) => use(async () => (await kept.lend()).newPage()),
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
