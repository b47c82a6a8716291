import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { account } from '../../db/schema/account.ts';
import { codeAt } from '../auth/totp.ts';
import type { Deps } from '../deps.ts';
import { mailedToken } from '../testing/letters.ts';
import {
  callerFor,
  emptyJar,
  insertCustomer,
  type Jar,
  type Person,
  signedInAs,
} from '../testing/people.ts';
import { refused } from '../testing/refused.ts';

const start = new Date(Math.floor(Date.now() / 30_000) * 30_000);
/** Seconds after the moment at which these tests begin. */
export const later = (seconds: number) => new Date(start.getTime() + seconds * 1_000);
export const HOUR = 3_600;
export type SignedIn = Person & { jar: Jar };

/** The procedures, for a browser at a moment. */
export const at = (deps: Deps, { jar }: { jar: Jar }, seconds: number) =>
  callerFor(deps, jar, { now: later(seconds) });
/** The same for somebody who is not signed in. */
export const stranger = (deps: Deps, seconds: number) => at(deps, { jar: emptyJar() }, seconds);

export async function signedIn(deps: Deps, name = 'Ada Lovelace', seconds = 0): Promise<SignedIn> {
  const person = await insertCustomer(deps, { name });
  return { ...person, jar: await signedInAs(deps, person, { now: later(seconds) }) };
}

/** Proves the factor for the one act, at a step no code was used in. */
export const proveFor = (deps: Deps, person: SignedIn, seconds: number) =>
  at(deps, person, seconds).auth.stepUp({
    code: codeAt(person.totpSecret, later(seconds)),
    act: 'email_commit',
  });

/** Confirms by a link, the newest one mailed unless told otherwise; the refusal, or null. */
export async function confirm(deps: Deps, person: SignedIn, seconds: number, token?: string) {
  await proveFor(deps, person, seconds);
  const mailed = token ?? (await mailedToken(deps, person.subjectId, 'email_change_confirm'));
  return refused(at(deps, person, seconds).account.confirmEmailChange({ token: mailed }));
}

/** The address in force, under which the account is also found. */
export async function addressOf(deps: Deps, { subjectId }: Person): Promise<string> {
  const { db } = deps.connection;
  const [row] = await db.select().from(account).where(eq(account.subjectId, subjectId));
  const email = deps.vault.unseal(
    await deps.vault.subjectKey(db, subjectId),
    'account.email',
    row?.email ?? ('' as never),
  );
  expect(row?.emailIndex).toBe(deps.vault.emailIndex(email));
  return email;
}
