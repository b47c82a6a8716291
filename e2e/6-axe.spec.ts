import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import postgres from 'postgres';
import { runningUrl } from '../db/embedded/index.ts';
import { pages, type State } from './axe-pages.ts';
import {
  dataDir,
  enterPassword,
  expect,
  freshCode,
  linkFromMail,
  persona,
  signIn,
  test,
} from './fixtures.ts';

const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
const views = [
  { name: 'light 1280', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { name: 'dark 390', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const;
type View = (typeof views)[number];

const ENROLMENT_STEPS = 4;
const visits = (state: State) =>
  Object.entries(pages).flatMap(([path, states]) =>
    (states[state] ?? []).map((visit) => ({ path, ...visit })),
  );
const states = ['out', 'midway', 'in'] as const;
const planned =
  (states.reduce((sum, state) => sum + visits(state).length, 0) + ENROLMENT_STEPS) * views.length;
let looks = 0;

/** What axe finds, and whatever makes a phone scroll sideways, the page or a table in it; nothing is looked at before it is complete. */
async function look(page: Page, view: View, where: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }), where).toHaveCount(1);
  await expect(page.getByRole('status').filter({ hasText: 'Loading' }), where).toHaveCount(0);
  const { background, over, inside } = await page.evaluate(async () => {
    await Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => null)));
    const pixel = new OffscreenCanvas(1, 1).getContext('2d');
    if (!pixel) throw new Error('no canvas');
    pixel.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    pixel.fillRect(0, 0, 1, 1);
    const { scrollWidth, clientWidth } = document.documentElement;
    return {
      background: pixel.getImageData(0, 0, 1, 1).data[1] ?? 0,
      over: scrollWidth - clientWidth,
      inside: [...document.querySelectorAll('main *')]
        .filter(
          (part) =>
            part.scrollWidth > part.clientWidth + 1 &&
            ['auto', 'scroll'].includes(getComputedStyle(part).overflowX),
        )
        .map((part) => part.textContent.slice(0, 60)),
    };
  });
  expect(background < 128, `${where}: colours of the scheme`).toBe(view.colorScheme === 'dark');
  expect.soft(over, `${where}: pixels that stand out sideways`).toBeLessThanOrEqual(0);
  if (view.viewport.width < 480)
    expect.soft(inside, `${where}: parts that scroll sideways in themselves`).toEqual([]);
  const { violations, passes } = await new AxeBuilder({ page })
    .options({ runOnly: STANDARD, resultTypes: ['violations'] })
    .analyze();
  expect(passes.length, `${where}: rules that applied`).toBeGreaterThan(5);
  expect
    .soft(
      violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.slice(0, 5).map(({ html, failureSummary }) => `${html} ${failureSummary}`),
      })),
      where,
    )
    .toEqual([]);
  looks += 1;
}

async function lookAtAll(page: Page, state: State, { reference = '' } = {}): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const view of views) {
    await page.setViewportSize(view.viewport);
    await page.emulateMedia({ colorScheme: view.colorScheme });
    for (const { path, at = path, h1, shows, first } of visits(state)) {
      const where = `${at} ${state} ${view.name}`;
      // From elsewhere: a new fragment alone would not load the page again.
      await page.goto('about:blank');
      await page.goto(at === '/requests/R' ? `/requests/${reference}` : at);
      await expect(page.getByRole('heading', { level: 1, name: h1 }), where).toBeVisible();
      if (first) await first(page);
      if (shows) await expect(shows(page), where).toBeVisible();
      await look(page, view, where);
    }
  }
}

test('every path of the client is listed here, and nothing is listed that is not a path', () => {
  const source = readFileSync(join(import.meta.dirname, '../client/routes.tsx'), 'utf8');
  const paths = [...source.matchAll(/\bpath: '([^']+)'/g)].map(([, path]) => path ?? '');
  expect(paths.length).toBeGreaterThan(20);
  expect(Object.keys(pages).sort()).toEqual([...new Set(paths)].sort());
  for (const [path, listed] of Object.entries(pages))
    expect(Object.values(listed).flat().length, path).toBeGreaterThan(0);
  expect(planned).toBeGreaterThanOrEqual(2 * paths.length);
});

test('signed out, no page breaks WCAG 2.2 AA or scrolls sideways', async ({ page }) => {
  test.setTimeout(300_000);
  await lookAtAll(page, 'out');
});

test('between password and code, no page breaks WCAG 2.2 AA or scrolls sideways', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await enterPassword(page, persona('customer-heavy'));
  await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
  await lookAtAll(page, 'midway');
});

test('signed in with years of data, no page breaks WCAG 2.2 AA or scrolls sideways', async ({
  page,
}) => {
  test.setTimeout(600_000);
  await signIn(page, 'customer-heavy');
  const answer = await page.request.post('/trpc/requests.askCopy', {
    headers: { origin: new URL(page.url()).origin },
    data: { sections: ['account'] },
  });
  const { result }: { result: { data: { reference: string } } } = await answer.json();
  const { reference } = result.data;
  await page.goto(`/requests/${reference}`);
  await expect(page.getByRole('region', { name: 'Your copy' })).toBeVisible({ timeout: 60_000 });
  await lookAtAll(page, 'in', { reference });
});

test('no step of the first sign-in breaks WCAG 2.2 AA or scrolls sideways', async ({ page }) => {
  test.setTimeout(120_000);
  const newcomer = persona('customer-new');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await enterPassword(page, newcomer);
  await expect(page).toHaveURL(/\/(enrol|sign-in\/code)/);
  await forgetEnrolment();
  await page.goto('/enrol');
  await expect(page.getByRole('heading', { name: 'Confirm your e-mail address' })).toBeVisible();
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByText('The link is on its way')).toBeVisible();
  await bothViews('mailbox');
  await page.goto(await linkFromMail(page, 'Confirm your e-mail address'));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('link', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Add an authenticator app' })).toBeVisible();
  await bothViews('authenticator');
  await page.getByRole('button', { name: 'I have an app, continue' }).click();
  const secret = page.locator('code').filter({ hasText: /^[A-Z2-7 ]{16,}$/ });
  await expect(secret.first()).toBeVisible();
  await bothViews('QR code');
  await page
    .getByLabel(/^Code/)
    .fill(await freshCode((await secret.first().innerText()).replace(/\s/g, '')));
  await page.getByRole('button', { name: /Confirm|Continue|Add/ }).click();
  await expect(page.getByRole('heading', { name: 'Save your recovery codes' })).toBeVisible();
  await bothViews('recovery codes');

  async function bothViews(step: string) {
    for (const view of views) {
      await page.setViewportSize(view.viewport);
      await page.emulateMedia({ colorScheme: view.colorScheme });
      await look(page, view, `/enrol ${step} ${view.name}`);
    }
  }
});

test('as many pages were looked at as are listed, in light and wide and in dark and narrow', () => {
  const routes = Object.keys(pages).length;
  console.log(`axe: ${looks} of ${planned} route × state × view, over ${routes} routes`);
  expect(looks).toBe(planned);
  expect(looks).toBeGreaterThanOrEqual(2 * routes);
});

/** Puts whoever has just given a password back to before the first sign-in: an earlier test may have enrolled them. */
async function forgetEnrolment(): Promise<void> {
  const url = runningUrl(dataDir);
  if (!url) throw new Error('the portal under test has no database of its own');
  const sql = postgres(url, { max: 1 });
  try {
    const [attempt] = await sql<{ subject_id: string }[]>`
      select subject_id from session where kind = 'pending' order by created_at desc limit 1`;
    if (!attempt) throw new Error('nobody is signing in');
    const { subject_id: subject } = attempt;
    await sql`delete from totp_factor where subject_id = ${subject}`;
    await sql`delete from recovery_code where subject_id = ${subject}`;
    await sql`update account set email_verified_at = null where subject_id = ${subject}`;
  } finally {
    await sql.end();
  }
}
