import { setMode } from '../server/services/reference-holders/behaviour.ts';
import { holderDir } from '../server/services/reference-holders/ports.ts';
import { filesOf } from './archive.ts';
import { expect, portal, signIn, test } from './fixtures.ts';

const behave = (mode: 'normal' | 'silent' | 'failing') =>
  setMode(holderDir(portal.dataDir, 'paylane'), mode);

test.afterEach(() => behave('normal'));

test('a copy contains what another system gave, names one that is silent as missing, and tells when its answer has come', async ({
  page,
}) => {
  test.setTimeout(180_000);
  behave('silent');
  await signIn(page, 'customer-california');
  await page.getByRole('link', { name: 'Take a copy' }).click();
  await page.getByRole('button', { name: 'Start the copy' }).click();
  await expect(
    page.getByRole('heading', { level: 1, name: /^Copy of your data R-/ }),
  ).toBeVisible();
  const holders = page.getByRole('region', { name: 'Other systems that hold your data' });
  await expect(holders.getByText('Paylane, Ireland')).toBeVisible();
  await expect(holders.getByText('Confirmed')).toHaveCount(1);
  await expect(page.getByRole('region', { name: 'Your copy' })).toBeVisible({ timeout: 60_000 });
  await expect(holders.getByText('Missing')).toBeVisible();
  await expect(holders.getByText(/^It did not answer by .+\.$/)).toBeVisible();
  await expect(holders.getByText('We keep asking.')).toBeVisible();
  await expect(holders.getByText(/What it gave is in this copy: \d+ entries/)).toBeVisible();
  await expect(holders.getByText('This portal cannot ask it.').first()).toBeVisible();

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download', exact: true }).click(),
  ]);
  const files = await filesOf(await file.path());
  const given: { data: { events: unknown[] } } = JSON.parse(
    files.get('holders/tallymetric.json')?.toString() ?? '{}',
  );
  expect(given.data.events.length).toBeGreaterThan(10);
  expect(files.has('holders/paylane.json')).toBe(false);
  const manifest: { holders: { id: string; state: string }[] } = JSON.parse(
    files.get('manifest.json')?.toString() ?? '{}',
  );
  expect(manifest.holders.map(({ id, state }) => [id, state])).toContainEqual([
    'paylane',
    'missing',
  ]);

  const request = page.url();
  await page.goto('/data');
  const card = page.getByRole('region', { name: 'Paylane' });
  await expect(card.getByText('Did not answer, retrying')).toBeVisible();
  await expect(card.getByText('Ireland')).toBeVisible();
  await expect(card.getByText('Account: E-mail address, Name, Country')).toBeVisible();

  behave('normal');
  await expect(async () => {
    await page.goto(request);
    await expect(holders.getByText('A new copy will contain it.')).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
  await page.goto('/');
  await expect(
    page.getByText('An answer that your copy did not wait for has come.').first(),
  ).toBeVisible();
});

test('a correction is passed on to the system that holds it too, and its person sees why it did not arrive at once, and that it did', async ({
  page,
}) => {
  test.setTimeout(180_000);
  behave('failing');
  await signIn(page, 'customer-california');
  await page.goto('/account');
  await page.getByRole('button', { name: 'Change Name' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Marisol Delgado Ruiz');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Marisol Delgado Ruiz').first()).toBeVisible();
  await expect(async () => {
    await page.goto('/requests');
    await page
      .getByRole('row', { name: /Correction/ })
      .getByRole('link')
      .first()
      .click();
    await expect(page.getByRole('heading', { level: 1, name: /^Correction R-/ })).toBeVisible();
    await expect(
      page.getByText(/^It answered on .+ that it could not do it: its system failed\.$/),
    ).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
  await expect(page.getByText('We keep asking.')).toBeVisible();
  behave('normal');
  await expect(async () => {
    await page.reload();
    await expect(page.getByText(/^It took the correction over on/)).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
  await expect(page.getByText('It is done.')).toBeVisible();
});
