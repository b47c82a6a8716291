import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../../db/schema/audit.ts';
import { mailToken, session, totpFactor } from '../../../db/schema/auth.ts';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import { staffMember } from '../../../db/schema/staff.ts';
import { later, MINUTE, start } from '../../auth/testing.ts';
import { testDeps } from '../../testing/deps.ts';
import { lettersTo, templatesTo } from '../../testing/letters.ts';
import { callerFor, insertCustomer, signedInAs } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { codeOf, refused } from '../../testing/refused.ts';
import { waitsUntil } from './recovery.ts';
import {
  approvedCase,
  HOUR,
  openedCase,
  portal,
  recoveryOf,
  staffOfThree,
  stopOf,
  WHY,
} from './testing.ts';

describe('it is decided', () => {
  test('by nobody before 72 hours have passed, nor does the database take it', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { reference } = await openedCase(deps, ada);
    const staff = await staffOfThree(deps);
    const early = await staff.first(72 * HOUR - 1);
    expect(await refused(early.lostFactorsDesk.propose({ reference, reason: WHY }))).toEqual({
      code: 'RECOVERY_WAITS',
      retryAfterSeconds: 1,
    });
    expect(
      await codeOf(early.caseDesk.decide({ reference, decision: 'granted', reason: WHY })),
    ).toBe('INPUT_REFUSED');
    const row = await recoveryOf(deps, ada);
    if (!row) throw new Error('no recovery');
    const tooEarly = new Date(waitsUntil(row).getTime() - 1_000);
    await expect(
      connection.db.update(factorRecovery).set({
        proposedBy: crypto.randomUUID(),
        proposedLabel: 'S-1',
        proposedAt: tooEarly,
        proposalReason: row.proposalReason ?? ('x' as never),
      }),
    ).rejects.toMatchObject({ cause: { constraint_name: 'factor_recovery_waits' } });
    const late = await staff.first(72 * HOUR + 60);
    expect(await codeOf(late.lostFactorsDesk.propose({ reference, reason: WHY }))).toBeNull();
  });

  test('by two people and never by one, nor does the database take one', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { reference } = await openedCase(deps, ada);
    const staff = await staffOfThree(deps);
    const second = await staff.second(72 * HOUR);
    expect(await codeOf(second.lostFactorsDesk.approve({ reference }))).toBe('RECOVERY_NOT_OPEN');
    const first = await staff.first(72 * HOUR);
    await first.lostFactorsDesk.propose({ reference, reason: WHY });
    expect([
      await codeOf(first.lostFactorsDesk.approve({ reference })),
      await codeOf(first.lostFactorsDesk.propose({ reference, reason: WHY })),
      await codeOf(first.caseDesk.decide({ reference, decision: 'granted', reason: WHY })),
    ]).toEqual(['FOUR_EYES_NEEDED', 'RECOVERY_NOT_OPEN', 'INPUT_REFUSED']);
    await expect(
      connection.sql`update factor_recovery set approved_by = proposed_by, approved_label = 'x', approved_at = proposed_at`,
    ).rejects.toMatchObject({ constraint_name: 'factor_recovery_four_eyes' });
    expect(await connection.db.$count(mailToken, eq(mailToken.purpose, 'factor_recovery'))).toBe(0);
    const officer = await staff.officer(73 * HOUR);
    expect(await codeOf(officer.lostFactorsDesk.approve({ reference }))).toBeNull();
    expect(await templatesTo(deps, ada.subjectId)).toContain('lost_factors_approved');
  });

  test('once, of any number who agree at once', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { reference } = await openedCase(deps, ada);
    const staff = await staffOfThree(deps);
    await (await staff.first(72 * HOUR)).lostFactorsDesk.propose({ reference, reason: WHY });
    const [second, officer] = [await staff.second(73 * HOUR), await staff.officer(73 * HOUR)];
    const codes = await Promise.all(
      [second, officer, second, officer].map((at) =>
        codeOf(at.lostFactorsDesk.approve({ reference })),
      ),
    );
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(codes.filter((code) => code === 'RECOVERY_NOT_OPEN')).toHaveLength(3);
    const letters = await templatesTo(deps, ada.subjectId);
    expect(letters.filter((name) => name === 'lost_factors_approved')).toHaveLength(1);
  });

  test('against the customer at any time, with a reason that the letter holds word for word', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const before = await signedInAs(deps, ada, { now: start });
    const { reference } = await openedCase(deps, ada);
    const staff = await staffOfThree(deps);
    const at = await staff.second(MINUTE);
    await at.lostFactorsDesk.refuse({ reference, reason: WHY });
    const letter = (await lettersTo(deps, ada.subjectId)).find(
      ({ template }) => template === 'lost_factors_refused',
    );
    expect(letter?.text).toContain(WHY);
    expect(
      await callerFor(deps, before, { now: later(MINUTE) }).cases.get({ reference }),
    ).toMatchObject({ decision: 'refused', decisionReason: WHY, decidedBy: 'Support agent S-32' });
    expect(
      await codeOf(
        (await staff.first(73 * HOUR)).lostFactorsDesk.propose({ reference, reason: WHY }),
      ),
    ).toBe('CASE_CLOSED');
  });

  test('against the customer also while the link is out: it opens nothing then', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { reference, staff, token } = await approvedCase(deps, ada);
    const officer = await staff.officer(74 * HOUR);
    await officer.lostFactorsDesk.refuse({ reference, reason: WHY });
    const { password } = ada;
    expect(await connection.db.$count(mailToken, eq(mailToken.purpose, 'factor_recovery'))).toBe(0);
    expect(await codeOf(portal(deps, 74 * HOUR).begin({ token, password }))).toBe('LINK_NOT_VALID');
  });

  test('with both names in the customer’s log, and nothing is done without the record', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { reference } = await openedCase(deps, ada);
    const staff = await staffOfThree(deps);
    const [first, second] = [await staff.first(72 * HOUR), await staff.second(72 * HOUR)];
    const without = async (act: () => Promise<unknown>) => {
      await owner.sql.unsafe(`
        create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no record'; end $$;
        create trigger refuse before insert on audit_event for each row execute function refuse();`);
      await expect(act()).rejects.toThrow();
      await owner.sql.unsafe('drop trigger refuse on audit_event; drop function refuse();');
    };
    await without(() => first.lostFactorsDesk.propose({ reference, reason: WHY }));
    expect((await recoveryOf(deps, ada))?.proposedAt).toBeNull();
    await first.lostFactorsDesk.propose({ reference, reason: WHY });
    await without(() => second.lostFactorsDesk.approve({ reference }));
    await without(() => second.lostFactorsDesk.refuse({ reference, reason: WHY }));
    await without(async () => portal(deps).stopByLink({ token: await stopOf(deps, ada) }));
    expect(await recoveryOf(deps, ada)).toMatchObject({ approvedAt: null, endedAt: null });
    expect(await connection.db.$count(mailToken, eq(mailToken.purpose, 'factor_recovery'))).toBe(0);
    await second.lostFactorsDesk.approve({ reference });
    const rows = await connection.db
      .select({ action: auditEvent.action, who: auditEvent.actorLabel })
      .from(auditEvent)
      .where(and(eq(auditEvent.subjectId, ada.subjectId), eq(auditEvent.actorKind, 'staff')));
    expect(rows).toContainEqual({ action: 'lost_factors.proposed', who: 'Support agent S-31' });
    expect(rows).toContainEqual({ action: 'lost_factors.approved', who: 'Support agent S-32' });
  });

  test('for a case of another kind there is nothing to decide so', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signedInAs(deps, ada, { now: start });
    const { cases } = callerFor(deps, jar, { now: start });
    const { reference } = await cases.open({ kind: 'question', about: 'GPUs', text: 'Which?' });
    const staff = await staffOfThree(deps);
    const first = await staff.first(80 * HOUR);
    expect([
      await codeOf(first.lostFactorsDesk.propose({ reference, reason: WHY })),
      await codeOf(first.lostFactorsDesk.approve({ reference })),
      await codeOf(first.lostFactorsDesk.refuse({ reference, reason: WHY })),
    ]).toEqual(Array(3).fill('NOT_FOUND'));
    expect(await connection.db.$count(totpFactor, eq(totpFactor.subjectId, ada.subjectId))).toBe(1);
    expect(await connection.db.$count(session)).toBeGreaterThan(0);
  });
});

describe('of those who decide', () => {
  test('an officer does not take the case, for it would have no first of two', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { reference } = await openedCase(deps, ada);
    const { officer, first } = await staffOfThree(deps);
    const { caseDesk } = await officer(HOUR);
    expect(await codeOf(caseDesk.take({ reference }))).toBe('NOT_ALLOWED');
    const agent = await first(HOUR);
    await agent.caseDesk.take({ reference });
    // Nor is there anything to write: the customer cannot sign in to read it.
    expect(await codeOf(agent.caseDesk.write({ reference, text: 'Hello' }))).toBe('INPUT_REFUSED');
    const again = await first(72 * HOUR);
    expect(await codeOf(again.lostFactorsDesk.propose({ reference, reason: WHY }))).toBeNull();
  });

  test('one who was disabled since is none of two', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { reference } = await openedCase(deps, ada);
    const { first, second, people } = await staffOfThree(deps);
    await (await first(72 * HOUR)).lostFactorsDesk.propose({ reference, reason: WHY });
    await connection.db
      .update(staffMember)
      .set({ disabledAt: later(72 * HOUR) })
      .where(eq(staffMember.accountId, people.first.subjectId));
    const { lostFactorsDesk } = await second(73 * HOUR);
    expect(await codeOf(lostFactorsDesk.approve({ reference }))).toBe('RECOVERY_NOT_OPEN');
    expect(await recoveryOf(deps, ada)).toMatchObject({ approvedAt: null, endedAt: null });
    expect(await codeOf(lostFactorsDesk.refuse({ reference, reason: WHY }))).toBeNull();
  });
});
