import { eq } from 'drizzle-orm';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import { attempt, later, start } from '../../auth/testing.ts';
import type { Deps } from '../../deps.ts';
import { mailedToken } from '../../testing/letters.ts';
import {
  atTheDesk,
  callerFor,
  emptyJar,
  insertStaff,
  type Jar,
  type Person,
} from '../../testing/people.ts';

export const HOUR = 3_600;
export const DAY = 24 * HOUR;
export const WHY = 'The invoice and the last payment fit what the customer told us on the phone.';
export const STATEMENT = 'My phone fell into the Rhône, with the codes in its notes.';

/** A customer opens the case, from the password to the statement. */
export async function openedCase(deps: Deps, ada: Person, now = start) {
  const jar = await attempt(deps, ada, now);
  await callerFor(deps, jar, { now }).lostFactors.ask({});
  const token = await mailedToken(deps, ada.subjectId, 'lost_factors_link');
  return callerFor(deps, emptyJar(), { now }).lostFactors.open({ token, statement: STATEMENT });
}

/** Two of support and an officer; each signs in at the moment of the act, for it needs a fresh factor. */
export async function staffOfThree(deps: Deps) {
  const [first, second, officer] = [
    await insertStaff(deps, { label: 'Support agent S-31' }),
    await insertStaff(deps, { label: 'Support agent S-32' }),
    await insertStaff(deps, { role: 'officer', label: 'Officer O-1' }),
  ];
  const as = (person: Person) => async (seconds: number) => {
    const now = later(seconds);
    const jar = await atTheDesk(deps, person, { now });
    return callerFor(deps, jar, { now, surface: 'console' });
  };
  return { first: as(first), second: as(second), officer: as(officer), people: { first, second } };
}

/** Up to the letter with the link: three days waited, one proposed, another approved. */
export async function approvedCase(deps: Deps, ada: Person) {
  const { reference } = await openedCase(deps, ada);
  const staff = await staffOfThree(deps);
  await (await staff.first(72 * HOUR)).lostFactorsDesk.propose({ reference, reason: WHY });
  await (await staff.second(73 * HOUR)).lostFactorsDesk.approve({ reference });
  const token = await mailedToken(deps, ada.subjectId, 'lost_factors_approved');
  return { reference, staff, token };
}

/** The browser that came by the link and knows the password. */
export async function renewing(deps: Deps, ada: Person, token: string, seconds = 74 * HOUR) {
  const jar: Jar = emptyJar();
  const { password } = ada;
  await callerFor(deps, jar, { now: later(seconds) }).lostFactors.begin({ token, password });
  return jar;
}

export const portal = (deps: Deps, seconds = 0) =>
  callerFor(deps, emptyJar(), { now: later(seconds) }).lostFactors;

export async function recoveryOf({ connection }: Deps, { subjectId }: Person) {
  const [row] = await connection.db
    .select()
    .from(factorRecovery)
    .where(eq(factorRecovery.subjectId, subjectId));
  return row;
}

/** The letter's link that stops it. */
export const stopOf = (deps: Deps, { subjectId }: Person) =>
  mailedToken(deps, subjectId, 'lost_factors_opened');
