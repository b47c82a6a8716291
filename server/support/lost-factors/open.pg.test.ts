import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import { job } from '../../../db/schema/job.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { notice } from '../../../db/schema/policy.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import { attempt, later, start } from '../../auth/testing.ts';
import { testDeps } from '../../testing/deps.ts';
import { runWaiting } from '../../testing/jobs.ts';
import { lettersTo, mailedToken, templatesTo } from '../../testing/letters.ts';
import { callerFor, emptyJar, insertCustomer, insertStaff } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { codeOf } from '../../testing/refused.ts';
import {
  DAY,
  HOUR,
  openedCase,
  portal,
  recoveryOf,
  STATEMENT,
  staffOfThree,
  stopOf,
  WHY,
} from './testing.ts';

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
    expect((await console_.auth.attempt({})).factors).toEqual({ apps: 1, passkeys: 0 });
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

  test('ends after fourteen days in which two people did not agree, also when one did, and is told', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { reference } = await openedCase(deps, ada);
    const staff = await staffOfThree(deps);
    const lapse = (seconds: number) => runWaiting(deps, 'lost_factors.undecided', later(seconds));
    await (await staff.first(13 * DAY)).lostFactorsDesk.propose({ reference, reason: WHY });
    expect(await lapse(14 * DAY)).toBe(1);
    expect(await recoveryOf(deps, ada)).toMatchObject({ endedHow: 'undecided', approvedAt: null });
    expect(await templatesTo(deps, ada.subjectId)).toContain('lost_factors_undecided');
    const agree = (await staff.second(14 * DAY + 60)).lostFactorsDesk.approve({ reference });
    expect(await codeOf(agree)).toBe('RECOVERY_NOT_OPEN');
    const [ticket] = await connection.sql`select state, decision from support_ticket`;
    expect(ticket).toEqual({ state: 'closed', decision: 'refused' });
    // Nothing keeps its person from asking again.
    expect((await openedCase(deps, ada, later(15 * DAY))).reference).not.toBe(reference);
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
