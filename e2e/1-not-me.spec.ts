import { expect, signIn, signInWithRecoveryCode, test } from './fixtures.ts';
import { look, views } from './look.ts';

test('“This wasn’t me” at a session says what it will do, puts the other browser out, and leads to a new password', async ({
  page,
  another,
}) => {
  test.setTimeout(120_000);
  const other = await another();
  await signInWithRecoveryCode(other, 'customer-heavy');
  await signIn(page, 'customer-heavy');
  await page.goto('/security');
  await page
    .getByRole('list', { name: 'Open sessions' })
    .getByRole('listitem')
    .filter({ hasText: 'With a recovery code' })
    .getByRole('link', { name: 'This wasn’t me' })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1, name: 'This wasn’t me' })).toBeVisible();
  await expect(page.getByLabel('What was not you?')).toHaveValue(/^session /);
  await expect(page.getByText(/other sessions? (is|are) ended/)).toBeVisible();
  await look(page, views[0], 'not me');
  await page.getByLabel('What support should know').fill('I was asleep.');
  await page.getByRole('button', { name: 'Sign all others out' }).click();
  await expect(page.getByRole('heading', { name: 'Now change your password' })).toBeVisible();
  await expect(page.getByLabel('Current password')).toBeVisible();
  await look(page, views[0], 'not me, done');
  await other.goto('/account');
  await expect(other.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await page.getByRole('link', { name: /^T-/ }).click();
  await expect(page.getByText('I was asleep.')).toBeVisible();
});
