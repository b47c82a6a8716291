import { describe, expect } from 'vitest';
import { later, MINUTE, start } from '../auth/testing.ts';
import { appRouter } from '../root.ts';
import { testDeps } from '../testing/deps.ts';
import { lettersTo } from '../testing/letters.ts';
import { atTheDesk, callerFor, insertStaff } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf } from '../testing/refused.ts';
import { walkProcedures } from '../trpc/boot-check.ts';
import { looks, REASON, running, viewOf } from './testing.ts';

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
