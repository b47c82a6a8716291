import type { Page } from 'playwright/test';
import { comeAs, expect, lookUp, persona, stepUpIfAsked, test } from './fixtures.ts';
import { lookInBoth } from './look.ts';

const AGENT = 'Support agent S-17';
const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name });
const region = (page: Page, name: string | RegExp) => page.getByRole('region', { name });

/** Asks for a customer from the page of what was found; the new reference. */
async function askFor(page: Page, what: 'copy' | 'deletion'): Promise<string> {
  await lookUp(page, persona('customer-california').email);
  await page
    .getByRole('link', { name: `Ask for ${what === 'copy' ? 'a copy' : what} for them` })
    .click();
  await page.getByRole('combobox', { name: 'Case' }).selectOption({ index: 1 });
  if (what === 'copy') await page.getByRole('checkbox', { name: 'GPU usage' }).uncheck();
  await page.getByRole('button', { name: `Ask for the ${what}` }).click();
  const done = page.getByRole('alert').filter({ hasText: 'The request is called' });
  await stepUpIfAsked(page, 'support', done);
  await expect(done).toContainText('the customer was told');
  return /R-[0-9A-Z]{8}/.exec(await done.innerText())?.[0] ?? '';
}

test('support asks for a copy and a deletion; the customer sees both at once, confirms one as their own and declines the other', async ({
  page,
  another,
}) => {
  test.setTimeout(120_000);
  await comeAs(page, 'support');
  const copy = await askFor(page, 'copy');
  const deletion = await askFor(page, 'deletion');

  const own = await another();
  await comeAs(own, 'customer-california');
  const needsYou = own.getByRole('heading', { name: /^Needs you:/ });
  await expect(needsYou).toHaveCount(2);
  await expect(own.getByText(`${AGENT} asked for this for you on`).first()).toBeVisible();
  await own.getByRole('link', { name: `See it and answer ${copy}` }).click();
  await expect(region(own, 'About this request')).toContainText(AGENT);
  await lookInBoth(own, 'a request that waits for the customer’s answer');
  await own.getByRole('link', { name: 'Choose and confirm' }).click();
  await expect(own.getByText(`${AGENT} asked for a copy for you`)).toBeVisible();
  await expect(own.getByRole('checkbox', { name: /^GPU usage/ })).not.toBeChecked();
  // Also what no view shows support is part of a copy that support asks for.
  await expect(own.getByRole('checkbox', { name: /^Sign-in and security/ })).toBeChecked();
  await own.getByRole('button', { name: 'Confirm and start the copy' }).click();
  await stepUpIfAsked(own, 'customer-california', heading(own, `Copy of your data ${copy}`));
  await expect(region(own, 'Steps')).toBeVisible();
  await expect(region(own, 'About this request')).toContainText('Confirmed on');

  await own.goto('/requests');
  await expect(needsYou).toHaveCount(1);
  await own.getByRole('link', { name: `See it and answer ${deletion}` }).click();
  await own.getByRole('link', { name: 'See what would be deleted' }).click();
  await expect(heading(own, 'Delete your account')).toBeVisible();
  await own.getByRole('link', { name: 'decline it' }).click();
  await own.getByRole('button', { name: 'Decline' }).click();
  await expect(own.getByRole('alert').filter({ hasText: 'You declined it.' })).toBeVisible();
  await expect(own.getByRole('button', { name: 'Decline' })).toHaveCount(0);
  await expect(own.getByRole('button', { name: 'Cancel deletion' })).toHaveCount(0);
  await expect(own.getByRole('link', { name: 'I don’t recognise this' })).toHaveAttribute(
    'href',
    /^\/cases\/new\?kind=dispute&about=/,
  );

  await lookUp(page, persona('customer-california').email);
  const found = region(page, /^Found/);
  await expect(found).toContainText(`${deletion}, declined, asked for by ${AGENT}`);
});

test('a correction that support asks for needs the customer: their yes, and then somebody else to grant it', async ({
  page,
  another,
}) => {
  test.setTimeout(240_000);
  await comeAs(page, 'support');
  await lookUp(page, persona('customer-california').email);
  await page.getByRole('link', { name: 'Open a case' }).click();
  await page.getByRole('radio', { name: /^A correction/ }).check();
  await page
    .getByRole('combobox', { name: 'What is wrong?' })
    .selectOption({ label: 'State or region' });
  await page.getByLabel('What should it say?').fill('NV');
  await page.getByLabel('Message to the customer').fill('You called because you have moved.');
  await page.getByRole('button', { name: 'Open the case' }).click();
  await stepUpIfAsked(page, 'support', heading(page, /^Case T-/));
  const reference = (await heading(page, /^Case T-/).innerText()).replace('Case ', '');
  const facts = region(page, 'About this case');
  await expect(facts).toContainText('None yet; without one it lapses on');
  await expect(page.getByText('You opened this correction for the customer')).toBeVisible();
  await expect(page.getByRole('radio', { name: 'Granted' })).toHaveCount(0);
  await expect(page.getByRole('radio', { name: 'Refused' })).toBeVisible();
  await lookInBoth(page, 'a correction at the desk of who opened it');

  const own = await another();
  await comeAs(own, 'customer-california');
  const needsYou = own.getByRole('heading', { name: 'Needs you: a correction of your data' });
  await expect(needsYou).toHaveCount(1);
  await own.getByRole('link', { name: `See it and answer ${reference}` }).click();
  await expect(
    own.getByRole('heading', { name: `${AGENT} asks for this correction in your name` }),
  ).toBeVisible();
  await expect(
    own.getByText('State or region (Account) says “CA” now and would say “NV”.'),
  ).toBeVisible();
  await lookInBoth(own, 'a correction that waits for the customer’s yes');
  await own.getByRole('button', { name: 'Confirm the correction' }).click();
  await expect(own.getByRole('alert').filter({ hasText: 'You confirmed' })).toBeVisible();
  await expect(own.getByRole('button', { name: 'Confirm the correction' })).toHaveCount(0);
  await expect(region(own, 'About this case')).toContainText('Confirmed on');
  await own.goto('/');
  await expect(needsYou).toHaveCount(0);

  await page.reload();
  await expect(facts).toContainText('Confirmed on');
  await expect(page.getByRole('radio', { name: 'Granted' })).toHaveCount(0);
  // Nothing else leads on now: it stands above everything.
  await expect(
    page.getByRole('heading', { name: 'You opened this correction; somebody else grants it' }),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Give the case back' }).click();
  const dialog = page.getByRole('dialog', { name: `Give case ${reference} back?` });
  await dialog.getByRole('button', { name: 'Give the case back' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'is given back' })).toBeVisible();
  await expect(facts).toContainText('Nobody yet');
  await expect(page.getByRole('button', { name: 'Give the case back' })).toHaveCount(0);

  const other = await another();
  await comeAs(other, 'support-second', `/console/cases/${reference}`);
  await other.getByRole('button', { name: 'Take the case' }).click();
  await other.getByRole('radio', { name: 'Granted', exact: true }).check();
  await other.getByLabel('Reason').fill('You confirmed that you have moved to Nevada.');
  await other.getByRole('button', { name: 'Decide the case' }).click();
  const done = other.getByText('The case is decided, and the customer told.');
  await stepUpIfAsked(other, 'support-second', done);

  await own.goto('/who-looked');
  await expect(
    own.getByRole('row').filter({ hasText: 'Gave the case back, for somebody else to take' }),
  ).toContainText(reference);
  // Theirs to change again; others here count on California.
  await own.goto('/account');
  await expect(region(own, 'Your details')).toContainText('NV');
  await own.getByRole('button', { name: 'Change State or region' }).click();
  await own.getByRole('textbox', { name: 'State or region' }).fill('CA');
  await own.getByRole('button', { name: 'Save' }).click();
  await expect(own.getByRole('button', { name: 'Save' })).toHaveCount(0);
});
