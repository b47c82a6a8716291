import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { session } from '../../db/schema/auth.ts';
import { impersonationGrant } from '../../db/schema/staff.ts';
import { later, MINUTE, start } from '../auth/testing.ts';
import { codeAt } from '../auth/totp.ts';
import type { Deps } from '../deps.ts';
import { appRouter } from '../root.ts';
import { changeStaff } from '../staff/add.ts';
import { testDeps } from '../testing/deps.ts';
import { runWaiting } from '../testing/jobs.ts';
import { lettersTo, templatesTo } from '../testing/letters.ts';
import {
  atTheDesk,
  callerFor,
  insertCustomer,
  insertStaff,
  signedInAs,
} from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf } from '../testing/refused.ts';
import { insertTicket } from '../testing/tickets.ts';
import { walkProcedures } from '../trpc/boot-check.ts';
import { doors, REASON, supportAndCustomer, viewOf } from './testing.ts';

/** A view that runs since `start`. */
async function running(deps: Deps, scope?: Parameters<typeof viewOf>[2]) {
  const both = await supportAndCustomer(deps, start);
  const { ada, ticket, asAgent } = both;
  const started = await asAgent(start).support.startView(viewOf(ada, ticket, scope));
  const look = (now: Date) => codeOf(asAgent(now).access.section({ section: 'account' }));
  expect(await look(start)).toBeNull();
  return { ...both, ...started, look };
}

const looks = ({ connection }: Deps, subjectId: string) =>
  connection.db
    .select()
    .from(auditEvent)
    .where(and(eq(auditEvent.subjectId, subjectId), eq(auditEvent.action, 'staff.viewed')));

describe('a view by support', () => {
  test('is told at once, in the portal and by mail, with the reason word for word', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asCustomer } = await running(deps);
    const { open, past } = await asCustomer(start).supportViews.list({});
    expect(past).toEqual([]);
    expect(open).toHaveLength(1);
    expect(open[0]).toMatchObject({
      who: 'Support agent S-31',
      ticket,
      reason: REASON,
      scope: ['account', 'usage'],
      notAfter: later(15 * MINUTE),
      endedAt: null,
      opened: ['Account'],
    });
    const { notices } = await asCustomer(start).overview.state({});
    expect(notices.map(({ kind }) => kind)).toEqual(['support_view_started']);
    const [letter] = await lettersTo(deps, ada.subjectId);
    expect(letter?.template).toBe('support_view_started');
    // What was written about the person is read behind the sign-in, not in a mailbox.
    expect(letter?.text).not.toContain(REASON);
    expect(letter?.text).toContain('/who-looked');
  });

  test('shows values in part, and leaves each page with its fields and ticket in the log', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent } = await running(deps);
    const shown = JSON.stringify(await asAgent(start).access.table({ table: 'account' }));
    expect(shown).not.toContain('Lovelace');
    expect(shown).not.toContain(ada.email);
    expect((await asAgent(start).auth.me({})).displayName).toBe('A•••');
    const events = await looks(deps, ada.subjectId);
    expect(events.length).toBe(3);
    for (const event of events)
      expect(event).toMatchObject({
        actorKind: 'staff',
        actorLabel: 'Support agent S-31',
        reference: ticket,
        outcome: 'done',
      });
  });

  test('opens no chapter that was not named, searches nothing, and what was tried is in the log', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asAgent } = await running(deps, ['account']);
    const agent = asAgent(start);
    expect(await codeOf(agent.access.section({ section: 'billing' }))).toBe('NOT_IN_SCOPE');
    expect(await codeOf(agent.requests.list({}))).toBe('NOT_IN_SCOPE');
    expect(await codeOf(agent.consent.communication({}))).toBe('NOT_IN_SCOPE');
    expect(await codeOf(agent.access.table({ table: 'account', search: 'a' }))).toBe(
      'NOT_WHILE_IMPERSONATING',
    );
    const chapters = await agent.access.overview({});
    expect(chapters.map(({ section }) => section)).toEqual(['account']);
    const events = await looks(deps, ada.subjectId);
    expect(events.filter(({ outcome }) => outcome === 'refused')).toHaveLength(4);
  });

  test('shows no way to sign in and nothing of what colleagues did, whatever it is for', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent } = await running(deps, ['records', 'account']);
    const { access, support } = asAgent(start);
    const { tables } = await access.section({ section: 'records' });
    expect(tables.map(({ name }) => name)).toContain('dataSubjectRequest');
    const hidden = ['auditEvent', 'impersonationGrant', 'legalHold', 'totpFactor', 'session'];
    expect(tables.map(({ name }) => name).filter((name) => hidden.includes(name))).toEqual([]);
    for (const table of hidden)
      expect([table, await codeOf(access.table({ table }))]).toEqual([table, 'NOT_IN_SCOPE']);
    expect(await codeOf(access.section({ section: 'security' }))).toBe('NOT_IN_SCOPE');
    const looked = (await looks(deps, ada.subjectId)).length;
    expect(looked).toBeGreaterThan(hidden.length);
    await support.stopView({});
    const wish = { ...viewOf(ada, ticket), scope: ['security'] };
    expect(await codeOf(support.startView(wish as never))).toBe('INPUT_REFUSED');
  });

  test('calls no procedure but those that say so: all others of the router refuse it, and record it', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, desk } = await running(deps);
    const call = callerFor(deps, desk, { now: start, surface: 'console' });
    const closed = walkProcedures(appRouter).filter(
      ({ path, meta }) =>
        meta?.impersonation === 'deny' &&
        !['public', 'pending', 'enrolling', 'recovery', 'renewing', 'staff'].includes(
          meta.assurance,
        ) &&
        path !== 'requests.watch',
    );
    expect(closed.length).toBeGreaterThan(25);
    for (const { path } of closed) {
      const procedure = path
        .split('.')
        .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], call) as (
        input: unknown,
      ) => Promise<unknown>;
      expect([path, await codeOf(procedure({}))]).toEqual([path, 'NOT_WHILE_IMPERSONATING']);
    }
    const events = await looks(deps, ada.subjectId);
    expect(events.filter(({ outcome }) => outcome === 'refused')).toHaveLength(closed.length);
    const open = walkProcedures(appRouter).filter(({ meta }) => meta?.impersonation === 'read');
    expect(open.map(({ path }) => path).sort()).toEqual([
      'access.overview',
      'access.section',
      'access.table',
      'auth.me',
      'consent.communication',
      'requests.get',
      'requests.list',
    ]);
  });

  test('opens nothing in a browser where somebody else, or nobody, is signed in', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { desk } = await running(deps);
    const colleague = await insertStaff(deps, { label: 'Support agent S-32' });
    const other = await atTheDesk(deps, colleague, { now: start });
    const carried = desk.tokens.impersonation ?? null;
    for (const staff of [other.tokens.staff ?? null, null]) {
      const jar = { tokens: { staff, impersonation: carried }, set: [] };
      const call = callerFor(deps, jar, { now: start, surface: 'console' }).auth.me({});
      expect(await codeOf(call)).toBe('SIGNED_OUT');
    }
  });

  test('is no session at the portal, and a customer’s session is none at the console', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { customer, desk } = await running(deps);
    const planted = { tokens: { user: desk.tokens.impersonation ?? null }, set: [] };
    expect(await codeOf(callerFor(deps, planted, { now: start }).auth.me({}))).toBe('SIGNED_OUT');
    const other = { tokens: { impersonation: customer.tokens.user ?? null }, set: [] };
    const call = callerFor(deps, other, { now: start, surface: 'console' }).auth.me({});
    expect(await codeOf(call)).toBe('SIGNED_OUT');
  });
});

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

describe('a view is not given', () => {
  test.for([
    ['without a ticket of that customer', { ticket: 'T-unknown' }, 'TICKET_NOT_FOUND'],
    ['without a ticket', { ticket: ' ' }, 'INPUT_REFUSED'],
    ['for a reason that says nothing', { reason: '          because          ' }, 'INPUT_REFUSED'],
    ['of no chapter', { scope: [] }, 'INPUT_REFUSED'],
    ['of nobody', { subjectId: crypto.randomUUID() }, 'NOT_FOUND'],
  ] as const)('%s', async ([, change, code], { connection }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent } = await supportAndCustomer(deps, start);
    const wish = { ...viewOf(ada, ticket), ...change } as ReturnType<typeof viewOf>;
    expect(await codeOf(asAgent(start).support.startView(wish))).toBe(code);
    expect(await connection.db.$count(impersonationGrant)).toBe(0);
  });

  test('for a ticket that is over, or in which the customer has written nothing', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent } = await supportAndCustomer(deps, start);
    const begin = () => codeOf(asAgent(start).support.startView(viewOf(ada, ticket)));
    await connection.sql`update support_message set author = 'support' where subject_id = ${ada.subjectId}`;
    expect(await begin()).toBe('TICKET_NOT_FOUND');
    await connection.sql`update support_message set author = 'customer' where subject_id = ${ada.subjectId}`;
    await connection.sql`update support_ticket set state = 'closed', closed_at = now() where subject_id = ${ada.subjectId}`;
    expect(await begin()).toBe('TICKET_NOT_FOUND');
  });

  test('with a ticket of another customer; the refusal stands in the log of the one meant', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const bo = await insertCustomer(deps, { name: 'Bo' });
    const { reference: ticket } = await insertTicket(deps, bo);
    expect(await codeOf(asAgent(start).support.startView(viewOf(ada, ticket)))).toBe(
      'TICKET_NOT_FOUND',
    );
    const { entries } = await asCustomer(start).audit.log({ actor: 'staff' });
    expect(entries.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['support.view_refused', 'refused'],
    ]);
  });

  test('of staff, nor of oneself', async ({ connection }) => {
    const deps = testDeps(connection);
    const { agent, asAgent } = await supportAndCustomer(deps, start);
    const colleague = await insertStaff(deps, { role: 'officer', label: 'Officer O-9' });
    for (const person of [agent, colleague]) {
      const { reference: ticket } = await insertTicket(deps, person);
      expect(await codeOf(asAgent(start).support.startView(viewOf(person, ticket)))).toBe(
        'NOT_FOUND',
      );
    }
  });

  test('to an officer, to one whose training is over, or without a fresh second factor', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent } = await supportAndCustomer(deps, start);
    expect(
      await codeOf(asAgent(later(5 * MINUTE + 1)).support.startView(viewOf(ada, ticket))),
    ).toBe('STEP_UP_REQUIRED');
    const officer = await insertStaff(deps, { role: 'officer', label: 'Officer O-9' });
    const late = await insertStaff(deps, {
      label: 'Support agent S-40',
      confidentialityValidUntil: start,
    });
    for (const [person, code] of [
      [officer, 'NOT_ALLOWED'],
      [late, 'TRAINING_EXPIRED'],
    ] as const) {
      const jar = await atTheDesk(deps, person, { now: start });
      const { asAgent: asThem } = doors(deps, jar, jar);
      expect(await codeOf(asThem(start).support.startView(viewOf(ada, ticket)))).toBe(code);
    }
  });

  test('of an account whose deletion was asked for, or that support may not see', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    await asCustomer(start).account.setSupportAccess({ allowed: false });
    const begin = () => codeOf(asAgent(start).support.startView(viewOf(ada, ticket)));
    expect(await begin()).toBe('SUPPORT_ACCESS_OFF');
    await connection.sql`update account set support_access = true, status = 'pending_deletion' where subject_id = ${ada.subjectId}`;
    expect(await begin()).toBe('ACCOUNT_NOT_VIEWABLE');
  });

  test('twice at once: of twenty at the same time one begins', async ({ connection }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent } = await supportAndCustomer(deps, start);
    const codes = await Promise.all(
      Array.from({ length: 20 }, () =>
        codeOf(asAgent(start).support.startView(viewOf(ada, ticket))),
      ),
    );
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(codes.filter((code) => code === 'VIEW_ALREADY_OPEN')).toHaveLength(19);
    expect(await connection.db.$count(impersonationGrant)).toBe(1);
    expect(await connection.db.$count(session, eq(session.kind, 'impersonation'))).toBe(1);
  });

  test('when it cannot be recorded: then nothing has happened at all', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent } = await supportAndCustomer(deps, start);
    await owner.sql.unsafe(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no record'; end $$;
      create trigger refuse before insert on audit_event for each row execute function refuse();`);
    await expect(asAgent(start).support.startView(viewOf(ada, ticket))).rejects.toThrow();
    await expect(
      asAgent(start).support.lookUp({ category: 'other', by: 'account', value: ada.subjectId }),
    ).rejects.toThrow();
    await owner.sql.unsafe('drop trigger refuse on audit_event; drop function refuse();');
    expect(await connection.db.$count(impersonationGrant)).toBe(0);
    expect(await connection.db.$count(session, eq(session.kind, 'impersonation'))).toBe(0);
    expect(await templatesTo(deps, ada.subjectId)).toEqual([]);
    // A view that runs shows nothing either while its pages cannot be recorded.
    await asAgent(start).support.startView(viewOf(ada, ticket));
    await owner.sql.unsafe(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no record'; end $$;
      create trigger refuse before insert on audit_event for each row execute function refuse();`);
    await expect(asAgent(start).access.section({ section: 'account' })).rejects.toThrow();
    await owner.sql.unsafe('drop trigger refuse on audit_event; drop function refuse();');
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
