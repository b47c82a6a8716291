import { spawnSync } from 'node:child_process';
import type { Page } from 'playwright/test';
import {
  ask,
  comeAs,
  expect,
  freshCode,
  lookUp,
  persona,
  portal,
  REASON,
  signIn,
  startView,
  test,
} from './fixtures.ts';
import { lookInBoth } from './look.ts';

const AGENT = 'Support agent S-17';
const main = (page: Page) => page.getByRole('main');

test('an agent views an account in part; the customer sees who and why at once and ends it, and nothing stays with the agent', async ({
  page,
  another,
}) => {
  test.setTimeout(180_000);
  const { email, displayName } = persona('customer');
  const own = await another();
  await comeAs(own, 'customer');
  const bar = own.getByRole('region', { name: 'Support is viewing your account' });
  await expect(bar).toBeHidden();

  await comeAs(page, 'support', '/console/look-up');
  await startView(page, {
    agent: 'support',
    customer: 'customer',
    chapters: ['Account', 'Requests and records'],
  });
  const banner = page.getByRole('region', { name: 'View by support' });
  await expect(banner).toContainText(`You (${AGENT}) are viewing A••• as support`);
  await expect(banner).toContainText(/ends in 1[45]:\d\d/);
  await expect(page).toHaveTitle(/^Viewing as support: /);
  await expect(main(page).getByText('Not part of this view').first()).toBeVisible();

  // The customer, on a page that was open before, without doing anything.
  await expect(bar).toContainText(`${AGENT} is viewing your account until`);
  await bar.getByRole('link', { name: 'See what' }).click();
  const view = own.getByRole('region', { name: new RegExp(`^${AGENT}, `) }).first();
  await expect(view).toContainText(REASON);
  await expect(view).toContainText('Nothing yet');

  await page.getByRole('link', { name: 'Open Account' }).click();
  const account = page.getByRole('region', { name: 'Account', exact: true });
  await expect(account).toContainText('A•••');
  await expect(account).not.toContainText(displayName);
  await expect(page.locator('body')).not.toContainText(email);
  await expect(banner).toBeVisible();
  for (const pressed of ['Correct it', 'Download as CSV', 'Search', 'Sign out'])
    await expect(page.getByText(pressed)).toHaveCount(0);

  // What this view may not open says so, and each try stands in the customer's log.
  await page.goto('/console/view/data/billing');
  await expect(page.getByRole('heading', { name: 'This view may not open it' })).toBeVisible();
  await expect(main(page)).toContainText('This chapter is not part of this view.');
  await expect(page.getByRole('heading', { level: 1, name: 'Billing' })).toBeVisible();
  await expect(main(page)).not.toContainText('Reference');
  await lookInBoth(page, 'a chapter that a view may not open');
  await page.goto('/console/view/copy');
  await expect(
    page.getByRole('heading', { level: 1, name: 'No view opens this page' }),
  ).toBeVisible();
  await expect(banner).toBeVisible();

  await own.reload();
  await expect(
    own.getByRole('row').filter({ hasText: 'Tried to view the account: refused' }).first(),
  ).toBeVisible();
  await expect(view).toContainText('Opened');
  await expect(view).not.toContainText('Nothing yet');
  await view.getByRole('button', { name: /^End now/ }).click();
  await expect(view).toContainText('You ended it');
  await expect(bar).toBeHidden();

  // The agent does nothing either, and loses sight of all of it.
  await expect(page.getByRole('heading', { level: 1, name: 'The view is over' })).toBeVisible({
    timeout: 8_000,
  });
  await expect(main(page)).toContainText('The customer ended it.');
  await expect(page.locator('body')).not.toContainText('A•••');
  const answer = await ask(page, '/console/trpc/access.section', { section: 'account' });
  expect(answer.status()).toBe(401);
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'The view is over' })).toBeVisible();
});

test('more time is the customer’s to give: asked once, given once', async ({ page, another }) => {
  test.setTimeout(180_000);
  const own = await another();
  await comeAs(page, 'support', '/console/look-up');
  await startView(page, { agent: 'support', customer: 'customer', chapters: ['Billing'] });
  const banner = page.getByRole('region', { name: 'View by support' });
  await banner.getByRole('button', { name: 'Ask for 15 more minutes' }).click();
  await expect(banner).toContainText(/ends in \d+:\d\d · Asked for 15 more minutes/);
  await expect(banner.getByRole('button', { name: 'Ask for 15 more minutes' })).toHaveCount(0);

  await comeAs(own, 'customer');
  const bar = own.getByRole('region', { name: 'Support is viewing your account' });
  await expect(bar).toContainText('asks for 15 more minutes');
  await bar.getByRole('link', { name: 'Read why' }).click();
  await own.getByRole('button', { name: 'Give 15 more minutes' }).click();
  await expect(own.getByText('You gave 15 more minutes')).toBeVisible();
  await expect(banner).toContainText('The customer gave 15 more minutes.');
  await expect(banner).toContainText(/ends in (29|30):\d\d/);
  await banner.getByRole('button', { name: 'Stop' }).click();
  await expect(main(page)).toContainText('You stopped it.');
});

test('while nobody can say whether the view still stands, nothing of the account is shown', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await comeAs(page, 'support', '/console/look-up');
  await startView(page, { agent: 'support', customer: 'customer', chapters: ['Account'] });
  await page.getByRole('link', { name: 'Open Account' }).click();
  const account = page.getByRole('region', { name: 'Account', exact: true });
  await expect(account).toBeVisible();
  const standing = '**/console/trpc/support.view*';
  await page.route(standing, (route) => route.fulfill({ status: 503, body: '' }));
  await expect(page.getByText('No answer came from our server.')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('A•••')).toHaveCount(0);
  await page.unroute(standing);
  await expect(account).toBeVisible();

  // The other pages of the console say that it is open too, lead back to it and end it.
  await page.goto('/console/cases');
  const bar = page.getByRole('region', { name: 'View by support' });
  await expect(bar).toContainText(/You are viewing A••• as support · T-\S+ · ends in 1\d:\d\d/);
  await lookInBoth(page, 'a page of the console while a view is open');
  await bar.getByRole('link', { name: 'Go to the view' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview of the view' })).toBeVisible();
  await page.goto('/console');
  await bar.getByRole('button', { name: 'Stop' }).click();
  await expect(bar).toHaveCount(0);
  await page.goto('/console/view-ended');
  await expect(main(page)).toContainText('You stopped it.');
});

test('whoever looks up somebody that nobody is, is told so; signed out, they come back to where they were', async ({
  page,
}) => {
  await page.goto('/console/look-up');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await page.getByLabel('E-mail address').fill(persona('support-second').email);
  await page.getByLabel('Password', { exact: true }).fill(persona('support-second').password);
  await page.getByRole('button', { name: 'Continue' }).click();
  const code = await freshCode(persona('support-second').totpSecret ?? '');
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Look up a customer' })).toBeVisible();
  await lookUp(page, 'nobody.at.all@example.com');
  await expect(page.getByText('Nothing found')).toBeVisible();
  // Staff are nobody's customers.
  await lookUp(page, persona('support').email);
  await expect(page.getByText('Nothing found')).toBeVisible();
});

test('the doors are apart: a customer is nobody at the console, staff are nobody at the portal', async ({
  page,
}) => {
  await signIn(page, 'support-second');
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await page.context().clearCookies();
  await page.goto('/console/sign-in');
  await page.getByLabel('E-mail address').fill(persona('customer').email);
  await page.getByLabel('Password', { exact: true }).fill(persona('customer').password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'There is a problem' })).toContainText(
    'The e-mail address or the password is not right.',
  );
});

test('each role finds its own pages: an officer has no way to look customers up', async ({
  page,
}) => {
  await comeAs(page, 'officer');
  await expect(page.getByRole('banner')).toContainText('Privacy officer P-02');
  await expect(page.getByRole('link', { name: 'Look up' })).toHaveCount(0);
  await page.goto('/console/look-up');
  await expect(
    page.getByRole('heading', { level: 1, name: 'There is no such page' }),
  ).toBeVisible();
  for (const path of ['/console/view', '/console/view/copy', '/console/view-ended']) {
    await page.goto(path);
    await expect(
      page.getByRole('heading', { level: 1, name: 'Only support views accounts' }),
    ).toBeVisible();
  }
  await lookInBoth(page, 'an officer where a view would be');
  const answer = await ask(page, '/console/trpc/support.lookUp', {
    category: 'other',
    by: 'email',
    value: persona('customer').email,
  });
  expect(answer.status()).toBe(403);
});

test('without a view there is none, whatever was viewed on another day', async ({ page }) => {
  await comeAs(page, 'support-second', '/console/view/copy');
  await expect(page.getByRole('heading', { level: 1, name: 'No view is open' })).toBeVisible();
  await expect(main(page)).toContainText('To view an account, look up the customer first.');
});

test('customers download nothing of the console', async ({ page }) => {
  const scripts: string[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) scripts.push(new URL(response.url()).pathname);
  });
  const ofTheConsole = () =>
    scripts.filter((path) => /\/(desk|look-up|start-view|view-frame|welcome)-/.test(path));
  await comeAs(page, 'customer', '/who-looked');
  await expect(page.getByRole('heading', { name: 'Support views' })).toBeVisible();
  expect(scripts.length).toBeGreaterThan(5);
  expect(ofTheConsole()).toEqual([]);
  await page.goto('/console/sign-in');
  await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible();
  expect(ofTheConsole()).not.toEqual([]);
});

test('somebody invited sets a password, adds an authenticator and stands in the console; the invitation works once', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const email = 'new.agent@easellm.example';
  const password = 'lantern gravel october 71';
  const link = invite(email);
  await page.goto(link);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'I have an app, continue' }).click();
  const secret = page.locator('code').filter({ hasText: /^[A-Z2-7 ]{16,}$/ });
  const code = await freshCode((await secret.first().innerText()).replace(/\s/g, ''));
  await page.getByLabel(/^Code/).fill(code);
  await page.getByRole('button', { name: /Confirm|Continue|Add/ }).click();
  await expect(page.getByRole('heading', { name: 'Save your recovery codes' })).toBeVisible();
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: /Finish|Continue|Done/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Console' })).toBeVisible();
  await expect(page.getByRole('banner')).toContainText('Support agent S-77');

  // A day that is over is said on every page: what may not be done, since when, and who renews it how.
  admin('staff', 'set', 'Support agent S-77', '--training-until', '2020-01-31');
  await page.goto('/console/look-up');
  await expect(
    page.getByRole('heading', { name: /^You may not view customers’ accounts since .*2020/ }),
  ).toBeVisible();
  await expect(page.locator('code')).toHaveText(
    'npm run admin -- staff set "Support agent S-77" --training-until YYYY-MM-DD',
  );
  await lookInBoth(page, 'the desk of an agent whose training has run out');
  admin('staff', 'set', 'Support agent S-77', '--training-until', '2099-01-01');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Look up a customer' })).toBeVisible();
  await expect(page.getByText('You may not view')).toHaveCount(0);

  await page.goto('about:blank');
  await page.goto(link);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'There is a problem' })).toContainText(
    'Ask the operator of this portal to invite you again.',
  );
});

/** Adds a member of support as an operator does. @returns the invitation */
function invite(email: string): string {
  const said = admin(
    ...['staff', 'add', email, '--name', 'Nele Ahrens', '--role', 'support'],
    ...['--label', 'Support agent S-77'],
    ...['--training-until', '2099-01-01', '--confidentiality-until', '2099-01-01'],
  );
  const link = /http\S+\/console\/welcome#\S+/.exec(said)?.[0];
  if (!link) throw new Error(`no invitation: ${said}`);
  return link;
}

/** An operator's command. @returns what it said */
function admin(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['dist/server/admin.js', ...args],
    {
      encoding: 'utf8',
      env: { ...process.env, DATA_DIR: portal.dataDir, PORT: new URL(portal.url).port },
    },
  );
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}
