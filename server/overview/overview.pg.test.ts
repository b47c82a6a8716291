import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { account } from '../../db/schema/account.ts';
import { session } from '../../db/schema/auth.ts';
import { notice } from '../../db/schema/policy.ts';
import { supportTicket } from '../../db/schema/support.ts';
import { NO_SUBJECT } from '../actor.ts';
import type { AuditAction } from '../audit/actions.ts';
import { recordAudit } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, insertCustomer, type Jar, type Person, signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { insertTicket } from '../testing/tickets.ts';
import { addNotice } from './notices.ts';

const start = new Date(Math.floor(Date.now() / 30_000) * 30_000);
const later = (seconds: number) => new Date(start.getTime() + seconds * 1_000);

async function signedIn(deps: Deps, name = 'Ada Lovelace'): Promise<Person & { jar: Jar }> {
  const person = await insertCustomer(deps, { name });
  return { ...person, jar: await signedInAs(deps, person, { now: start }) };
}

const overview = (deps: Deps, { jar }: { jar: Jar }, seconds = 1) =>
  callerFor(deps, jar, { now: later(seconds) }).overview;

describe('the overview', () => {
  test('counts what protects the account, and only what still does', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await signedInAs(deps, ada, { now: later(30) });
    expect((await overview(deps, ada, 31).state({})).protection).toEqual({
      factors: 1,
      recoveryCodesLeft: 10,
      sessions: 2,
    });
    const [newest] = await connection.db
      .select()
      .from(session)
      .where(eq(session.createdAt, later(30)));
    await callerFor(deps, ada.jar, { now: later(32) }).auth.endSession({
      handle: newest?.handle ?? '',
    });
    expect((await overview(deps, ada, 33).state({})).protection.sessions).toBe(1);
  });

  test('shows the latest look by a person of EaseLLM, with purpose and ticket, and nobody else’s', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [await signedIn(deps), await signedIn(deps, 'Eve Moneypenny')];
    expect((await overview(deps, ada).state({})).access).toEqual({
      lastStaff: null,
      services: 0,
      supportAllowed: true,
    });
    const staff = {
      kind: 'staff',
      accountId: NO_SUBJECT,
      label: 'Support agent S-17',
      sessionHandle: null,
    } as const;
    const record = (action: AuditAction, at: Date) =>
      connection.db.transaction((tx) =>
        recordAudit(tx, deps.vault, {
          action,
          actor: staff,
          subjectId: ada.subjectId,
          purpose: 'support',
          reference: 'T-4711',
          requestId: 'test',
          now: at,
        }),
      );
    await record('staff.viewed', later(1));
    // Who ends a view sees nothing by that.
    await record('support.view_ended', later(2));
    const { access } = await overview(deps, ada, 3).state({});
    expect(access.lastStaff).toMatchObject({
      actor: 'Support agent S-17',
      reference: 'T-4711',
      purpose: 'To answer what you ask us',
      occurredAt: later(1),
    });
    expect((await overview(deps, eve, 2).state({})).access.lastStaff).toBeNull();
  });

  test('tells of a person’s own open case, by when it is answered, and of nobody else’s', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [await signedIn(deps), await signedIn(deps, 'Eve Moneypenny')];
    const { reference } = await insertTicket(deps, ada);
    expect((await overview(deps, ada).state({})).cases).toMatchObject({ reference, count: 1 });
    expect((await overview(deps, eve).state({})).cases).toBeNull();
    await connection.db.update(supportTicket).set({ state: 'closed', closedAt: start });
    expect((await overview(deps, ada, 2).state({})).cases).toBeNull();
  });

  test('names the case first that waits for this person, and beside it the one with which we are late', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    const [soon, late, asks] = [
      await insertTicket(deps, ada),
      await insertTicket(deps, ada),
      await insertTicket(deps, ada),
    ];
    const set = (
      { reference }: { reference: string },
      to: Partial<typeof supportTicket.$inferInsert>,
    ) => connection.db.update(supportTicket).set(to).where(eq(supportTicket.reference, reference));
    const cases = async () => (await overview(deps, ada).state({})).cases;
    await set(soon, { dueAt: later(60) });
    expect(await cases()).toMatchObject({ reference: soon.reference, late: false, alsoLate: null });
    await set(late, { dueAt: later(-60) });
    expect(await cases()).toMatchObject({ reference: late.reference, late: true, alsoLate: null });
    // What waits for the person is not late, however old it is.
    await set(asks, { state: 'waiting', dueAt: later(-30) });
    expect(await cases()).toEqual({
      reference: asks.reference,
      state: 'waiting',
      dueAt: later(-30),
      late: false,
      count: 3,
      alsoLate: { reference: late.reference, dueAt: later(-60) },
    });
  });

  test('tells of a correction that a person decides as a case, and as a request once it is decided', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    const { cases } = callerFor(deps, ada.jar, { now: later(1) });
    const about = { table: 'account', column: 'country' };
    const { reference } = await cases.open({
      kind: 'correction',
      about,
      value: 'FR',
      text: 'I have moved.',
    });
    const state = await overview(deps, ada, 2).state({});
    expect([state.open, state.cases?.reference]).toEqual([[], reference]);
    // Other holders still have to answer.
    await connection.db.update(supportTicket).set({ state: 'closed', closedAt: later(3) });
    const decided = await overview(deps, ada, 4).state({});
    expect([decided.open.map(({ kind }) => kind), decided.cases]).toEqual([
      ['rectification'],
      null,
    ]);
  });

  test('counts what is unread beyond what it lists, and marks all of one’s own as read at once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [await signedIn(deps), await signedIn(deps, 'Eve Moneypenny')];
    await connection.db.transaction(async (tx) => {
      for (const { subjectId } of [...Array.from({ length: 55 }, () => ada), eve])
        await addNotice(tx, { subjectId, kind: 'copy_ready', reference: 'R-1', now: start });
    });
    const unread = async ({ jar }: { jar: Jar }) =>
      (await callerFor(deps, jar, { now: later(1) }).auth.me({})).unreadNotices;
    expect(await unread(ada)).toBe(55);
    expect((await overview(deps, ada).state({})).notices).toHaveLength(50);
    await overview(deps, ada).readAllNotices({});
    expect([await unread(ada), await unread(eve)]).toEqual([0, 1]);
  });

  test('shows a person’s own notices, and marks none of anybody else’s as read', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [await signedIn(deps), await signedIn(deps, 'Eve Moneypenny')];
    await connection.db.transaction((tx) =>
      addNotice(tx, {
        subjectId: ada.subjectId,
        kind: 'copy_ready',
        reference: 'DSR-1',
        now: start,
      }),
    );
    const { notices } = await overview(deps, ada).state({});
    expect(notices).toMatchObject([{ kind: 'copy_ready', reference: 'DSR-1', readAt: null }]);
    expect(JSON.stringify(notices)).not.toContain(ada.subjectId);
    expect((await overview(deps, eve).state({})).notices).toEqual([]);
    const id = notices[0]?.id ?? '';
    await overview(deps, eve, 2).readNotice({ id });
    expect((await connection.db.select().from(notice))[0]?.readAt).toBeNull();
    await overview(deps, ada, 3).readNotice({ id });
    await overview(deps, ada, 4).readNotice({ id });
    expect((await connection.db.select().from(notice))[0]?.readAt).toEqual(later(3));
  });

  test('can be read, and its notices too, while the account waits for its deletion', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await connection.db.transaction((tx) =>
      addNotice(tx, {
        subjectId: ada.subjectId,
        kind: 'erasure_scheduled',
        reference: null,
        now: start,
      }),
    );
    await connection.db.update(account).set({ status: 'pending_deletion' });
    const { notices } = await overview(deps, ada).state({});
    await overview(deps, ada).readNotice({ id: notices[0]?.id ?? '' });
    expect((await overview(deps, ada).state({})).notices[0]?.readAt).toEqual(later(1));
  });
});
