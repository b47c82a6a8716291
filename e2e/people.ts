import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSync } from 'otplib';
import { expect, type Locator, type Page } from 'playwright/test';
import type { DemoFile, PersonaKey } from '../db/seed/personas.ts';
import { ask, note, portal, readNotes } from './under-test.ts';

export type { PersonaKey };

type Persona = DemoFile['personas'][PersonaKey];
/** Where people of a role sign in, the page they come to, the cookie that keeps them there, and what says who they are. */
type Door = { signIn: string; home: string; title: string; cookie: string; me: string };

const STEP_MS = 30_000;
/** Time for a code to be typed and checked, also where other work slows the machine. */
const TYPING_MS = 10_000;
const desk: Door = {
  signIn: '/console/sign-in',
  home: '/console',
  title: 'Console',
  cookie: 'staff',
  me: '/console/trpc/desk.me',
};
const doors: Partial<Record<Persona['role'], Door>> = {
  customer: {
    signIn: '/sign-in',
    home: '/',
    title: 'Overview',
    cookie: 'sid',
    me: '/trpc/auth.me',
  },
  support: desk,
  officer: desk,
  administrator: desk,
};
const demo: DemoFile = JSON.parse(readFileSync(join(portal.dataDir, 'demo.json'), 'utf8'));

export const persona = (key: PersonaKey): Persona => demo.personas[key];

function doorOf({ role }: Persona): Door {
  const door = doors[role];
  if (!door) throw new Error(`nobody knows where to sign in as ${role}`);
  return door;
}

const home = (page: Page, { title }: Door) =>
  page.getByRole('heading', { level: 1, name: title, exact: true });

/**
 * A code that was not used yet. The code of the step before is accepted too: of two that follow each
 * other the first is that one, so that nobody waits half a minute for the clock.
 */
export async function freshCode(secret: string): Promise<string> {
  const last = readNotes().steps[secret] ?? 0;
  await expect
    .poll(() => nextStep(last), { timeout: STEP_MS + 5_000, intervals: [500] })
    .not.toBeNull();
  const step = nextStep(last) ?? 0;
  note('steps', secret, step);
  return generateSync({ secret, epoch: Math.floor((step * STEP_MS) / 1_000) });
}

/** The earliest step after `last` whose code is accepted now and for a while longer. */
function nextStep(last: number): number | null {
  const running = Math.floor(Date.now() / STEP_MS);
  const left = STEP_MS - (Date.now() % STEP_MS);
  if (last < running - 1 && left > TYPING_MS) return running - 1;
  return last < running ? running : null;
}

export async function enterPassword(
  page: Page,
  { email, password, role = 'customer' }: Pick<Persona, 'email' | 'password'> & Partial<Persona>,
): Promise<void> {
  await page.goto(doors[role]?.signIn ?? '');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Signs in as a person does, with password and authenticator code. */
export async function signIn(page: Page, key: PersonaKey): Promise<void> {
  const person = persona(key);
  await enterPassword(page, person);
  await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
  await page.getByLabel('Code', { exact: true }).fill(await freshCode(person.totpSecret ?? ''));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(home(page, doorOf(person))).toBeVisible();
}

/** Signs in with a recovery code, which needs no clock; it does not count as a fresh second factor. */
export async function signInWithRecoveryCode(page: Page, key: PersonaKey): Promise<void> {
  const person = persona(key);
  // From the end: the first one has a test of its own.
  const used = readNotes().recoveryCodes[key] ?? 0;
  note('recoveryCodes', key, used + 1);
  await enterPassword(page, person);
  await page.getByRole('link', { name: 'Use a recovery code' }).click();
  await page.getByLabel('Recovery code').fill(person.recoveryCodes.at(-1 - used) ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(home(page, doorOf(person))).toBeVisible();
  await remember(page, key);
}

/**
 * Comes as a person who signed in earlier on this portal; signs in where the session has ended.
 *
 * @param at the page to come to; their home unless named
 */
export async function comeAs(page: Page, key: PersonaKey, at?: string): Promise<void> {
  const door = doorOf(persona(key));
  await page.context().addCookies(readNotes().sessions[key] ?? []);
  if (await isIn(page, door)) {
    await page.goto(at ?? door.home);
    if (!at) await expect(home(page, door)).toBeVisible();
    return;
  }
  await signIn(page, key);
  await remember(page, key);
  if (at) await page.goto(at);
}

async function isIn(page: Page, { me }: Door): Promise<boolean> {
  const answer = await ask(page, me);
  expect([200, 401], 'somebody, or nobody').toContain(answer.status());
  return answer.ok();
}

/** Keeps the session that a page has now, for whoever comes next as the same person. */
async function remember(page: Page, key: PersonaKey): Promise<void> {
  const { cookie } = doorOf(persona(key));
  const cookies = await page.context().cookies();
  note(
    'sessions',
    key,
    cookies.filter(({ name }) => name === cookie),
  );
}

/** Answers the dialog that asks for a fresh code. */
export async function stepUp(page: Page, key: PersonaKey): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await dialog.getByLabel('Code').fill(await freshCode(persona(key).totpSecret ?? ''));
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(dialog).toBeHidden();
  // The session has a new token from here on.
  await remember(page, key);
}

/** The same where it is asked for: a sign-in of the last five minutes is fresh enough. `done` comes after. */
export async function stepUpIfAsked(page: Page, key: PersonaKey, done: Locator): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await expect(dialog.or(done)).toBeVisible();
  if (await dialog.isVisible()) await stepUp(page, key);
  await expect(done).toBeVisible();
}
