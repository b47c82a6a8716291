import type { Page } from 'playwright/test';
import {
  comeAs,
  expect,
  lookUp,
  type PersonaKey,
  persona,
  stepUpIfAsked,
  test,
} from './fixtures.ts';
import { lookInBoth } from './look.ts';

const AGENT = 'Support agent S-17';
const SECOND = 'Support agent S-23';
const REASON = 'Your registration papers show France, so we have corrected it.';
const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name });
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

async function write(page: Page, words: string): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Your message' });
  await box.fill(words);
  await expect(box).toHaveAccessibleDescription(`${words.length} of 4,000 characters`);
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: words })).toBeVisible();
  await expect(box).toHaveAccessibleDescription('');
}

async function decide(
  page: Page,
  key: PersonaKey,
  { how, reason }: { how: string; reason: string },
): Promise<void> {
  await page.getByRole('radio', { name: how, exact: true }).check();
  await page.getByLabel('Reason').fill(reason);
  await page.getByRole('button', { name: 'Decide the case' }).click();
  const done = page.getByText('The case is decided, and the customer told.');
  await stepUpIfAsked(page, key, done);
}

/** The reference in the heading of a case. */
async function referenceOf(page: Page): Promise<string> {
  await expect(heading(page, /^Case T-/)).toBeVisible();
  return (await heading(page, /^Case T-/).innerText()).replace('Case ', '');
}

test('a correction goes from the customer to an agent and back: what is granted stands in the account, with the reason', async ({
  page,
  another,
}) => {
  test.setTimeout(180_000);
  const own = await another();
  await comeAs(own, 'customer', '/account');
  await expect(own.getByText('France')).toHaveCount(0);
  await own.getByRole('link', { name: 'Ask for a correction' }).click();
  await own.getByRole('combobox', { name: 'What is wrong?' }).selectOption({ label: 'Country' });
  await own.getByLabel('What we should know').fill('I have moved to Lyon.');
  await own.getByRole('button', { name: 'Open the case' }).click();
  await expect(own.getByRole('alert').filter({ hasText: 'There is a problem' })).toContainText(
    'Choose what it should say.',
  );
  await own.getByLabel('What should it say?').selectOption({ label: 'France' });
  await own.getByRole('button', { name: 'Open the case' }).click();
  const reference = await referenceOf(own);
  const address = own.url();
  const facts = region(own, 'About this case');
  for (const said of [/It says now\s*Germany/, /It should say\s*France/])
    await expect(facts).toContainText(said);

  await comeAs(page, 'support');
  await page.getByRole('link', { name: 'Cases', exact: true }).first().click();
  await expect(heading(page, 'Cases')).toBeVisible();
  await page.goto(`/console/cases/${reference}`);
  await expect(region(page, 'About this case')).toContainText('A•••');
  await expect(page.locator('body')).not.toContainText('I have moved to Lyon.');
  await expect(page.locator('body')).not.toContainText(persona('customer').displayName);
  await expect(page.getByRole('button', { name: 'Decide the case' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Take the case' }).click();
  await expect(region(page, 'Messages')).toContainText('I have moved to Lyon.');
  await write(page, 'Which papers show the new address?');

  await own.reload();
  await expect(region(own, 'Messages')).toContainText('Which papers show the new address?');
  await expect(region(own, 'Messages')).toContainText(AGENT);
  await expect(own.getByText('Waits for you')).toBeVisible();
  await write(own, 'The registration of my company.');

  await page.reload();
  await expect(region(page, 'Messages')).toContainText('The registration of my company.');
  await decide(page, 'support', { how: 'Granted', reason: REASON });
  await expect(page.getByRole('button', { name: 'Send' })).toHaveCount(0);

  await own.goto('/');
  await own.getByRole('link', { name: reference }).first().click();
  expect(own.url()).toBe(address);
  await expect(region(own, 'Decision')).toContainText('Granted');
  await expect(region(own, 'Decision')).toContainText(REASON);
  await expect(region(own, 'Decision')).toContainText(AGENT);
  await expect(own.getByRole('button', { name: 'Send' })).toHaveCount(0);
  for (const said of [/It said before\s*Germany/, /It was corrected to\s*France/])
    await expect(facts).toContainText(said);
  await own.getByRole('link', { name: /^R-/ }).click();
  await expect(heading(own, /^Correction R-/)).toBeVisible();
  await expect(region(own, 'Steps')).toContainText(`Decided by ${AGENT}`);
  await own.goto('/account');
  await expect(region(own, 'Your details')).toContainText('France');
  // Theirs to change again; who deletes this account later lives in Germany.
  await own.getByRole('button', { name: 'Change Country' }).click();
  await own.getByRole('combobox', { name: 'Country' }).selectOption({ label: 'Germany' });
  await own.getByRole('button', { name: 'Save' }).click();
  await expect(own.getByRole('button', { name: 'Save' })).toHaveCount(0);
  await expect(region(own, 'Your details')).not.toContainText('France');
  await own.goto('/outbox');
  const letters = own.getByRole('article').filter({ hasText: reference });
  await expect(letters.first()).toBeVisible();
  for (const words of ['Lyon', 'papers', 'registration'])
    await expect(letters.filter({ hasText: words })).toHaveCount(0);
});

test('an entry of the log is disputed where it stands; whoever did it cannot judge it, a colleague does', async ({
  page,
  another,
}) => {
  test.setTimeout(180_000);
  await comeAs(page, 'support', '/console/look-up');
  await lookUp(page, persona('customer').email);
  await expect(page.getByRole('region', { name: /^Found/ })).toBeVisible();

  const own = await another();
  await comeAs(own, 'customer', '/who-looked');
  await own
    .getByRole('link', { name: /^I don’t recognise this Looked up the account/ })
    .first()
    .click();
  await expect(heading(own, 'Dispute an entry of the log')).toBeVisible();
  const entry = region(own, 'The entry that you dispute');
  for (const said of ['Looked up the account', AGENT, /\d{2}:\d{2}/])
    await expect(entry).toContainText(said);
  await lookInBoth(own, 'an entry of the log that is disputed');
  await own.getByLabel('What we should know').fill('I did not call anybody.');
  await own.getByRole('button', { name: 'Open the case' }).click();
  const reference = await referenceOf(own);
  await expect(region(own, 'About this case')).toContainText(`${AGENT}: Looked up the account`);

  await page.goto(`/console/cases/${reference}`);
  await expect(
    page.getByRole('heading', { name: 'This case disputes something that you did' }),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: 'Take the case' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Decide the case' })).toHaveCount(0);

  const other = await another();
  await comeAs(other, 'support-second', `/console/cases/${reference}`);
  await other.getByRole('button', { name: 'Take the case' }).click();
  const reason = 'The look-up had no call behind it; the agent was spoken to.';
  await decide(other, 'support-second', { how: 'It should not have happened', reason });

  await own.reload();
  await expect(region(own, 'Decision')).toContainText('It should not have happened');
  await expect(region(own, 'Decision')).toContainText('The look-up had no call behind it');
  await expect(region(own, 'Decision')).toContainText(SECOND);
  // Everybody who read the case stands in the log as well.
  await own.goto('/who-looked');
  await expect(own.getByRole('row').filter({ hasText: 'Read the case' }).first()).toBeVisible();
});

test('a case is opened for a customer who called, who reads it at once and takes it back', async ({
  page,
  another,
}) => {
  test.setTimeout(120_000);
  await comeAs(page, 'support', '/console/look-up');
  await lookUp(page, persona('customer').email);
  await page.getByRole('link', { name: 'Open a case' }).click();
  await page.getByLabel('In a few words').fill('Your call about GPUs');
  await page.getByLabel('Message to the customer').fill('You asked which GPUs are free.');
  await page.getByRole('button', { name: 'Open the case' }).click();
  await stepUpIfAsked(page, 'support', heading(page, /^Case T-/));
  const reference = await referenceOf(page);

  // A colleague sees what kind of case it is, and none of the words.
  const other = await another();
  await comeAs(other, 'support-second', `/console/cases/${reference}`);
  await expect(region(other, 'About this case')).toContainText('Question');
  await expect(other.locator('body')).not.toContainText('Your call about GPUs');

  // The number is found however it was typed.
  await page.goto('/console/look-up');
  await page.getByRole('radio', { name: 'Use of GPUs' }).check();
  await page.getByRole('radio', { name: 'Case number' }).check();
  await page.getByRole('textbox', { name: 'Case number' }).fill(` ${reference.toLowerCase()} `);
  await page.getByRole('button', { name: 'Look up' }).click();
  await expect(page.getByRole('region', { name: /^Found/ })).toContainText(reference);

  const own = await another();
  await comeAs(own, 'customer');
  await expect(own.getByText('Support opened a case for you.').first()).toBeVisible();
  await own.goto(`/cases/${reference}`);
  await expect(region(own, 'Messages')).toContainText('You asked which GPUs are free.');
  await own.getByRole('button', { name: 'Take the case back' }).click();
  await own.getByRole('dialog').getByRole('button', { name: 'Take the case back' }).click();
  await expect(region(own, 'Decision')).toContainText('Taken back');
});
