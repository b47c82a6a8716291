import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSync } from 'otplib';
import { test as base, type Cookie, expect, type Page } from 'playwright/test';

type Persona = {
  email: string;
  password: string;
  totpSecret: string | null;
  recoveryCodes: string[];
  displayName: string;
};
export type PersonaKey = 'customer' | 'customer-california' | 'customer-heavy' | 'customer-new';

export const dataDir = process.env['E2E_DATA_DIR'] ?? '';
const demo: { personas: Record<PersonaKey, Persona> } = JSON.parse(
  readFileSync(join(dataDir, 'demo.json'), 'utf8'),
);
const STEP_MS = 30_000;

/** Steps of authenticator codes that were used already: a code works once. */
const usedSteps = new Map<string, number>();

export const persona = (key: PersonaKey): Persona => demo.personas[key];

/** A code that was not used yet; where the running one was, waits for the clock to give the next. */
export async function freshCode(secret: string): Promise<string> {
  const step = () => Math.floor(Date.now() / STEP_MS);
  const last = usedSteps.get(secret) ?? 0;
  await expect.poll(step, { timeout: STEP_MS + 5_000, intervals: [500] }).toBeGreaterThan(last);
  const current = step();
  usedSteps.set(secret, current);
  return generateSync({ secret, epoch: Math.floor((current * STEP_MS) / 1_000) });
}

export async function enterPassword(
  page: Page,
  { email, password }: Pick<Persona, 'email' | 'password'>,
): Promise<void> {
  await page.goto('/sign-in');
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
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
}

/** Recovery codes that were used already, counted for each person. */
const usedRecoveryCodes = new Map<PersonaKey, number>();

/** Signs in with a recovery code, which needs no clock; it does not count as a fresh second factor. */
export async function signInWithRecoveryCode(page: Page, key: PersonaKey): Promise<void> {
  const person = persona(key);
  // From the end: the first one has a test of its own.
  const used = usedRecoveryCodes.get(key) ?? 0;
  usedRecoveryCodes.set(key, used + 1);
  await enterPassword(page, person);
  await page.getByRole('link', { name: 'Use a recovery code' }).click();
  await page.getByLabel('Recovery code').fill(person.recoveryCodes.at(-1 - used) ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
}

const sessions = new Map<PersonaKey, Cookie[]>();

/** Comes as a person who signed in earlier in this run; signs in where the session has ended. */
export async function comeAs(page: Page, key: PersonaKey): Promise<void> {
  const known = sessions.get(key);
  if (known) {
    await page.context().addCookies(known);
    await page.goto('/');
    const heading = page.getByRole('heading', { level: 1, name: /^(Overview|Sign in)$/ });
    await expect(heading).toBeVisible();
    if ((await heading.textContent()) === 'Overview') return;
  }
  await signIn(page, key);
  sessions.set(
    key,
    (await page.context().cookies()).filter(({ name }) => name === 'sid'),
  );
}

/** Answers the dialog that asks for a fresh code. */
export async function stepUp(page: Page, key: PersonaKey): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await dialog.getByLabel('Code').fill(await freshCode(persona(key).totpSecret ?? ''));
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(dialog).toBeHidden();
}

/** The link of the newest letter with this subject, from the demo's outbox. */
export async function linkFromMail(page: Page, subject: string): Promise<string> {
  const tab = await page.context().newPage();
  await tab.goto('/outbox');
  const letter = tab.getByRole('article', { name: subject }).first();
  const href = await letter.getByRole('link').first().getAttribute('href');
  await tab.close();
  if (!href) throw new Error(`no link in the letter "${subject}"`);
  return href;
}

/** A page that ends the test with what its console says, and that has rejected optional cookies. */
export const test = base.extend<{ problems: string[] }>({
  problems: [
    async ({ page }, use) => {
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        // A refused act is answered with its status, which the browser notes too.
        if (message.type() === 'error' && !/status of (4\d\d|503)/.test(message.text()))
          problems.push(message.text());
      });
      await use(problems);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
