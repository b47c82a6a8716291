import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { impersonationGrant } from '../../db/schema/staff.ts';
import { later, MINUTE, start } from '../auth/testing.ts';
import { codeAt } from '../auth/totp.ts';
import type { Deps } from '../deps.ts';
import { changeStaff } from '../staff/add.ts';
import { testDeps } from '../testing/deps.ts';
import { runWaiting } from '../testing/jobs.ts';
import { lettersTo, templatesTo } from '../testing/letters.ts';
import { insertCustomer, signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf } from '../testing/refused.ts';
import { doors, running, viewOf } from './testing.ts';

describe('a view ends', () => {
  test('with the customer’s word: a hundred times of a hundred the next call is refused', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent, asCustomer, grantId, look } = await running(deps);
    let id = grantId;
    for (let round = 0; round < 100; round += 1) {
      await asCustomer(start).supportViews.end({ id });
      expect(await look(start)).toBe('SIGNED_OUT');
      if (round === 99) break;
      await connection.sql`delete from rate_limit`;
      ({ grantId: id } = await asAgent(start).support.startView(viewOf(ada, ticket)));
      expect(await look(start)).toBeNull();
    }
    expect(await codeOf(asCustomer(start).supportViews.end({ id }))).toBe('VIEW_ENDED');
  }, 60_000);

  test('with what was opened told to the customer, once', async ({ connection }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer, grantId } = await running(deps);
    const ends = [
      codeOf(asAgent(later(MINUTE)).support.stopView({})),
      codeOf(asCustomer(later(MINUTE)).supportViews.end({ id: grantId })),
    ];
    expect((await Promise.all(ends)).filter((code) => code === null)).toHaveLength(1);
    expect(await templatesTo(deps, ada.subjectId)).toEqual([
      'support_view_started',
      'support_view_ended',
    ]);
    const [, letter] = await lettersTo(deps, ada.subjectId);
    expect(letter?.text).toContain('Account');
    const { open, past } = await asCustomer(later(2 * MINUTE)).supportViews.list({});
    expect(open).toEqual([]);
    expect(past[0]).toMatchObject({ endedAt: later(MINUTE), opened: ['Account'] });
  });

  test('after fifteen minutes by itself, though nobody writes it down', async ({ connection }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer, look } = await running(deps);
    expect(await look(later(15 * MINUTE - 1))).toBeNull();
    expect(await look(later(15 * MINUTE))).toBe('SIGNED_OUT');
    const { past } = await asCustomer(later(16 * MINUTE)).supportViews.list({});
    expect(past[0]).toMatchObject({ endedBy: 'time', endedAt: later(15 * MINUTE) });
    expect(await runWaiting(deps, 'support.close_view', later(16 * MINUTE))).toBe(1);
    expect(await templatesTo(deps, ada.subjectId)).toContain('support_view_ended');
    // And another one can begin.
    await asAgent(later(13 * MINUTE)).desk.me({});
  });

  test('fifteen minutes later if the customer agrees, and never after that', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { asAgent, asCustomer, grantId, look } = await running(deps);
    await asAgent(later(10 * MINUTE)).support.askExtension({});
    expect(await codeOf(asAgent(later(10 * MINUTE)).support.askExtension({}))).toBe(
      'MORE_TIME_ASKED',
    );
    const answer = (now: Date) =>
      codeOf(asCustomer(now).supportViews.answer({ id: grantId, answer: 'approved' }));
    expect(await answer(later(12 * MINUTE))).toBeNull();
    expect(await answer(later(12 * MINUTE))).toBe('NOT_ALLOWED');
    expect((await asAgent(later(20 * MINUTE)).support.view({})).view).toMatchObject({
      notAfter: later(30 * MINUTE),
      extension: 'approved',
      mayExtend: false,
    });
    expect(await runWaiting(deps, 'support.close_view', later(15 * MINUTE))).toBe(1);
    expect(await look(later(30 * MINUTE - 1))).toBeNull();
    expect(await look(later(30 * MINUTE))).toBe('SIGNED_OUT');
  });

  test('when it was not answered, or refused, at its time', async ({ connection }) => {
    const deps = testDeps(connection);
    const { asAgent, asCustomer, grantId, look } = await running(deps);
    await asAgent(start).support.askExtension({});
    await asCustomer(start).supportViews.answer({ id: grantId, answer: 'declined' });
    expect(await look(later(15 * MINUTE))).toBe('SIGNED_OUT');
  });

  test.for([
    ['the customer switches support access off', 'support_access_off'],
    ['the agent signs out', 'staff_session_ended'],
    ['the agent is disabled', 'staff_session_ended'],
    ['the agent’s training runs out', 'staff_session_ended'],
    ['the customer asks for the deletion', 'account_deleted'],
  ] as const)('at once when %s', async ([what, by], { connection }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer, look } = await running(deps);
    const now = later(MINUTE);
    const staff = (change: Parameters<typeof changeStaff>[2]['change']) =>
      connection.db.transaction((tx) =>
        changeStaff(tx, deps.vault, {
          label: 'Support agent S-31',
          change,
          publicUrl: 'http://localhost:3000',
          requestId: 'test',
          now,
        }),
      );
    switch (what) {
      case 'the customer switches support access off':
        await asCustomer(now).account.setSupportAccess({ allowed: false });
        break;
      case 'the agent signs out':
        await asAgent(now).desk.signOut({});
        break;
      case 'the agent is disabled':
        await staff({ disabled: true });
        break;
      case 'the agent’s training runs out':
        await staff({ trainingValidUntil: start });
        break;
      case 'the customer asks for the deletion': {
        await asCustomer(now).auth.stepUp({
          code: codeAt(ada.totpSecret, now),
          act: 'erasure_confirm',
        });
        const { planHash } = await asCustomer(now).requests.previewErasure({});
        await asCustomer(now).requests.confirmErasure({
          planHash,
          email: ada.email,
          graceDays: 7,
          acknowledged: true,
        });
      }
    }
    expect(await look(now)).toBe('SIGNED_OUT');
    const { past } = await asCustomer(now).supportViews.list({});
    expect(past[0]).toMatchObject({ endedBy: by, endedAt: now });
  });

  test('when its grant is edited in the database', async ({ connection }) => {
    const deps = testDeps(connection);
    const { grantId, look } = await running(deps);
    await connection.db
      .update(impersonationGrant)
      .set({ scope: ['account', 'billing'] })
      .where(eq(impersonationGrant.id, grantId));
    expect(await look(start)).toBe('SIGNED_OUT');
  });
});

describe('a customer', () => {
  test('ends, answers and sees no view of somebody else', async ({ connection }) => {
    const deps = testDeps(connection);
    const { grantId, asAgent, look } = await running(deps);
    await asAgent(start).support.askExtension({});
    const { asCustomer: asOther } = await supportAndOther(deps);
    expect(await codeOf(asOther(start).supportViews.end({ id: grantId }))).toBe('NOT_FOUND');
    expect(
      await codeOf(asOther(start).supportViews.answer({ id: grantId, answer: 'approved' })),
    ).toBe('NOT_FOUND');
    expect(await asOther(start).supportViews.list({})).toEqual({ open: [], past: [] });
    expect(await look(start)).toBeNull();
  });
});

async function supportAndOther(deps: Deps) {
  const bo = await insertCustomer(deps, { name: 'Bo' });
  const jar = await signedInAs(deps, bo, { now: start });
  return doors(deps, jar, jar);
}
