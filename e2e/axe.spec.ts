import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { pages, type State } from './axe-pages.ts';
import {
  ask,
  comeAs,
  enterPassword,
  expect,
  freshCode,
  linkFromMail,
  type PersonaKey,
  persona,
  portal,
  signIn,
  startView,
  test,
} from './fixtures.ts';
import { look, type View, views } from './look.ts';
import { note, readNotes } from './under-test.ts';
import { withSql } from './with-sql.ts';

// They change nothing that another of them sees: the workers share them.
test.describe.configure({ mode: 'parallel' });

/** `AXE=all`: every page in both views; otherwise each in one of them, in turn. */
const everyView = process.env['AXE'] === 'all';
const seenIn = (state: State, view: View) =>
  visits(state).filter((_visit, number) => everyView || views[number % views.length] === view);

const visits = (state: State) =>
  Object.entries(pages).flatMap(([path, states]) =>
    (states[state] ?? []).map((visit) => ({ path, ...visit })),
  );

/** Whether an address differs from where a page is by its fragment at most. */
function sameDocument(page: Page, address: string): boolean {
  return new URL(page.url()).pathname === new URL(address, portal.url).pathname;
}

/** Which of our documents an address belongs to: each is loaded once, and goes from page to page itself. */
const documentOf = (address: string) =>
  /^\/console(\/view)?(?=\/|$)/.exec(new URL(address, portal.url).pathname)?.[0] ?? 'portal';

/** Comes to a page as by a link in another one; from elsewhere, or to the same page anew, by its address. */
async function comeTo(page: Page, address: string): Promise<void> {
  const here = page.url();
  const fromWithin = here.startsWith(portal.url) && documentOf(here) === documentOf(address);
  if (fromWithin && !sameDocument(page, address)) {
    await page.evaluate((to) => window.history.pushState(null, '', to), address);
    return;
  }
  // A new fragment alone would not load the page again.
  if (sameDocument(page, address)) await page.goto('about:blank');
  await page.goto(address);
}

/** Looks at every page that differs in this state, and at nothing less. */
async function lookAtAll(
  page: Page,
  { state, view, reference = '' }: { state: State; view: View; reference?: string },
): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: view.colorScheme });
  await page.setViewportSize(view.viewport);
  const listed = seenIn(state, view);
  let looks = 0;
  for (const { path, at = path, h1, shows, first } of listed) {
    const where = `${at} ${state} ${view.name}`;
    const address = at.replace(/\/R$/, `/${reference}`);
    await comeTo(page, address);
    await expect(page.getByRole('heading', { level: 1, name: h1 }), where).toBeVisible();
    if (first) await first(page);
    if (shows) await expect(shows(page), where).toBeVisible();
    await look(page, view, where);
    looks += 1;
  }
  console.log(`axe: ${looks} of ${listed.length} pages, ${state}, ${view.name}`);
  expect(looks).toBeGreaterThan(0);
}

test('every path of the client is listed here, and nothing is listed that is not a path', () => {
  const source = readFileSync(join(import.meta.dirname, '../client/routes.tsx'), 'utf8');
  const paths = [...source.matchAll(/\bpath: '([^']+)'/g)].map(([, path]) => path ?? '');
  expect(paths.length).toBeGreaterThan(20);
  expect(Object.keys(pages).sort()).toEqual([...new Set(paths)].sort());
  for (const [path, listed] of Object.entries(pages))
    expect(Object.values(listed).flat().length, path).toBeGreaterThan(0);
});

/** How to come into each state. */
const states: Record<State, { name: string; come(page: Page): Promise<{ reference?: string }> }> = {
  out: { name: 'signed out', come: async () => ({}) },
  midway: {
    name: 'between password and code',
    async come(page) {
      await enterPassword(page, persona('customer-heavy'));
      await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
      return {};
    },
  },
  in: {
    name: 'signed in with years of data',
    async come(page) {
      await comeAs(page, 'customer-heavy');
      return { reference: await finishedCopy(page) };
    },
  },
  deskOut: { name: 'signed out at the console', come: async () => ({}) },
  desk: {
    name: 'an agent at the console',
    async come(page) {
      await comeAs(page, 'support');
      return {};
    },
  },
  officer: {
    name: 'an officer at the console',
    async come(page) {
      const reference = await finishedCopy(page);
      await comeAs(page, 'officer');
      return { reference };
    },
  },
  administrator: {
    name: 'an administrator at the console',
    async come(page) {
      await comeAs(page, 'administrator');
      return {};
    },
  },
  view: {
    name: 'an agent who views years of data',
    async come(page) {
      const reference = await finishedCopy(page);
      // Both are here: the customer's own side of the view is one of the pages.
      await comeAs(page, 'customer-heavy');
      await comeAs(page, 'support-second', '/console/look-up');
      await endViewLeftOpen(page);
      await startView(page, {
        agent: 'support-second',
        customer: 'customer-heavy',
        chapters: ['Account', 'Billing', 'Your choices', 'Requests and records'],
      });
      return { reference };
    },
  },
};

for (const [state, { name, come }] of Object.entries(states)) {
  for (const view of views) {
    if (seenIn(state as State, view).length === 0) continue;
    test(`${name}, ${view.name}, no page breaks WCAG 2.2 AA or scrolls sideways`, async ({
      page,
    }) => {
      test.setTimeout(300_000);
      await lookAtAll(page, { state: state as State, view, ...(await come(page)) });
    });
  }
}

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
  await expect(page.getByRole('heading', { name: 'Add a second factor' })).toBeVisible();
  await bothViews('second factor');
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

/** The same agent may have begun a view for another look. */
async function endViewLeftOpen(page: Page): Promise<void> {
  const answer = await ask(page, '/console/trpc/support.stopView');
  expect([200, 409]).toContain(answer.status());
}

/** The reference of a copy that is ready; asked for once on a portal. */
async function finishedCopy(page: Page): Promise<string> {
  const whose: PersonaKey = 'customer-heavy';
  const known = readNotes().copies[whose];
  if (known) return known;
  const asking = () => ask(page, '/trpc/requests.askCopy', { sections: ['account'] });
  await comeAs(page, whose);
  let answer = await asking();
  if (answer.status() === 403) {
    // They came long ago: a copy asks for a second factor of the last minutes.
    await signIn(page, whose);
    answer = await asking();
  }
  const { result }: { result: { data: { reference: string } } } = await answer.json();
  const { reference } = result.data;
  await page.goto(`/requests/${reference}`);
  await expect(page.getByRole('region', { name: 'Your copy' })).toBeVisible({ timeout: 60_000 });
  note('copies', whose, reference);
  return reference;
}

/** Puts whoever has just given a password back to before the first sign-in: an earlier test may have enrolled them. */
async function forgetEnrolment(): Promise<void> {
  await withSql(async (sql) => {
    const [attempt] = await sql<{ subject_id: string }[]>`
      select subject_id from session where kind = 'pending' order by created_at desc limit 1`;
    if (!attempt) throw new Error('nobody is signing in');
    const { subject_id: subject } = attempt;
    await sql`delete from totp_factor where subject_id = ${subject}`;
    await sql`delete from recovery_code where subject_id = ${subject}`;
    await sql`update account set email_verified_at = null where subject_id = ${subject}`;
  });
}
