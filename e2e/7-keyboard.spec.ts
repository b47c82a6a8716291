import type { Page } from 'playwright/test';
import { comeAs, expect, freshCode, type PersonaKey, persona, REASON, test } from './fixtures.ts';

/** More stops than any page has: who is not there after these cannot be reached. */
const MAX_STOPS = 120;

type Role = Parameters<Page['getByRole']>[0];

/** Goes on with Tab until the focus is on what has this role and name. */
async function tabTo(page: Page, role: Role, name: string | RegExp): Promise<void> {
  const wanted = page
    .getByRole(role, { name, ...(typeof name === 'string' ? { exact: true } : {}) })
    .and(page.locator(':focus'));
  for (let stop = 0; stop <= MAX_STOPS; stop += 1) {
    if ((await wanted.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${MAX_STOPS} presses of Tab did not reach the ${role} ${name}`);
}

async function press(page: Page, role: 'button' | 'link', name: string | RegExp): Promise<void> {
  await expect(page.getByRole(role, { name }).first()).toBeVisible();
  await tabTo(page, role, name);
  await page.keyboard.press('Enter');
}

async function type(page: Page, label: string | RegExp, words: string): Promise<void> {
  await tabTo(page, 'textbox', label);
  await page.keyboard.type(words);
}

const heading = (page: Page, name: string | RegExp) =>
  expect(page.getByRole('heading', { level: 1, name })).toBeVisible();

async function signInByKeyboard(page: Page, key: PersonaKey): Promise<void> {
  const { email, password, totpSecret } = persona(key);
  await page.goto('/sign-in');
  await heading(page, 'Sign in');
  await type(page, 'E-mail address', email);
  // A password field has no role; the stop after the address is the one that a label names so.
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await heading(page, 'Enter your code');
  await type(page, 'Code', await freshCode(totpSecret ?? ''));
  await page.keyboard.press('Enter');
  await heading(page, 'Overview');
}

test('with the keyboard alone a person signs in, skips the navigation and takes a copy', async ({
  page,
}) => {
  await signInByKeyboard(page, 'customer');
  await press(page, 'link', 'Take a copy');
  await heading(page, 'Take a copy');
  await tabTo(page, 'link', /^Skip to/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  const first = page.getByRole('checkbox').first();
  await expect(first).toBeChecked();
  await page.keyboard.press('Tab');
  await expect(first).toBeFocused();
  await page.keyboard.press('Space');
  await expect(first).not.toBeChecked();
  await press(page, 'button', 'Start the copy');
  await heading(page, /^Copy of your data R-/);
  await expect(page.getByRole('region', { name: 'Your copy' })).toBeVisible({ timeout: 60_000 });
  await tabTo(page, 'button', 'Download');
});

test('a form that is left with the keyboard gives the focus back to what opened it', async ({
  page,
}) => {
  await comeAs(page, 'customer-heavy', '/account');
  const change = page.getByRole('button', { name: 'Change Company' });
  await expect(change).toBeVisible();
  await press(page, 'button', 'Change Company');
  await expect(page.getByRole('heading', { name: 'Change company' })).toBeFocused();
  await press(page, 'button', 'Cancel');
  await expect(page.getByRole('heading', { name: 'Change company' })).toBeHidden();
  await expect(change).toBeFocused();
});

test('with the keyboard alone a person asks for a deletion in 7 days and takes it back', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const key = 'customer-california';
  const { email, totpSecret } = persona(key);
  await signInByKeyboard(page, key);
  await press(page, 'link', 'Delete');
  await heading(page, 'Delete your account');
  await press(page, 'link', 'Continue');
  await heading(page, 'Confirm the deletion');
  const days = page.getByRole('combobox', { name: 'Time to think it over' });
  await expect(days).toBeVisible();
  await tabTo(page, 'combobox', 'Time to think it over');
  await page.keyboard.press('7');
  await expect(days).toHaveValue('7');
  await type(page, 'Type your e-mail address', email);
  await tabTo(page, 'checkbox', /^I understand/);
  await page.keyboard.press('Space');
  await expect(page.getByRole('checkbox', { name: /^I understand/ })).toBeChecked();
  await press(page, 'button', 'Delete my account');

  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await expect(dialog.getByRole('textbox', { name: 'Code' })).toBeFocused();
  await page.keyboard.type(await freshCode(totpSecret ?? ''));
  await page.keyboard.press('Enter');
  await heading(page, 'Keep this code');

  await press(page, 'link', 'See the request');
  await heading(page, /^Deletion of your account R-/);
  await press(page, 'button', 'Cancel the deletion');
  const sure = page.getByRole('dialog', { name: 'Cancel the deletion' });
  await expect(sure).toBeVisible();
  // Inside the dialog the focus goes round, and comes back to where it was asked.
  await tabTo(page, 'button', 'Cancel the deletion');
  await expect(sure.getByRole('button', { name: 'Cancel the deletion' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('The deletion was cancelled. Your account is active.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel deletion' })).toBeHidden();
});

test('with the keyboard alone an agent looks a customer up, views the account and stops, and sees what has the focus', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const { email, password, totpSecret } = persona('support');
  await page.goto('/console');
  await heading(page, 'Sign in');
  await type(page, 'E-mail address', email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await heading(page, 'Enter your code');
  await type(page, 'Code', await freshCode(totpSecret ?? ''));
  await page.keyboard.press('Enter');
  await heading(page, 'Console');
  await press(page, 'link', 'Look up a customer');
  await heading(page, 'Look up a customer');
  await tabTo(page, 'radio', 'Their account');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: 'Billing' })).toBeChecked();
  await type(page, 'E-mail address', persona('customer').email);
  await page.keyboard.press('Enter');
  // What was found has the focus, and the way on is the next stop.
  await expect(page.getByRole('heading', { name: /^Found/ })).toBeFocused();
  await press(page, 'link', 'View this account');
  await heading(page, 'View an account');
  await tabTo(page, 'combobox', 'Case');
  await page.keyboard.press('ArrowDown');
  await type(page, 'Reason', REASON);
  await tabTo(page, 'checkbox', 'Account');
  await page.keyboard.press('Space');
  await press(page, 'button', 'Start the view');
  await heading(page, 'Overview of the view');
  await press(page, 'link', 'Open Account');
  await heading(page, 'Account');
  await expect(page.getByRole('region', { name: 'Account', exact: true })).toBeVisible();
  await nothingCoversTheFocus(page);
  await press(page, 'button', 'Stop');
  await heading(page, 'The view is over');
});

/** Goes through every stop of a page, back from its end too: what has the focus is in sight (WCAG 2.2, 2.4.11). */
async function nothingCoversTheFocus(page: Page): Promise<void> {
  await page.locator('body').evaluate(() => (document.activeElement as HTMLElement).blur());
  let stops = 0;
  for (const key of ['Tab', 'Shift+Tab']) {
    for (let stop = 0; stop < MAX_STOPS; stop += 1) {
      await page.keyboard.press(key);
      const covered = await page.evaluate(() => {
        const focused = document.activeElement;
        if (!focused || focused === document.body) return 'end';
        const { left, top, width, height } = focused.getBoundingClientRect();
        const shown = document.elementFromPoint(left + width / 2, top + height / 2);
        return shown && (focused.contains(shown) || shown.contains(focused))
          ? null
          : focused.outerHTML.slice(0, 120);
      });
      if (covered === 'end') break;
      stops += 1;
      expect(covered, `stop ${stop} by ${key}`).toBeNull();
    }
  }
  expect(stops).toBeGreaterThan(10);
}
