import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { staffMember } from '../../db/schema/staff.ts';
import { later, MINUTE, start } from '../auth/testing.ts';
import { recordingRefusals } from '../oversight/recording-refusals.ts';
import { doors, supportAndCustomer } from '../support/testing.ts';
import { testDeps } from '../testing/deps.ts';
import { lettersTo } from '../testing/letters.ts';
import { atTheDesk, insertStaff } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refused } from '../testing/refused.ts';

describe('a member of staff who goes on past a limit', () => {
  test('is recorded, and told to every officer who is there, once for each time', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => start });
    const { ada, agent, customer, asAgent } = await supportAndCustomer(deps, start);
    const officer = await insertStaff(deps, { role: 'officer', label: 'Privacy officer P-31' });
    const gone = await insertStaff(deps, { role: 'officer', label: 'Privacy officer P-32' });
    await connection.db
      .update(staffMember)
      .set({ disabledAt: start })
      .where(eq(staffMember.accountId, gone.subjectId));
    const query = { category: 'other', by: 'account', value: ada.subjectId } as const;
    const look = () => refused(asAgent(start).support.lookUp(query));
    const events = () =>
      connection.db.$count(auditEvent, eq(auditEvent.action, 'staff.limit_reached'));
    for (let time = 0; time < 30; time += 1) expect(await look()).toBeNull();
    expect(await events()).toBe(0);
    await Promise.all(Array.from({ length: 10 }, () => look()));
    expect(await events()).toBe(1);
    const [letter, ...others] = await lettersTo(deps, officer.subjectId);
    expect(others).toEqual([]);
    expect(letter?.text).toContain('Support agent S-31');
    expect(letter?.text).toContain('look up more than 30 customers in an hour');
    expect(await lettersTo(deps, gone.subjectId)).toEqual([]);
    expect(await lettersTo(deps, agent.subjectId)).toEqual([]);
    // An hour later both begin anew.
    const now = later(60 * MINUTE);
    const again = doors(deps, customer, await atTheDesk(deps, agent, { now })).asAgent(now);
    await Promise.all(Array.from({ length: 31 }, () => refused(again.support.lookUp(query))));
    expect(await events()).toBe(2);
    expect(await lettersTo(deps, officer.subjectId)).toHaveLength(2);
  });
});

test('who is disabled while they act has no effect any more', async ({ connection }) => {
  const deps = testDeps(connection);
  const officer = await insertStaff(deps, { role: 'officer', label: 'Privacy officer P-31' });
  const accountId = officer.subjectId;
  const actor = { kind: 'staff', accountId, label: 'P-31', sessionHandle: null } as const;
  const call = { deps, actor, requestId: crypto.randomUUID(), now: start };
  const act = { action: 'hold.approved', purpose: 'legal_holds', subjectId: null } as const;
  let effects = 0;
  const run = () =>
    recordingRefusals(call, act, async () => {
      effects += 1;
    });
  await run();
  await connection.db
    .update(staffMember)
    .set({ disabledAt: start })
    .where(eq(staffMember.accountId, accountId));
  await expect(run()).rejects.toMatchObject({ code: 'SIGNED_OUT' });
  expect(effects).toBe(1);
});
