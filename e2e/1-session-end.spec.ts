import type { Page } from 'playwright/test';
import {
  comeAs,
  expect,
  freshCode,
  type PersonaKey,
  persona,
  signIn,
  signInWithRecoveryCode,
  test,
} from './fixtures.ts';

/** So long a session may lie idle, and so long before its end it is asked about. */
const WARNED_AFTER = '28:05';
const WORDS = 'The invoice of March names a GPU that I never rented.';
const ended = (page: Page) => page.getByText('Your session has ended');
const warning = (page: Page) => page.getByRole('dialog').filter({ hasText: 'Stay signed in' });

/** Goes on with the sign-in that the page shows, without loading another document. */
async function signInHere(page: Page, key: PersonaKey): Promise<void> {
  const { email, password, totpSecret } = persona(key);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
  await page.getByLabel(/^Code/).fill(await freshCode(totpSecret ?? ''));
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Takes the session away and lets the time pass in which it would have ended. */
async function letEnd(page: Page): Promise<void> {
  const kept = (await page.context().cookies()).filter(({ name }) => name !== 'sid');
  await page.context().clearCookies();
  await page.context().addCookies(kept);
  await page.clock.fastForward('31:00');
  await expect(ended(page)).toBeVisible();
}

test('two minutes before its end a session asks whether to stay; after it, words and page are there again for their person, and for nobody else', async ({
  page,
}) => {
  test.setTimeout(150_000);
  await page.clock.install();
  await signIn(page, 'customer-heavy');
  await page.goto('/cases/new');
  const words = page
    .getByLabel('What do you want to tell us?')
    .or(page.locator('textarea'))
    .first();
  await words.fill(WORDS);
  // Only the server knows the end; whatever asked it meanwhile has moved it.
  await expect(async () => {
    await page.clock.fastForward(WARNED_AFTER);
    await expect(warning(page)).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  // By the server's clock no time has passed: it answers as it would after so long.
  await page.route(/trpc\/[^?]*auth\.me/, async (route) => {
    const response = await route.fetch();
    const later = (_all: string, end: string) =>
      `"idleEndsAt":"${new Date(Date.parse(end) + 28 * 60_000).toISOString()}"`;
    const body = (await response.text()).replace(/"idleEndsAt":"([^"]+)"/, later);
    await route.fulfill({ response, body });
  });
  await page.getByRole('button', { name: 'Stay signed in' }).click();
  await expect(warning(page)).toBeHidden();
  await page.unroute(/trpc\/[^?]*auth\.me/);
  await expect(words).toHaveValue(WORDS);

  await letEnd(page);
  await expect(page.getByText('what you typed is kept in this tab')).toBeVisible();
  await signInHere(page, 'customer-heavy');
  await expect(page).toHaveURL(/\/cases\/new/);
  await expect(words).toHaveValue(WORDS);

  await letEnd(page);
  await signInHere(page, 'customer-california');
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await expect(page).not.toHaveURL(/cases/);
  await page.getByRole('link', { name: 'Cases' }).first().click();
  await page.goBack();
  await page.evaluate(() => window.history.pushState(null, '', '/cases/new'));
  await expect(words).toHaveValue('');
});

test('when somebody else signs in in another tab, the pages of the one before are put away with what was typed there', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await page.clock.install();
  await comeAs(page, 'customer-heavy', '/cases/new');
  const words = page
    .getByLabel('What do you want to tell us?')
    .or(page.locator('textarea'))
    .first();
  await words.fill(WORDS);
  const tab = await page.context().newPage();
  await tab.context().clearCookies({ name: 'sid' });
  await comeAs(tab, 'customer-california');
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url()));
  // The page looks again when its tab is come back to, after a while.
  await page.clock.fastForward('00:30');
  await page.evaluate(() =>
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true })),
  );
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText('Somebody else has signed in in this browser');
  await expect(words).toHaveCount(0);
  await expect(page.getByText(persona('customer-heavy').displayName)).toHaveCount(0);
  await page.keyboard.press('Tab');
  const goOn = page.getByRole('button', { name: 'Go on with the account that is signed in now' });
  await expect(goOn).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText(persona('customer-california').displayName).first()).toBeVisible();
  await expect(words).toHaveValue('');
  expect(sent.filter((url) => url.includes('cases.open'))).toEqual([]);
  await tab.close();
});

test('an act that waited for a code waits for nobody once the session has ended, and is nothing that the next person confirms', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await page.clock.install();
  await signInWithRecoveryCode(page, 'customer-heavy');
  await page.goto('/security');
  await page.getByRole('button', { name: 'Make new ones' }).click();
  await page
    .getByRole('button', { name: /Make|new codes/ })
    .last()
    .click();
  const question = page.getByRole('dialog').filter({ hasText: 'Code' });
  await expect(question).toBeVisible();
  const acts: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('makeRecoveryCodes')) acts.push(request.url());
  });
  await letEnd(page);
  await expect(question).toBeHidden();
  await signInHere(page, 'customer-california');
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  expect(acts).toEqual([]);
});
