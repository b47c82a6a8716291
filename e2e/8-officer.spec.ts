import type { Page } from 'playwright/test';
import { setMode } from '../server/services/reference-holders/behaviour.ts';
import { holderDir } from '../server/services/reference-holders/ports.ts';
import {
  comeAs,
  expect,
  type PersonaKey,
  persona,
  portal,
  stepUp,
  stepUpIfAsked,
  test,
} from './fixtures.ts';
import { lookInBoth } from './look.ts';

const paylaneIs = (mode: 'normal' | 'lying') => setMode(holderDir(portal.dataDir, 'paylane'), mode);
test.afterEach(() => paylaneIs('normal'));

const customer = 'customer-california';
/** A day so many days from now, as date fields want it. */
const inDays = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

test('a deletion waits for a hold that two people placed, says so, and ends by itself once two released it', async ({
  page,
  another,
}) => {
  test.setTimeout(240_000);
  const [own, admin] = [await another(), await another()];
  await comeAs(own, customer);
  await comeAs(admin, 'administrator');
  await comeAs(page, 'officer');

  await page.getByRole('link', { name: 'Holds', exact: true }).click();
  await page.getByRole('link', { name: 'Propose a hold' }).click();
  await page.getByRole('radio', { name: 'E-mail address' }).check();
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(persona(customer).email);
  await page.getByRole('button', { name: 'Find the customer' }).click();
  await page.getByLabel('What is to be kept').selectOption('gpuSession');
  await page.getByLabel('Ground').selectOption('legal_claims');
  await page.getByLabel('Based on').fill('Claim 4 O 112/26 before the regional court.');
  await page.getByLabel('Words to the customer').fill('We may need it in court.');
  await page.getByLabel('Last day of the hold').fill(inDays(90));
  await page.getByRole('button', { name: 'Propose this hold' }).click();
  await stepUpIfAsked(page, 'officer', page.getByRole('alert').filter({ hasText: 'is proposed' }));
  await page.goto('/console/holds');
  const proposal = page.getByRole('region', { name: /^H-[0-9A-F]{8}: GPU sessions/ });
  await expect(proposal.getByText('It waits for somebody else')).toBeVisible();
  await expect(proposal.getByRole('button', { name: /^Approve the hold/ })).toHaveCount(0);
  await expect(page.locator('body')).not.toContainText(persona(customer).displayName);
  await expect(page.locator('body')).not.toContainText(persona(customer).email);

  await admin.goto('/console/holds');
  await act(admin, 'administrator', 'Approve the hold');

  await own.goto('/delete');
  await expect(own.getByText(/A legal hold keeps GPU sessions until/)).toContainText(
    'because it is needed for a legal claim',
  );
  await own.goto('/who-looked');
  await expect(own.getByRole('table').first()).toContainText('Approved a legal hold');
  const code = await deleteNow(own);
  await own.goto('/receipt');
  await openUntil(own, code, async () => {
    await expect(own.getByText(/GPU sessions, until/)).toContainText(
      'It is needed for a legal claim. We may need it in court.',
      { timeout: 2_000 },
    );
    // Before it comes so far it says that it will.
    await expect(own.getByText('The deletion waits for a legal hold')).toBeVisible({
      timeout: 2_000,
    });
  });

  await page.goto('/console/queue');
  const waiting = page.getByRole('row').filter({ hasText: 'Legal hold' });
  await waiting.getByRole('link', { name: /^R-/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Deletion R-/ })).toBeVisible();
  const timeline = page.getByRole('list', { name: 'Timeline' });
  const moment = (name: string | RegExp) =>
    timeline.getByRole('listitem').filter({ hasText: name });
  await expect(moment('The customer confirmed the plan')).toContainText('SHA-256');
  await expect(moment('Deleting and minimising, table by table').first()).toContainText('entries');
  await expect(moment('Checking for legal holds')).toContainText('A legal hold stops it here');
  await expect(moment('Paylane, Ireland')).toContainText('Planned');
  await expect(moment(/^Without the hold it is due by /)).toContainText(
    'Stopped by a legal hold since',
  );
  await expect(page.getByRole('main')).not.toContainText(
    /\b(delete|keep|holder):|asked_for|judged/,
  );
  await lookInBoth(page, 'a deletion that a hold stops');
  await act(page, 'officer', 'Ask for its release');

  // One that says it has erased, and has not.
  paylaneIs('lying');
  await admin.reload();
  await act(admin, 'administrator', 'Release the hold');
  await expect(async () => {
    await page.goto('/console/queue');
    await expect(
      page.getByText(/^Paylane: said it had erased; its own check found \d+ entries still there/),
    ).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
  await page
    .getByRole('row')
    .filter({ hasText: 'Paylane' })
    .getByRole('link', { name: /^R-/ })
    .click();
  await expect(moment('Paylane, Ireland')).toContainText('Not erased');
  await expect(moment('Paylane, Ireland')).toContainText(
    /Its own check on .+ contradicts that: \d+ entries are still there/,
  );
  await expect(moment('Paylane, Ireland')).toContainText(
    /Next: asked again|It has the question now/,
  );
  await openUntil(own, code, () =>
    expect(own.getByText(/^It said that it had erased what it holds/)).toBeVisible({
      timeout: 2_000,
    }),
  );
  paylaneIs('normal');
  await openUntil(own, code, () =>
    expect(own.getByRole('region', { name: /^Deletion R-/ })).toBeVisible({ timeout: 2_000 }),
  );
  await expect(own.getByText('nothing left that should have gone')).toBeVisible();
  await expect(
    own.getByText('Valid: this receipt was issued by EaseLLM and not altered'),
  ).toBeVisible();
  await expect(
    own.getByText(/^The plan has no count for what a deletion itself goes on to write/),
  ).toBeVisible();
  await page.reload();
  await expect(moment('Paylane, Ireland')).toContainText('found nothing left');
  await expect(moment(/^Completed/)).toBeVisible();
});

test('a hold on single fields is on the fields that were chosen, says so to both sides, and ends by two', async ({
  page,
  another,
}) => {
  const held = 'customer-heavy';
  const [own, admin] = [await another(), await another()];
  await comeAs(own, held);
  await comeAs(admin, 'administrator');
  await comeAs(page, 'officer');
  await page.goto('/console/holds/propose');
  await page.getByRole('radio', { name: 'E-mail address' }).check();
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(persona(held).email);
  await page.getByRole('button', { name: 'Find the customer' }).click();
  await page.getByLabel('What is to be kept').selectOption('supportMessage');
  await page.getByRole('radio', { name: 'Some fields only' }).check();
  await page.getByRole('button', { name: 'Propose this hold' }).click();
  await expect(page.getByRole('group', { name: 'Fields to keep' })).toHaveAccessibleDescription(
    'Choose the fields to keep.',
  );
  await page.getByRole('checkbox', { name: 'Text', exact: true }).check();
  await page.getByLabel('Ground').selectOption('payment_dispute');
  await page.getByLabel('Based on').fill('Chargeback 88-1042 of the card issuer.');
  await page.getByLabel('Last day of the hold').fill(inDays(30));
  await lookInBoth(page, 'a hold on single fields is proposed');
  await page.getByRole('button', { name: 'Propose this hold' }).click();
  await stepUpIfAsked(page, 'officer', page.getByRole('alert').filter({ hasText: 'is proposed' }));
  await admin.goto('/console/holds');
  const onMessages = (at: Page) =>
    at.getByRole('region', { name: /^H-[0-9A-F]{8}: Support messages/ });
  await expect(onMessages(admin)).toContainText('Text, of all entries of Support messages');
  await act(admin, 'administrator', 'Approve the hold', onMessages(admin));
  await own.goto('/delete');
  await expect(own.getByText(/A legal hold keeps Text in Support messages/)).toContainText(
    'a payment is in dispute',
  );
  await page.goto('/console/holds');
  await act(page, 'officer', 'Ask for its release', onMessages(page));
  await admin.reload();
  await act(admin, 'administrator', 'Release the hold', onMessages(admin));
  await own.reload();
  await expect(own.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(own.getByText(/A legal hold keeps Text/)).toHaveCount(0);
});

test('a filter is there again on the way back; one entry is chosen from a list, for an order that forbids telling; and what was proposed is a press away', async ({
  page,
  another,
}) => {
  const held = 'customer-heavy';
  await comeAs(page, 'officer');
  await page.goto('/console/queue');
  await page.getByLabel('About').selectOption('erasure');
  await page.getByLabel('State').selectOption('all');
  await expect(page).toHaveURL(/kind=erasure/);
  await lookInBoth(page, 'the queue, filtered');
  await page.goto('/console/queue/R-NOTHING');
  await page.getByRole('link', { name: 'To all requests' }).click();
  await page.goBack();
  await page.goBack();
  await expect(page.getByLabel('About')).toHaveValue('erasure');
  await expect(page.getByLabel('State')).toHaveValue('all');

  await page.goto('/console/holds/propose?by=reference&value=R-12345678');
  await expect(page.getByRole('textbox', { name: 'Reference of a request' })).toHaveValue(
    'R-12345678',
  );
  await page.getByRole('radio', { name: 'E-mail address' }).check();
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(persona(held).email);
  await page.getByRole('radio', { name: /^Nothing yet/ }).check();
  await page.getByLabel('Which order').fill('Order 7 Gs 114/26 of the local court.');
  await lookInBoth(page, 'a look for an order');
  await page.getByRole('button', { name: 'Find the customer' }).click();
  await page.getByLabel('What is to be kept').selectOption('supportMessage');
  await page.getByRole('radio', { name: 'One of them' }).check();
  const entries = page.getByRole('group', { name: 'Entry', exact: true });
  await entries.getByRole('radio').first().check();
  await expect(entries).toContainText('•••');
  await expect(page.getByLabel('Ground')).toHaveValue('authority_order');
  await page.getByLabel('Based on').fill('Order 7 Gs 114/26 of the local court.');
  await page.getByLabel('Last day of the hold').fill(inDays(30));
  await page.getByRole('button', { name: 'Propose this hold' }).click();
  await expect(page.getByLabel('Told to the customer from')).toHaveAccessibleDescription(
    /Enter the first day on which they may know/,
  );
  await page.getByLabel('Told to the customer from').fill(inDays(20));
  await lookInBoth(page, 'a hold on one entry');
  await page.getByRole('button', { name: 'Propose this hold' }).click();
  const done = page.getByRole('alert').filter({ hasText: 'is proposed' });
  await stepUpIfAsked(page, 'officer', done);
  const reference = await done.getByRole('link', { name: /^H-/ }).innerText();
  await done.getByRole('link', { name: reference }).click();
  const proposal = page.getByRole('region', { name: new RegExp(`^${reference}`) });
  await expect(proposal).toContainText('One entry of Support messages');
  await expect(proposal).toContainText('by order of an authority');
  await act(page, 'officer', 'Take the proposal back', proposal);
  const own = await another();
  await comeAs(own, held);
  await own.goto('/who-looked');
  await expect(own.getByRole('table').first()).toBeVisible();
  for (const words of ['order of an authority', reference])
    await expect(own.getByText(words)).toHaveCount(0);
});

/** Does what a hold's button says, and says yes once more. */
async function act(page: Page, key: PersonaKey, name: string, within = page.locator('main')) {
  await within.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  await page.getByRole('dialog', { name }).getByRole('button', { name, exact: true }).click();
  await stepUpIfAsked(page, key, page.getByRole('alert'));
}

/** Asks for the deletion without time to think it over; the receipt code. */
async function deleteNow(page: Page): Promise<string> {
  await page.goto('/delete/confirm');
  await page.getByLabel('Time to think it over').selectOption('0');
  await page.getByLabel('Type your e-mail address').fill(persona(customer).email);
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await stepUp(page, customer);
  await expect(page.getByRole('heading', { level: 1, name: 'Keep this code' })).toBeVisible();
  return page.getByRole('region', { name: 'Receipt code' }).locator('code').innerText();
}

async function openUntil(page: Page, code: string, isSo: () => Promise<void>): Promise<void> {
  await expect(async () => {
    await page.getByLabel('Receipt code').fill(code);
    await page.getByRole('button', { name: 'Open the receipt' }).click();
    await isSo();
  }).toPass({ timeout: 60_000 });
}
