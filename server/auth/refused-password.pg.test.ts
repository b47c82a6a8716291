import { and, asc, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { account } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { session } from '../../db/schema/auth.ts';
import type { AuditAction } from '../audit/actions.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { runWaiting } from '../testing/jobs.ts';
import { lettersTo } from '../testing/letters.ts';
import { callerFor, emptyJar, insertCustomer, type Person, signInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { later, MINUTE, start } from './testing.ts';

const NEXT = 'copper meadow bicycle 19';

async function guess(deps: Deps, { email }: Person, times: number, now = start): Promise<void> {
  for (let time = 0; time < times; time += 1)
    await refused(
      callerFor(deps, emptyJar(), { now, ipPrefix: `10.0.${time}.0/24` }).auth.signIn({
        email,
        password: `wrong ${time}`,
      }),
    );
  await runWaiting(deps, 'auth.password_refused', now);
}

/** Events of a kind about a person, oldest first, with their details opened. */
async function events(
  { connection: { db }, vault }: Deps,
  { subjectId }: Person,
  action: AuditAction,
) {
  const key = await vault.subjectKey(db, subjectId);
  const rows = await db
    .select()
    .from(auditEvent)
    .where(and(eq(auditEvent.subjectId, subjectId), eq(auditEvent.action, action)))
    .orderBy(asc(auditEvent.occurredAt));
  return rows.map(({ occurredAt, actorKind, sessionHandle, outcome, details }) => ({
    occurredAt,
    actorKind,
    sessionHandle,
    outcome,
    details: details && JSON.parse(vault.unseal(key, 'audit_event.details', details)),
  }));
}

describe('a wrong password', () => {
  test('is in the log of its account, with the factor and nothing else', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    await guess(deps, ada, 1);
    expect(await events(deps, ada, 'auth.sign_in_refused')).toEqual([
      {
        occurredAt: start,
        actorKind: 'system',
        sessionHandle: null,
        outcome: 'refused',
        details: { factor: 'password' },
      },
    ]);
    const jar = await signInAs(deps, ada, { now: later(60) });
    const [latest] = (
      await callerFor(deps, jar, { now: later(60) }).auth.securityActivity({})
    ).filter(({ action }) => action === 'auth.sign_in_refused');
    expect(latest).toMatchObject({ outcome: 'refused', details: '{"factor":"password"}' });
  });

  test('floods no log: of a quarter of an hour stay the first one and the end of the budget', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    for (const minutes of [0, 14, 15, 29]) await guess(deps, ada, 20, later(minutes * MINUTE));
    const at = (found: { occurredAt: Date }[]) => found.map(({ occurredAt }) => occurredAt);
    const windows = [start, later(15 * MINUTE)];
    expect(at(await events(deps, ada, 'auth.sign_in_refused'))).toEqual(windows);
    expect(at(await events(deps, ada, 'auth.password_check_closed'))).toEqual(windows);
    expect(await connection.db.$count(auditEvent)).toBe(4);
  });

  test('floods no mailbox: the end of the budget is mailed once a day', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const midnight = new Date(start);
    midnight.setUTCHours(24, 0, 0, 0);
    const minutesAfter = (minutes: number) => new Date(midnight.getTime() + minutes * 60_000);
    await guess(deps, ada, 9, minutesAfter(0));
    expect(await lettersTo(deps, ada.subjectId)).toEqual([]);
    for (const minutes of [15, 30, 45]) await guess(deps, ada, 11, minutesAfter(minutes));
    expect(
      (await lettersTo(deps, ada.subjectId)).map(({ template, to }) => [template, to]),
    ).toEqual([['password_check_closed', ada.email]]);
    await guess(deps, ada, 11, minutesAfter(24 * 60));
    expect(await lettersTo(deps, ada.subjectId)).toHaveLength(2);
  });

  test('is no event about an account that is being erased', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    await connection.db.update(account).set({ status: 'erasing' });
    await guess(deps, ada, 11);
    expect(await connection.db.$count(auditEvent)).toBe(0);
  });

  test('of somebody signed in is in the log with their session, as bounded', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: start });
    const [open] = await connection.db.select().from(session);
    const { auth } = callerFor(deps, jar, { now: start });
    for (let time = 0; time < 10; time += 1)
      expect(await refused(auth.changePassword({ current: NEXT, next: NEXT }))).toEqual(
        refusal('SIGN_IN_REFUSED'),
      );
    const closed = { code: 'TOO_MANY_ATTEMPTS', retryAfterSeconds: 15 * MINUTE };
    for (let time = 0; time < 3; time += 1)
      expect(await refused(auth.changePassword({ current: ada.password, next: NEXT }))).toEqual(
        closed,
      );
    const own = { actorKind: 'subject', sessionHandle: open?.handle };
    expect(await events(deps, ada, 'auth.sign_in_refused')).toMatchObject([own]);
    expect(await events(deps, ada, 'auth.password_check_closed')).toMatchObject([own]);
  });
});
