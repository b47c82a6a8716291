import {
  enterPassword,
  expect,
  persona,
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
  await confirm('7');
  await expect(page.getByRole('heading', { level: 1, name: 'Keep this code' })).toBeVisible();

  await page.getByRole('link', { name: 'See the request' }).click();
  await expect(
    page.getByRole('region', { name: 'Deletion' }).or(page.getByText('Cancel deletion')).first(),
  ).toBeVisible();
  await page.goto('/policy');
  await page.getByRole('button', { name: 'Cancel deletion' }).click();
  await expect(page.getByRole('button', { name: 'Cancel deletion' })).toBeHidden();

  await page.goto('/delete/confirm');
  await confirm('0');
  await expect(page.getByRole('heading', { level: 1, name: 'Keep this code' })).toBeVisible();
  const code = await page.getByRole('region', { name: 'Receipt code' }).locator('code').innerText();

  await page.goto('/receipt');
  await expect(async () => {
    await page.getByLabel('Receipt code').fill(code);
    await page.getByRole('button', { name: 'Open the receipt' }).click();
    await expect(page.getByRole('region', { name: /^Deletion R-/ })).toBeVisible({
      timeout: 2_000,
    });
  }).toPass({ timeout: 60_000 });
  await expect(page.getByText('nothing left that should have gone')).toBeVisible();
  await expect(
    page.getByText('Valid: this receipt was issued by EaseLLM and not altered'),
  ).toBeVisible();
  await expect(page.getByRole('table', { name: 'Kept' })).toContainText('Invoices');

  await enterPassword(page, person);
  await expect(page.getByRole('alert').filter({ hasText: 'There is a problem' })).toBeVisible();
  await page.goto('/outbox');
  await expect(page.getByRole('heading', { name: /^Your account was deleted/ })).toHaveCount(1);

  async function confirm(days: string) {
    await page.getByLabel('Time to think it over').selectOption(days);
    await page.getByLabel('Type your e-mail address').fill(person.email);
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Delete my account' }).click();
    await stepUp(page, 'customer');
  }
});
