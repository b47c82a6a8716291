import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../../db/schema/audit.ts';
import { mailToken, session, totpFactor } from '../../../db/schema/auth.ts';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import { job } from '../../../db/schema/job.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { notice } from '../../../db/schema/policy.ts';
import { staffMember } from '../../../db/schema/staff.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import { attempt, giveRecoveryCode, later, MINUTE, start } from '../../auth/testing.ts';
import { codeAt } from '../../auth/totp.ts';
import type { Deps } from '../../deps.ts';
import { testDeps } from '../../testing/deps.ts';
import { runWaiting } from '../../testing/jobs.ts';
import { lettersTo, mailedToken, templatesTo } from '../../testing/letters.ts';
import {
  callerFor,
  emptyJar,
  insertCustomer,
  insertStaff,
  type Person,
  signedInAs,
} from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { codeOf, refused } from '../../testing/refused.ts';
import { waitsUntil } from './recovery.ts';
import { approvedCase, DAY, HOUR, openedCase, STATEMENT, staffOfThree, WHY } from './testing.ts';

const portal = (deps: Deps, seconds = 0) =>
  callerFor(deps, emptyJar(), { now: later(seconds) }).lostFactors;

async function recoveryOf({ connection }: Deps, { subjectId }: Person) {
  const [row] = await connection.db
    .select()
    .from(factorRecovery)
    .where(eq(factorRecovery.subjectId, subjectId));
  return row;
}

/** The letter's link that stops it. */
const stopOf = (deps: Deps, { subjectId }: Person) =>
  mailedToken(deps, subjectId, 'lost_factors_opened');

describe('a case about lost factors', () => {
  test('is opened by the password and the mailbox together, and by neither alone', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    expect(await codeOf(callerFor(deps).lostFactors.ask({}))).toBe('ATTEMPT_ENDED');
    const token = 'A'.repeat(43);
    expect(await codeOf(portal(deps).open({ token, statement: STATEMENT }))).toBe('LINK_NOT_VALID');
    const jar = await attempt(deps, ada);
    await callerFor(deps, jar, { now: start }).lostFactors.ask({});
    expect(await connection.db.$count(factorRecovery)).toBe(0);
    const { reference, waitsUntil: until } = await openedCase(deps, ada);
    expect(reference).toMatch(/^T-\d{4}-/);
    expect(until).toEqual(later(72 * HOUR));
    expect(await templatesTo(deps, ada.subjectId)).toContain('lost_factors_opened');
  });

  test('is opened once by a link, within an hour, of any number who press at once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await attempt(deps, ada);
    await callerFor(deps, jar, { now: start }).lostFactors.ask({});
    const token = await mailedToken(deps, ada.subjectId, 'lost_factors_link');
    const press = (seconds = 0) =>
      codeOf(portal(deps, seconds).open({ token, statement: STATEMENT }));
    expect(await press(HOUR)).toBe('LINK_NOT_VALID');
    // More than a process has connections: none of them waits for one that another holds.
    const codes = await Promise.all(Array.from({ length: 25 }, () => press()));
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(await connection.db.$count(factorRecovery)).toBe(1);
  });

  test('is one at a time: another link leads to it, and no second letter is written', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const once = await openedCase(deps, ada);
    const again = await openedCase(deps, ada, later(HOUR));
    expect(again).toEqual(once);
    expect(await connection.db.$count(supportTicket)).toBe(1);
    const letters = await templatesTo(deps, ada.subjectId);
    expect(letters.filter((name) => name === 'lost_factors_opened')).toHaveLength(1);
  });

  test('is mailed five links an hour, opened three times a week, and does not say that the letters stopped', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await attempt(deps, ada);
    for (let time = 0; time < 8; time += 1)
      expect(await callerFor(deps, jar, { now: start }).lostFactors.ask({})).toBeUndefined();
    const letters = await templatesTo(deps, ada.subjectId);
    expect(letters.filter((name) => name === 'lost_factors_link')).toHaveLength(5);
    for (let time = 1; time < 4; time += 1) {
      await openedCase(deps, ada, later(time * 2 * HOUR));
      await connection.sql`update factor_recovery set ended_at = now(), ended_how = 'lapsed' where ended_at is null`;
    }
    expect(await codeOf(openedCase(deps, ada, later(8 * HOUR)))).toBe('TOO_MANY_ATTEMPTS');
  });

  test('is answered alike where no factor is lost, and mails nothing then', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const eve = await insertCustomer(deps, { name: 'Eve', factor: false });
    const jar = await attempt(deps, eve);
    expect(await callerFor(deps, jar, { now: start }).lostFactors.ask({})).toBeUndefined();
    expect(await connection.db.$count(outboundMail)).toBe(0);
  });

  test('is not for staff: nothing is mailed to them', async ({ connection }) => {
    const deps = testDeps(connection);
    const { email, password } = await insertStaff(deps);
    const jar = emptyJar();
    const at = callerFor(deps, jar, { now: start, surface: 'console' });
    await at.auth.signIn({ email, password });
    const console_ = callerFor(deps, jar, { now: start, surface: 'console' });
    expect((await console_.auth.attempt({})).factors).toBe(1);
    expect(await console_.lostFactors.ask({})).toBeUndefined();
    expect(await connection.db.$count(outboundMail)).toBe(0);
  });

  test('is told at once, after a day and after two, by letter and inbox, each letter with the way to stop it', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { reference } = await openedCase(deps, ada);
    const runAt = async () =>
      (await connection.db.select().from(job).where(eq(job.kind, 'lost_factors.remind')))[0]?.runAt;
    expect(await runAt()).toEqual(later(DAY));
    await runWaiting(deps, 'lost_factors.remind', later(DAY));
    await connection.sql`update job set state = 'ready' where kind = 'lost_factors.remind'`;
    await runWaiting(deps, 'lost_factors.remind', later(2 * DAY));
    const told = (await lettersTo(deps, ada.subjectId)).filter(({ text }) =>
      text.includes(reference),
    );
    expect(told.map(({ template }) => template)).toEqual([
      'lost_factors_opened',
      'lost_factors_waiting',
      'lost_factors_waiting',
    ]);
    const stop = await stopOf(deps, ada);
    for (const { text } of told) {
      expect(text).toContain(`/sign-in/lost/stop#${stop}`);
      expect(text).not.toContain('Rhône');
    }
    const rows = await connection.db
      .select({ kind: notice.kind })
      .from(notice)
      .where(eq(notice.subjectId, ada.subjectId));
    expect(rows.map(({ kind }) => kind).sort()).toEqual([
      'lost_factors_opened',
      'lost_factors_waiting',
      'lost_factors_waiting',
    ]);
  });

  test('holds the statement sealed, and in no letter', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    await openedCase(deps, ada);
    const [found] = await connection.sql<{ found: boolean }[]>`
      select exists (select 1 from support_message where body like '%phone%') as found`;
    expect(found?.found).toBe(false);
  });
});

describe('it is stopped', () => {
  const ways = [
    ['by the link in the letters, without a sign-in', 'stopped_by_link'],
    ['by whoever is signed in', 'stopped_signed_in'],
    ['by a sign-in with the authenticator', 'stopped_by_factor'],
    ['by a sign-in with a recovery code', 'stopped_by_factor'],
    ['by taking back a change of the mailbox that proved it', 'stopped_by_address'],
  ] as const;

  test.for(ways)(
    '%s: nobody can decide it then, and it is told',
    async ([way, how], { connection }) => {
      const deps = testDeps(connection);
      const ada = await insertCustomer(deps);
      const before = await signedInAs(deps, ada, { now: start });
      await callerFor(deps, before, { now: start }).account.askEmailChange({
        email: 'x@example.test',
      });
      const { reference } = await openedCase(deps, ada);
      const now = later(10 * MINUTE);
      switch (way) {
        case 'by the link in the letters, without a sign-in':
          await portal(deps, 10 * MINUTE).stopByLink({ token: await stopOf(deps, ada) });
          break;
        case 'by whoever is signed in':
          await callerFor(deps, before, { now }).lostFactors.stop({});
          break;
        case 'by a sign-in with the authenticator':
          await signedInAs(deps, ada, { now });
          break;
        case 'by taking back a change of the mailbox that proved it': {
          const token = await mailedToken(deps, ada.subjectId, 'email_change_notice');
          await callerFor(deps, emptyJar(), { now }).account.undoEmailChange({ token });
          break;
        }
        case 'by a sign-in with a recovery code': {
          const jar = await attempt(deps, ada, now);
          await giveRecoveryCode(deps, jar, ada.recoveryCodes[0] ?? '', now);
        }
      }
      expect(await recoveryOf(deps, ada)).toMatchObject({ endedAt: now, endedHow: how });
      const [ticket] = await connection.db
        .select()
        .from(supportTicket)
        .where(eq(supportTicket.reference, reference));
      expect(ticket).toMatchObject({ state: 'closed', decision: 'withdrawn' });
      expect(await templatesTo(deps, ada.subjectId)).toContain('lost_factors_stopped');
      const staff = await staffOfThree(deps);
      const first = await staff.first(73 * HOUR);
      expect([
        await codeOf(first.lostFactorsDesk.propose({ reference, reason: WHY })),
        await codeOf(first.lostFactorsDesk.refuse({ reference, reason: WHY })),
        await codeOf((await staff.second(73 * HOUR)).lostFactorsDesk.approve({ reference })),
      ]).toEqual(['CASE_CLOSED', 'RECOVERY_NOT_OPEN', 'RECOVERY_NOT_OPEN']);
      await runWaiting(deps, 'lost_factors.remind', later(DAY));
      expect(await templatesTo(deps, ada.subjectId)).not.toContain('lost_factors_waiting');
    },
  );

  test('also after two people agreed: the link that was mailed opens nothing, nor does a session that it opened', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { token } = await approvedCase(deps, ada);
    const jar = emptyJar();
    const at = (seconds: number) => callerFor(deps, jar, { now: later(seconds) });
    await at(74 * HOUR).lostFactors.begin({ token, password: ada.password });
    const { secret } = await at(74 * HOUR).lostFactors.beginFactor({});
    await portal(deps, 74 * HOUR + 60).stopByLink({ token: await stopOf(deps, ada) });
    const now = 74 * HOUR + 90;
    expect(await codeOf(at(now).lostFactors.beginFactor({}))).toBe('ATTEMPT_ENDED');
    expect(
      await codeOf(at(now).lostFactors.confirmFactor({ code: codeAt(secret, later(now)) })),
    ).toBe('ATTEMPT_ENDED');
    expect(await codeOf(callerFor(deps).lostFactors.begin({ token, password: ada.password }))).toBe(
      'LINK_NOT_VALID',
    );
    // The old authenticator goes on working.
    expect(await signedInAs(deps, ada, { now: later(75 * HOUR) })).toBeTruthy();
  });

  test('once, of any number who press at once, and by no other link', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    await openedCase(deps, ada);
    const token = await stopOf(deps, ada);
    expect(await codeOf(portal(deps).stopByLink({ token: 'A'.repeat(43) }))).toBe('LINK_NOT_VALID');
    const codes = await Promise.all(
      Array.from({ length: 6 }, () => codeOf(portal(deps).stopByLink({ token }))),
    );
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(codes.filter((code) => code === 'LINK_NOT_VALID')).toHaveLength(5);
  });

  test('by nobody for somebody else, and is not taken back as other cases are', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, bo] = [await insertCustomer(deps), await insertCustomer(deps, { name: 'Bo' })];
    const before = await signedInAs(deps, ada, { now: start });
    const { reference } = await openedCase(deps, ada);
    const other = await signedInAs(deps, bo, { now: start });
    expect(await codeOf(callerFor(deps, other, { now: start }).lostFactors.stop({}))).toBe(
      'NOT_FOUND',
    );
    expect(
      await codeOf(callerFor(deps, before, { now: start }).cases.withdraw({ reference })),
    ).toBe('INPUT_REFUSED');
    expect((await recoveryOf(deps, ada))?.endedAt).toBeNull();
  });
});

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
