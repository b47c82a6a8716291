import { eq } from 'drizzle-orm';
import { describe, expect, vi } from 'vitest';
import type { Connection } from '../../db/connect.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { session } from '../../db/schema/auth.ts';
import { consentEvent } from '../../db/schema/consent.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, insertCustomer, signInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf } from '../testing/refused.ts';
import { lockAccount } from './lock-account.ts';
import { start } from './testing.ts';

/** Resolves once so many of the portal's statements wait for a lock. */
function waiting(owner: Connection, count: number): Promise<void> {
  return vi.waitFor(async () => {
    const rows = await owner.sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    expect(rows.length).toBeGreaterThanOrEqual(count);
  }, 10_000);
}

const yes = { topic: 'product_news', channel: 'email', granted: true } as const;

describe('what somebody writes who is signed in', () => {
  test('is not written once their session has ended, although the call began before', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: start });
    const call = () => callerFor(deps, jar, { now: start });
    const acts = await connection.db.transaction(async (tx) => {
      await lockAccount(tx, ada.subjectId);
      const begun = [
        codeOf(call().consent.set(yes)),
        codeOf(call().account.correct({ field: 'displayName', value: 'Eve' })),
        codeOf(call().requests.askCopy({ sections: ['account'] })),
        codeOf(call().cases.open({ kind: 'question', about: 'Invoice', text: 'Which one?' })),
      ];
      await waiting(owner, begun.length);
      await tx.delete(session).where(eq(session.subjectId, ada.subjectId));
      return { begun };
    });
    expect(await Promise.all(acts.begun)).toEqual(acts.begun.map(() => 'SIGNED_OUT'));
    expect(await connection.db.$count(consentEvent)).toBe(0);
    const actions = await connection.db.select({ action: auditEvent.action }).from(auditEvent);
    expect(actions).toEqual([{ action: 'auth.signed_in' }]);
  });

  test('keeps whoever signs them out waiting until it is written', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: start });
    const ending = await connection.db.transaction(async (tx) => {
      await lockAccount(tx, ada.subjectId);
      const begun = codeOf(callerFor(deps, jar, { now: start }).auth.signOut({}));
      await waiting(owner, 1);
      // Seen by whoever holds the account: the session is still there.
      expect(await tx.$count(session, eq(session.subjectId, ada.subjectId))).toBe(1);
      return { begun };
    });
    expect(await ending.begun).toBeNull();
    expect(await connection.db.$count(session, eq(session.subjectId, ada.subjectId))).toBe(0);
  });
});
