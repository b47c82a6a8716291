import {
  ask,
  enterPassword,
  expect,
  freshCode,
  linkFromMail,
  persona,
  signIn,
  signInWithRecoveryCode,
  test,
} from './fixtures.ts';

test('a wrong password and an unknown address are refused with the same words', async ({
  page,
}) => {
  const { email, password } = persona('customer');
  await enterPassword(page, { email, password: 'not the password at all' });
  const summary = page.getByRole('alert').filter({ hasText: 'There is a problem' });
  await expect(summary).toBeVisible();
  const words = await summary.innerText();
  await enterPassword(page, { email: 'nobody@example.test', password });
  await expect(summary).toBeVisible();
  expect(await summary.innerText()).toBe(words);
});

test('too many wrong passwords say how long they are paused, and where the right one still works', async ({
  page,
}) => {
  const email = 'nobody-either@example.test';
  await page.goto('/sign-in');
  for (let guess = 0; guess < 10; guess += 1) {
    const answer = await ask(page, '/trpc/auth.signIn', { email, password: `wrong ${guess}` });
    expect(answer.status()).toBe(401);
  }
  await enterPassword(page, { email, password: 'wrong again' });
  const summary = page.getByRole('alert').filter({ hasText: 'There is a problem' });
  await expect(summary).toContainText('from which you signed in before, the right one works');
  await expect(summary).toContainText(/try again in 1\d minutes/);
});

test('password and code sign in; the same code does not work again; signing out ends the session', async ({
  page,
  another,
}) => {
  await signIn(page, 'customer-heavy');
  const cookies = await page.context().cookies();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  // The browser stays known, the session does not.
  expect((await page.context().cookies()).map(({ name }) => name)).toEqual(['device']);
  await page.goto('/cookies');
  await expect(
    page.getByRole('table').getByRole('row').filter({ hasText: 'device' }),
  ).toContainText('180 days');
  const stolen = await another();
  await stolen.context().addCookies(cookies);
  await stolen.goto('/');
  await expect(stolen.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('a new password ends the cookie that was used until then, and the page goes on', async ({
  page,
  another,
}) => {
  const { password } = persona('customer-heavy');
  const other = 'marble orchard telescope 58';
  await signIn(page, 'customer-heavy');
  const before = await page.context().cookies();
  await change(password, other);
  const stolen = await another();
  await stolen.context().addCookies(before);
  await stolen.goto('/');
  await expect(stolen.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await change(other, password);

  async function change(current: string, next: string) {
    await page.goto('/security');
    await page.getByRole('button', { name: 'Change Password' }).click();
    await page.getByLabel('Current password').fill(current);
    await page.getByLabel('New password').fill(next);
    await page.getByRole('button', { name: 'Set new password' }).click();
    await expect(
      page.getByRole('alert').filter({ hasText: 'Your password was changed' }),
    ).toBeVisible();
    await expect(page.getByRole('table', { name: 'Latest security events' })).toContainText(
      'Changed the password',
    );
  }
});

test('a question that was on its way with the token of before signs nobody out; the end of the session does', async ({
  page,
}) => {
  await signInWithRecoveryCode(page, 'customer-heavy');
  const answers: number[] = [];
  await page.route('**/trpc/supportViews.open**', async (route) => {
    const headers = { ...route.request().headers(), cookie: `sid=${'o'.repeat(43)}` };
    const response = await route.fetch(answers.length === 0 ? { headers } : {});
    answers.push(response.status());
    await route.fulfill({ response });
  });
  await page.goto('/account');
  await expect.poll(() => answers.slice(0, 2)).toEqual([401, 200]);
  await expect(page.getByRole('heading', { level: 1, name: 'Personal information' })).toBeVisible();
  const tab = await page.context().newPage();
  await tab.goto('/');
  await tab.getByRole('button', { name: 'Sign out' }).click();
  await expect(tab.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await tab.close();
  await page.getByRole('link', { name: 'Communication' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await expect(page.getByText('Your session has ended')).toBeVisible();
  await expect(page).toHaveURL(/communication/);
});

test('a recovery code signs in and is told by mail', async ({ page }) => {
  const person = persona('customer-heavy');
  await enterPassword(page, person);
  await page.getByRole('link', { name: 'Use a recovery code' }).click();
  await page.getByLabel('Recovery code').fill(person.recoveryCodes[0] ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await page.goto('/security');
  await expect(page.getByText('You signed in with a recovery code')).toBeVisible();
  await page.goto('/outbox');
  await expect(
    page.getByRole('heading', { name: 'A recovery code was used' }).first(),
  ).toBeVisible();
});

test('the first sign-in proves the mailbox, then adds a second factor and shows recovery codes once', async ({
  page,
}) => {
  const person = persona('customer-new');
  await enterPassword(page, person);
  await expect(page.getByRole('heading', { name: 'Confirm your e-mail address' })).toBeVisible();
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByText('The link is on its way')).toBeVisible();
  await page.goto(await linkFromMail(page, 'Confirm your e-mail address'));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('link', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'I have an app, continue' }).click();
  const secret = (
    await page
      .locator('code')
      .filter({ hasText: /^[A-Z2-7 ]{16,}$/ })
      .first()
      .innerText()
  ).replace(/\s/g, '');
  await page.getByLabel(/^Code/).fill(await freshCode(secret));
  await page.getByRole('button', { name: /Confirm|Continue|Add/ }).click();
  await expect(page.getByRole('heading', { name: 'Save your recovery codes' })).toBeVisible();
  expect(
    await page
      .getByRole('listitem')
      .filter({ hasText: /^[0-9A-Z]{4}(-[0-9A-Z]{4}){5}$/ })
      .count(),
  ).toBe(10);
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: /Finish|Continue|Done/ }).click();
  await expect(page.getByRole('heading', { name: 'Add a passkey too?' })).toBeVisible();
  await page.getByRole('button', { name: 'Not now' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
});

test('the sign-in page loads at most 170 kB of JavaScript, and what is loaded once is kept', async ({
  browser,
}) => {
  // One that has read nothing of ours yet.
  const context = await browser.newContext();
  const page = await context.newPage();
  const sent = async () => {
    await page.goto('/sign-in');
    await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible();
    await page.waitForLoadState('networkidle');
    return page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.includes('/assets/'))
        .map((entry) => entry.toJSON() as { name: string; transferSize: number }),
    );
  };
  const bytesOf = (loaded: Awaited<ReturnType<typeof sent>>, kind: string) =>
    loaded
      .filter(({ name }) => name.endsWith(kind))
      .reduce((sum, { transferSize }) => sum + transferSize, 0);
  const first = await sent();
  const bytes = bytesOf(first, '.js');
  console.log(`JavaScript of the sign-in page: ${(bytes / 1_000).toFixed(1)} kB as sent`);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(170_000);
  const again = await sent();
  expect(again.map(({ name }) => name)).toEqual(
    expect.arrayContaining(first.map((one) => one.name)),
  );
  expect(bytesOf(again, '')).toBe(0);
  await context.close();
});

test('a script is the same in each encoding; it may be kept for a year, and no page or answer at all', async ({
  page,
}) => {
  await page.goto('/sign-in');
  const script = await page.locator('script[src]').first().getAttribute('src');
  const from = (path: string, encoding: string) =>
    page.request.get(path, { headers: { 'accept-encoding': encoding, connection: 'close' } });
  const plain = await from(script ?? '', 'identity');
  expect(plain.headers()['content-encoding']).toBeUndefined();
  for (const [accepted, used] of [
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
  ] as const) {
    const answer = await from(script ?? '', accepted);
    const { vary = '', ...headers } = answer.headers();
    const type = headers['content-type']?.toLowerCase();
    expect([headers['content-encoding'], type, vary]).toEqual([
      used,
      plain.headers()['content-type'],
      'Accept-Encoding',
    ]);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(await answer.text()).toBe(await plain.text());
  }
  for (const path of ['/sign-in', '/assets/nothing.js', '/livez', '/console/sign-in']) {
    const answer = await from(path, 'br');
    expect([path, answer.headers()['cache-control']]).toEqual([path, 'no-store']);
  }
  const answer = await ask(page, '/trpc/auth.me');
  expect(answer.headers()['cache-control']).toBe('no-store');
});
