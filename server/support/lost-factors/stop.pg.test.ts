import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { supportTicket } from '../../../db/schema/support.ts';
import { attempt, giveRecoveryCode, later, MINUTE, start } from '../../auth/testing.ts';
import { codeAt } from '../../auth/totp.ts';
import { testDeps } from '../../testing/deps.ts';
import { runWaiting } from '../../testing/jobs.ts';
import { mailedToken, templatesTo } from '../../testing/letters.ts';
import { callerFor, emptyJar, insertCustomer, signedInAs, signInAs } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { codeOf } from '../../testing/refused.ts';
import {
  approvedCase,
  DAY,
  HOUR,
  openedCase,
  portal,
  recoveryOf,
  renewing,
  staffOfThree,
  stopOf,
  WHY,
} from './testing.ts';

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
          await signInAs(deps, ada, { now });
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
    expect(await signInAs(deps, ada, { now: later(75 * HOUR) })).toBeTruthy();
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

  test('in the moment in which a new factor is confirmed: one of the two comes first, and neither fails by the other', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const staff = await staffOfThree(deps);
    for (let round = 0; round < 4; round += 1) {
      const base = round * HOUR;
      const ada = await insertCustomer(deps);
      const { reference } = await openedCase(deps, ada, later(base));
      const [agreed, mailed] = [base + 72 * HOUR, base + 72 * HOUR + 60];
      await (await staff.first(agreed)).lostFactorsDesk.propose({ reference, reason: WHY });
      await (await staff.second(mailed)).lostFactorsDesk.approve({ reference });
      const token = await mailedToken(deps, ada.subjectId, 'lost_factors_approved');
      const stop = await stopOf(deps, ada);
      const moment = base + 73 * HOUR;
      const jar = await renewing(deps, ada, token, moment);
      const at = callerFor(deps, jar, { now: later(moment) }).lostFactors;
      const { secret } = await at.beginFactor({});
      const [added, stopped] = await Promise.all([
        codeOf(at.confirmFactor({ code: codeAt(secret, later(moment)) })),
        codeOf(portal(deps, moment).stopByLink({ token: stop })),
      ]);
      expect([
        [null, 'LINK_NOT_VALID'],
        ['ATTEMPT_ENDED', null],
      ]).toContainEqual([added, stopped]);
    }
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
