import { and, eq, isNotNull } from 'drizzle-orm';
import { expect } from 'vitest';
import { recoveryCode, session, totpFactor } from '../../../db/schema/auth.ts';
import { attempt, later } from '../../auth/testing.ts';
import { codeAt } from '../../auth/totp.ts';
import type { Deps } from '../../deps.ts';
import { testDeps } from '../../testing/deps.ts';
import { runWaiting } from '../../testing/jobs.ts';
import { mailedToken, templatesTo } from '../../testing/letters.ts';
import { callerFor, insertCustomer, type Jar, type Person } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { codeOf } from '../../testing/refused.ts';
import { approvedCase, DAY, HOUR, portal, recoveryOf, renewing } from './testing.ts';

const ADDED = 74 * HOUR;

/** Somebody who knows the password and reads the mailbox has added a factor of their own. */
async function takenOver(deps: Deps, ada: Person) {
  const { token } = await approvedCase(deps, ada);
  const jar = await renewing(deps, ada, token, ADDED);
  const now = later(ADDED);
  const { secret } = await callerFor(deps, jar, { now }).lostFactors.beginFactor({});
  const { recoveryCodes } = await callerFor(deps, jar, { now }).lostFactors.confirmFactor({
    code: codeAt(secret, now),
  });
  const link = await mailedToken(deps, ada.subjectId, 'lost_factors_completed');
  return { jar, secret, recoveryCodes, link };
}

const undo = (deps: Deps, token: string, seconds: number) =>
  portal(deps, seconds).stopByLink({ token });

/** How a sign-in with a factor is answered at that moment. */
async function signIn(deps: Deps, ada: Person, secret: string, seconds: number) {
  const now = later(seconds);
  const jar = await attempt(deps, ada, now);
  return codeOf(callerFor(deps, jar, { now }).auth.verifyCode({ code: codeAt(secret, now) }));
}

const at = (deps: Deps, jar: Jar, seconds: number) => callerFor(deps, jar, { now: later(seconds) });

test('a recovery that was not the person’s is taken back by the letter’s link: their own factor works again, the other is gone with all it opened', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  const { jar, secret, link } = await takenOver(deps, ada);
  expect(await signIn(deps, ada, ada.totpSecret, ADDED + 60)).toBe('CODE_REFUSED');

  expect(await undo(deps, link, ADDED + 5 * DAY)).toEqual({ outcome: 'undone' });

  const after = ADDED + 5 * DAY + 60;
  expect(await codeOf(at(deps, jar, after).auth.me({}))).toBe('SIGNED_OUT');
  expect(await connection.db.$count(session, eq(session.subjectId, ada.subjectId))).toBe(0);
  const codes = eq(recoveryCode.subjectId, ada.subjectId);
  expect(await connection.db.$count(recoveryCode, codes)).toBe(0);
  expect(await signIn(deps, ada, secret, after)).toBe('CODE_REFUSED');
  expect(await signIn(deps, ada, ada.totpSecret, after + 60)).toBeNull();
  expect(await templatesTo(deps, ada.subjectId)).toContain('lost_factors_undone');
  const row = await recoveryOf(deps, ada);
  expect(row?.endedHow).toBe('undone');
  // Whoever did it still knows the password and reads the mailbox.
  expect(row?.restrictedUntil?.getTime()).toBeGreaterThan(later(after).getTime());
});

test('the link of the first letter does it too, once, and of many presses at once one', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  await takenOver(deps, ada);
  const link = await mailedToken(deps, ada.subjectId, 'lost_factors_opened');
  const codes = await Promise.all(
    Array.from({ length: 4 }, () => codeOf(undo(deps, link, ADDED + HOUR))),
  );
  expect(codes.sort()).toEqual(['LINK_NOT_VALID', 'LINK_NOT_VALID', 'LINK_NOT_VALID', null].sort());
  expect(await signIn(deps, ada, ada.totpSecret, ADDED + 2 * HOUR)).toBeNull();
});

test('a new factor put in place of the new one does not take the way back away', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  const { jar, secret, link } = await takenOver(deps, ada);
  const next = ADDED + 60;
  await at(deps, jar, next).auth.stepUp({ code: codeAt(secret, later(next)) });
  const other = await at(deps, jar, next).auth.beginReplacement({});
  await at(deps, jar, next).auth.confirmReplacement({ code: codeAt(other.secret, later(next)) });
  expect(await undo(deps, link, ADDED + HOUR)).toEqual({ outcome: 'undone' });
  expect(await signIn(deps, ada, other.secret, ADDED + 2 * HOUR)).toBe('CODE_REFUSED');
  expect(await signIn(deps, ada, ada.totpSecret, ADDED + 3 * HOUR)).toBeNull();
});

test('after seven days it cannot be undone, and what was set aside is forgotten', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  const { secret, link } = await takenOver(deps, ada);
  const own = eq(totpFactor.subjectId, ada.subjectId);
  await runWaiting(deps, 'lost_factors.forget', later(ADDED + 7 * DAY - 60));
  expect(await connection.db.$count(totpFactor, own)).toBe(2);
  await connection.sql`update job set state = 'ready' where kind = 'lost_factors.forget'`;
  await runWaiting(deps, 'lost_factors.forget', later(ADDED + 7 * DAY));
  const left = await connection.db.select().from(totpFactor).where(own);
  expect(left).toHaveLength(1);
  expect(left[0]?.confirmedAt).not.toBeNull();
  expect(await codeOf(undo(deps, link, ADDED + 7 * DAY))).toBe('LINK_NOT_VALID');
  expect(await signIn(deps, ada, secret, ADDED + 7 * DAY + 60)).toBeNull();
});

test('what is set aside signs nobody in, steps nobody up and is counted by nothing', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  const { jar } = await takenOver(deps, ada);
  const then = ADDED + 60;
  const code = codeAt(ada.totpSecret, later(then));
  expect(await codeOf(at(deps, jar, then).auth.stepUp({ code }))).toBe('CODE_REFUSED');
  expect((await at(deps, jar, then).overview.state({})).protection.factors).toBe(1);
  expect((await at(deps, jar, then).auth.securityState({})).factors).toHaveLength(1);
  await expect(
    connection.sql`update totp_factor set confirmed_at = now() where set_aside_by is not null`,
  ).rejects.toThrow(/totp_factor_set_aside/);
});

test('a sign-in with an old factor and a press of the link at once end as one of the two orders, never in an error', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  const { secret, link } = await takenOver(deps, ada);
  const moment = ADDED + HOUR;
  const jar = await attempt(deps, ada, later(moment));
  const code = codeAt(secret, later(moment));
  const [entered, pressed] = await Promise.all([
    codeOf(at(deps, jar, moment).auth.verifyCode({ code })),
    codeOf(undo(deps, link, moment)),
  ]);
  expect(pressed).toBeNull();
  expect([null, 'CODE_REFUSED', 'CODE_ALREADY_USED', 'ATTEMPT_ENDED']).toContain(entered);
  const works = and(eq(totpFactor.subjectId, ada.subjectId), isNotNull(totpFactor.confirmedAt));
  expect(await connection.db.$count(totpFactor, works)).toBe(1);
  expect(await connection.db.$count(session, eq(session.subjectId, ada.subjectId))).toBe(0);
});
