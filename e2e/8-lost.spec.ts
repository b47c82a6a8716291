import type { Page } from 'playwright/test';
import {
  comeAs,
  enterPassword,
  expect,
  freshCode,
  linkFromMail,
  type PersonaKey,
  persona,
  stepUpIfAsked,
  test,
} from './fixtures.ts';
import { keepFactors } from './keep-factors.ts';
import { lookInBoth } from './look.ts';
import { withSql } from './with-sql.ts';

const CUSTOMER = 'customer-california';
const WHY = 'The last invoice and the day of the first sign-up fit what they wrote to us.';
const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name });
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

/** From the password to the open case. @returns its reference */
async function openCase(page: Page): Promise<string> {
  await enterPassword(page, persona(CUSTOMER));
  await expect(heading(page, 'Enter your code')).toBeVisible();
  await page.getByText('Lost your device?').click();
  await page.getByRole('link', { name: 'Ask for a new authenticator' }).click();
  await page.getByRole('button', { name: 'Mail me the link' }).click();
  await expect(page.getByText('The link is on its way')).toBeVisible();
  await page.goto(await linkFromMail(page, 'Lost your authenticator and your recovery codes?'));
  await page.getByLabel('What happened?').fill('My phone fell into the river, with the codes.');
  await page.getByRole('button', { name: 'Open the case' }).click();
  await expect(heading(page, /^Case T-/)).toBeVisible();
  await expect(page.getByText('Nobody agrees before').first()).toBeVisible();
  return (await heading(page, /^Case T-/).innerText()).replace('Case ', '');
}

/** Presses, gives a fresh code where the last one is older than five minutes, and reads what was done. */
async function decide(page: Page, key: PersonaKey, button: string, said: string): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await stepUpIfAsked(page, key, page.getByRole('alert').filter({ hasText: said }));
}

test('who lost authenticator and codes waits three days, two people agree, and a mailed link with the password adds a new one', async ({
  page,
  another,
}) => {
  test.setTimeout(120_000);
  const giveBack = await keepFactors();
  const [own, first, second] = [await another(), await another(), await another()];
  try {
    await comeAs(own, CUSTOMER);
    const reference = await openCase(page);

    await own.goto('/');
    await own.getByRole('region', { name: 'New authenticator' }).getByRole('link').first().click();
    await expect(heading(own, `Case ${reference}`)).toBeVisible();
    await expect(own.getByRole('button', { name: 'Stop this: it was not me' })).toBeVisible();
    await expect(own.getByRole('button', { name: 'Take the case back' })).toHaveCount(0);
    await lookInBoth(own, 'the customer’s own case of lost factors');

    await comeAs(first, 'support', `/console/cases/${reference}`);
    await first.getByRole('button', { name: 'Take the case' }).click();
    await expect(first.getByText('The case is yours.')).toBeVisible();
    await expect(region(first, 'Messages')).toContainText('My phone fell into the river');
    await expect(first.getByText('Nobody can agree before')).toBeVisible();
    await expect(first.getByRole('button', { name: /^Agree/ })).toHaveCount(0);
    await withSql(
      (sql) =>
        sql`update factor_recovery set opened_at = opened_at - interval '73 hours' where ended_at is null`,
    );
    await first.reload();
    await expect(first.getByLabel('Reason').first()).toBeVisible();
    await lookInBoth(first, 'the case of lost factors at the desk, to be decided');
    await first.getByLabel('Reason').first().fill(WHY);
    await decide(first, 'support', 'Agree and ask a second person', 'You agreed.');
    await expect(first.getByRole('button', { name: 'Agree and mail the link' })).toHaveCount(0);

    await comeAs(second, 'support-second', `/console/cases/${reference}`);
    await expect(region(second, 'Why Support agent S-17 agreed')).toContainText(WHY);
    await decide(second, 'support-second', 'Agree and mail the link', 'Two people agreed');

    await page.goto(await linkFromMail(page, `You can add a new authenticator now (${reference})`));
    await page.getByLabel('Password of your account', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'There is a problem' })).toContainText(
      'The link still works.',
    );
    const { password } = persona(CUSTOMER);
    await page.getByLabel('Password of your account', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(heading(page, 'Set up the app')).toBeVisible();
    const secret = page.locator('code').filter({ hasText: /^[A-Z2-7 ]{16,}$/ });
    const code = await freshCode((await secret.first().innerText()).replace(/\s/g, ''));
    await page.getByLabel(/^Code/).fill(code);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await expect(heading(page, 'Save your new recovery codes')).toBeVisible();
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Finish' }).click();
    await expect(heading(page, 'Overview')).toBeVisible();

    await own.reload();
    await expect(heading(own, 'Sign in')).toBeVisible();
    await page.goto('/copy');
    await expect(page.getByText('Not possible until')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Start the copy' })).toHaveCount(0);
    await page.goto(`/cases/${reference}`);
    await expect(region(page, 'Decision')).toContainText('Support agent S-17, Support agent S-23');
    await page.goto('/who-looked');
    for (const [who, what] of [
      ['Support agent S-17', 'Proposed to give you a new authenticator'],
      ['Support agent S-23', 'Agreed, as the second person'],
    ] as const)
      await expect(
        page.getByRole('row').filter({ hasText: who }).filter({ hasText: what }).first(),
      ).toBeVisible();
  } finally {
    await giveBack();
  }
});

test('whoever reads the mailbox stops it without a sign-in, and nobody can agree to it then', async ({
  page,
  another,
}) => {
  test.setTimeout(60_000);
  const reference = await openCase(page);
  const subject = `Somebody asks for a new authenticator for your account (${reference})`;
  const stop = await linkFromMail(page, subject);
  await page.goto(stop);
  await page.getByRole('button', { name: 'Stop it: it was not me' }).click();
  await expect(heading(page, 'Now set a new password')).toBeVisible();
  await page.goto('about:blank');
  await page.goto(stop);
  await page.getByRole('button', { name: 'Stop it: it was not me' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'There is a problem' })).toContainText(
    'It was stopped already',
  );
  const desk = await another();
  await comeAs(desk, 'support', `/console/cases/${reference}`);
  await expect(region(desk, 'The new authenticator')).toContainText('Stopped by the link');
  await expect(desk.getByRole('button', { name: /^Agree|^Refuse/ })).toHaveCount(0);
});
