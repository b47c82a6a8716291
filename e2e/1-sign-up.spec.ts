import type { Page } from 'playwright/test';
import { expect, freshCode, linkFromMail, test } from './fixtures.ts';
import { look, type View, views } from './look.ts';

const LETTER = 'Confirm your e-mail address to open your account';
const PASSWORD = 'copper meadow bicycle 19';

async function seen(page: Page, view: View, where: string): Promise<void> {
  await page.setViewportSize(view.viewport);
  await page.emulateMedia({ colorScheme: view.colorScheme, reducedMotion: 'reduce' });
  await look(page, view, where);
}

async function answer(page: Page, day: string, month: string, year: string): Promise<void> {
  await page.getByLabel('Day').fill(day);
  await page.getByLabel('Month').fill(month);
  await page.getByLabel('Year').fill(year);
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('a child is stopped, and stays so after going back and answering otherwise; an adult comes from a letter to an account with two factors', async ({
  page,
  another,
}) => {
  test.setTimeout(120_000);
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'No account yet? Open one' }).click();
  await answer(page, '31', '2', '1990');
  await expect(page.getByRole('alert', { name: 'There is a problem' })).toContainText(
    'Enter your date of birth',
  );
  await answer(page, '4', '7', String(new Date().getUTCFullYear() - 11));
  const stopped = page.getByRole('heading', { name: 'We cannot open an account for you' });
  await expect(stopped).toBeVisible();
  await seen(page, views[0], 'sign-up stopped');
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ name: 'no_sign_up', value: '1', httpOnly: true });
  await page.goBack();
  await page.goto('/sign-up');
  await answer(page, '4', '7', '1980');
  await expect(stopped).toBeVisible();
  await page.goto('/cookies');
  const listed = page.getByRole('table').getByRole('row').filter({ hasText: 'no_sign_up' });
  await expect(listed).toContainText('1 day');

  const adult = await another();
  const addresses: string[] = [];
  adult.on('request', (request) => void addresses.push(request.url()));
  await adult.goto('/sign-up');
  await answer(adult, '9', '12', '1986');
  await adult.getByRole('button', { name: 'Send me the link' }).click();
  await expect(adult.getByRole('alert', { name: 'There is a problem' })).toContainText(
    'Choose your country',
  );
  await seen(adult, views[1], 'sign-up who');
  await adult.getByLabel('E-mail address').fill('grace.hopper@example.test');
  await adult.getByLabel('Name', { exact: true }).fill('Grace Hopper');
  await adult.getByLabel('Country').selectOption('US');
  await adult.getByRole('button', { name: 'Send me the link' }).click();
  await expect(adult.getByRole('heading', { name: 'Look into your mailbox' })).toBeVisible();
  await seen(adult, views[0], 'sign-up sent');

  const link = await linkFromMail(adult, LETTER);
  await adult.goto(link);
  await expect(adult.getByRole('heading', { name: 'Choose a password' })).toBeVisible();
  await expect(adult.getByLabel('E-mail address')).toHaveValue('grace.hopper@example.test');
  const field = adult.getByLabel('Password', { exact: true });
  await field.fill('Grace Hopper 1986');
  await expect(adult.getByText('Without your name and e-mail address')).toBeVisible();
  await adult.getByRole('button', { name: 'Open the account' }).click();
  await expect(adult.getByRole('alert', { name: 'There is a problem' })).toContainText(
    'Take away your name',
  );
  await field.fill(PASSWORD);
  await expect(adult.getByText('We found nothing against it')).toBeVisible();
  await adult.getByRole('button', { name: 'Show Password' }).click();
  await expect(field).toHaveAttribute('type', 'text');
  await seen(adult, views[1], 'sign-up password');
  await adult.getByRole('button', { name: 'Open the account' }).click();

  await expect(adult.getByRole('heading', { name: 'Add a second factor' })).toBeVisible();
  await adult.getByRole('button', { name: /Set up the app|I have an app/ }).click();
  const secret = adult.locator('code').filter({ hasText: /^[A-Z2-7 ]{16,}$/ });
  const code = await freshCode((await secret.first().innerText()).replace(/\s/g, ''));
  await adult.getByLabel(/^Code/).fill(code);
  await adult.getByRole('button', { name: /Confirm|Continue|Add/ }).click();
  await adult.getByRole('checkbox').check();
  await adult.getByRole('button', { name: /Finish|Continue|Done/ }).click();
  await expect(adult.getByRole('heading', { name: 'Add a passkey too?' })).toBeVisible();
  await adult.getByRole('button', { name: 'Not now' }).click();
  await expect(adult.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();

  // The token stood behind the #, and went to the server in no address.
  const token = link.split('#')[1] ?? '';
  expect(token).toHaveLength(43);
  expect(addresses.length).toBeGreaterThan(10);
  expect(addresses.filter((address) => address.includes(token))).toEqual([]);
  await adult.goto(link);
  await expect(adult.getByRole('heading', { name: 'This link no longer works' })).toBeVisible();
});
