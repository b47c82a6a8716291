import { setMode } from '../server/services/reference-holders/behaviour.ts';
import { holderDir } from '../server/services/reference-holders/ports.ts';
import {
  enterPassword,
  expect,
  persona,
  portal,
  signInWithRecoveryCode,
  stepUp,
  test,
} from './fixtures.ts';

test('an owner is added only when asked twice; a deletion is previewed, confirmed, cancelled, confirmed again, done, and proved without an account', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const person = persona('customer');
  await signInWithRecoveryCode(page, 'customer');
  await page.getByRole('link', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Delete your account' })).toBeVisible();
  const handOver = page.getByRole('button', { name: /Make the longest-standing member its owner/ });
  await handOver.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(handOver).toBeVisible();
  await handOver.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Add this owner' }).click();
  await expect(handOver).toBeHidden();
  await expect(page.getByRole('table', { name: 'Billing' })).toContainText('§ 147(3) AO');
  await page.getByRole('link', { name: 'Continue' }).click();

  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(
    page.getByRole('link', { name: 'Type the address you sign in with.' }),
  ).toBeVisible();
  await confirm('7', { typed: `x${person.email}` });
  await expect(
    page.getByRole('link', { name: 'This is not the e-mail address of your account.' }),
  ).toBeVisible();
  // The code that was given for this step still counts: a slip of the pen costs no other one.
  await page.getByLabel('Type your e-mail address').fill(person.email);
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Keep this code' })).toBeVisible();

  await page.getByRole('link', { name: 'See the request' }).click();
  await expect(
    page.getByRole('region', { name: 'Deletion' }).or(page.getByText('Cancel deletion')).first(),
  ).toBeVisible();
  // Until then it can only be read: nothing looks as if it could be changed.
  await page.goto('/account');
  await expect(page.getByRole('region', { name: 'Your details' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Change/ })).toHaveCount(0);
  await page.goto('/communication');
  await expect(page.getByRole('group', { name: 'Product news' })).toBeVisible();
  await expect(page.getByRole('switch')).toHaveCount(0);
  await page.goto('/policy');
  await page.getByRole('button', { name: 'Cancel deletion' }).click();
  await expect(page.getByRole('button', { name: 'Cancel deletion' })).toBeHidden();
  await page.goto('/account');
  await expect(page.getByRole('button', { name: /^Change/ }).first()).toBeVisible();

  await page.goto('/delete');
  await expect(page.getByRole('table', { name: 'Other systems' })).toContainText(
    'Told to erase it',
  );
  setMode(holderDir(portal.dataDir, 'paylane'), 'silent');
  await page.goto('/delete/confirm');
  await confirm('0');
  await expect(page.getByRole('heading', { level: 1, name: 'Keep this code' })).toBeVisible();
  const code = await page.getByRole('region', { name: 'Receipt code' }).locator('code').innerText();
  const asked = await page.getByRole('link', { name: 'See the request' }).getAttribute('href');
  const reference = asked?.split('/').at(-1) ?? '';

  await page.goto('/receipt');
  await openUntil(async () => {
    const others = page.getByRole('region', { name: 'Other systems' });
    await expect(others.getByText('Paylane, Ireland')).toBeVisible({ timeout: 2_000 });
    await expect(others.getByText('Confirmed', { exact: true })).toBeVisible({ timeout: 2_000 });
    await expect(others.getByText('Asked', { exact: true })).toBeVisible({ timeout: 2_000 });
  });
  await expect(page.getByText('everything of ours is deleted')).toBeVisible();
  await expect(page.getByRole('region', { name: /^Deletion R-/ })).toHaveCount(0);
  setMode(holderDir(portal.dataDir, 'paylane'), 'normal');
  await openUntil(() =>
    expect(page.getByRole('region', { name: /^Deletion R-/ })).toBeVisible({ timeout: 2_000 }),
  );
  const holders = page.getByRole('table', { name: 'Other systems' });
  await expect(holders.getByRole('row', { name: /^Paylane, Ireland/ })).toContainText(
    'payment law asks it to keep records of transactions',
  );
  await expect(holders.getByRole('row', { name: /^Tallymetric, Netherlands/ })).toContainText(
    'nothing',
  );
  await expect(page.getByText('nothing left that should have gone')).toBeVisible();
  await expect(
    page.getByText('Valid: this receipt was issued by EaseLLM and not altered'),
  ).toBeVisible();
  await expect(page.getByRole('table', { name: 'Kept' })).toContainText('Invoices');

  await enterPassword(page, person);
  await expect(page.getByRole('alert').filter({ hasText: 'There is a problem' })).toBeVisible();
  await page.goto('/outbox');
  const told = page.getByRole('heading', { name: `Your account was deleted (${reference})` });
  await expect(told).toHaveCount(1);

  async function openUntil(isSo: () => Promise<void>) {
    await expect(async () => {
      await page.getByLabel('Receipt code').fill(code);
      await page.getByRole('button', { name: 'Open the receipt' }).click();
      await isSo();
    }).toPass({ timeout: 60_000 });
  }

  async function confirm(days: string, { typed = person.email } = {}) {
    await page.getByLabel('Time to think it over').selectOption(days);
    await page.getByLabel('Type your e-mail address').fill(typed);
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Delete my account' }).click();
    await stepUp(page, 'customer');
  }
});
