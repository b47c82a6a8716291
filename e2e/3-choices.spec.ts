import { comeAs, expect, test } from './fixtures.ts';

test('a topic is turned on and off with a receipt, one switch stops all, and every choice is found', async ({
  page,
}) => {
  await comeAs(page, 'customer-heavy', '/communication');
  const group = page.getByRole('group', { name: 'Surveys' });
  const mail = group.getByRole('switch', { name: 'E-mail' });
  const before = await mail.isChecked();
  await mail.click();
  await expect(mail).toBeChecked({ checked: !before });
  await page.reload();
  await expect(mail).toBeChecked({ checked: !before });
  if (before) await mail.click();
  await page.getByRole('button', { name: 'Turn off all optional messages' }).click();
  await expect(page.getByRole('switch', { checked: true, disabled: false })).toHaveCount(0);
  await page.getByRole('link', { name: 'See every earlier choice' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Your choices/ })).toBeVisible();
  await expect(page.getByRole('table').getByRole('row').nth(1)).toBeVisible();
});

test('before a choice only essential cookies are set; reject and accept are equal; rejecting holds', async ({
  page,
}) => {
  await page.goto('/policy');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect((await page.context().cookies()).map(({ name }) => name)).toEqual([]);
  const accept = page.getByRole('button', { name: 'Accept optional cookies' });
  const reject = page.getByRole('button', { name: 'Reject optional cookies' });
  const [yes, no] = [await accept.boundingBox(), await reject.boundingBox()];
  expect(yes?.width).toBe(no?.width);
  expect(yes?.height).toBe(no?.height);
  await reject.click();
  await expect(reject).toBeHidden();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(reject).toBeHidden();
  expect((await page.context().cookies()).map(({ name }) => name)).toEqual(['choice']);
  await page.goto('/cookies');
  await expect(page.getByRole('table').getByRole('row').nth(1)).toBeVisible();
});

test('accepting statistics sets the counted cookie, and taking it back removes it', async ({
  page,
}) => {
  await page.goto('/cookies');
  await page.getByRole('button', { name: 'Accept all optional cookies' }).click();
  await expect(page.getByText('Your choice was saved for this browser.')).toBeVisible();
  await page.goto('/policy');
  await expect
    .poll(async () => (await page.context().cookies()).some(({ name }) => name === 'visit'))
    .toBe(true);
  await page.goto('/cookies');
  await page.getByRole('button', { name: 'Reject all optional cookies' }).click();
  await expect(page.getByText('Your choice was saved for this browser.')).toBeVisible();
  await expect
    .poll(async () => (await page.context().cookies()).some(({ name }) => name === 'visit'))
    .toBe(false);
});

test.describe('a browser that sends Global Privacy Control', () => {
  test.use({ extraHTTPHeaders: { 'Sec-GPC': '1' } });
  test('sees on each page that the signal is honoured, and is not asked what it has answered', async ({
    page,
  }) => {
    for (const path of ['/sign-in', '/policy', '/cookies']) {
      await page.goto(path);
      await expect(page.getByText(/Opt-out signal|Global Privacy Control/i).first()).toBeVisible();
      await expect(page.getByRole('heading', { name: 'May we use' })).toBeHidden();
    }
    await comeAs(page, 'customer-heavy');
    await expect(page.getByText(/Opt-out signal|Global Privacy Control/i).first()).toBeVisible();
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test('cookies can be chosen and the policy read, signed out', async ({ page }) => {
    await page.goto('/cookies/form');
    await page.getByRole('group', { name: 'Allow statistics cookies?' }).getByLabel('No').check();
    await page.getByRole('button', { name: 'Save choice' }).click();
    await expect(page.getByRole('status')).toContainText('Your choice was saved.');
    await page.getByRole('link', { name: 'Privacy policy' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Privacy policy' })).toBeVisible();
    await expect(page.getByRole('row').filter({ hasText: 'GPU sessions' }).first()).toContainText(
      'Deleted',
    );
    // From any page of the client, too.
    await page.goto('/policy');
    await page.getByRole('link', { name: 'privacy policy' }).click();
    await expect(page.getByRole('heading', { name: 'Whom to ask' })).toBeVisible();
  });
});
