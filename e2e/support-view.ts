import type { Page } from 'playwright/test';
import { type PersonaKey, persona, stepUpIfAsked } from './people.ts';

const LOOK_UP = '/console/look-up';
export const REASON = 'You asked us why the address of your last invoice is an old one.';

/** Looks a customer up by e-mail address, as an agent who is signed in at the console. */
export async function lookUp(page: Page, email: string): Promise<void> {
  if (!page.url().endsWith(LOOK_UP)) await page.goto(LOOK_UP);
  await page.getByRole('radio', { name: 'Billing' }).check();
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(email);
  await page.getByRole('button', { name: 'Look up' }).click();
}

/** Finds a customer and begins a view of these chapters, for their newest ticket. */
export async function startView(
  page: Page,
  { agent, customer, chapters }: { agent: PersonaKey; customer: PersonaKey; chapters: string[] },
): Promise<void> {
  await lookUp(page, persona(customer).email);
  await page.getByRole('link', { name: 'View this account' }).click();
  await page.getByRole('combobox', { name: 'Case' }).selectOption({ index: 1 });
  await page.getByLabel('Reason').fill(REASON);
  for (const name of chapters) await page.getByRole('checkbox', { name, exact: true }).check();
  await page.getByRole('button', { name: 'Start the view' }).click();
  const begun = page.getByRole('heading', { level: 1, name: 'Overview of the view' });
  await stepUpIfAsked(page, agent, begun);
}
