import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { session } from '../../db/schema/auth.ts';
import { impersonationGrant } from '../../db/schema/staff.ts';
import { later, MINUTE, start } from '../auth/testing.ts';
import { testDeps } from '../testing/deps.ts';
import { templatesTo } from '../testing/letters.ts';
import { atTheDesk, insertCustomer, insertStaff } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf } from '../testing/refused.ts';
import { insertTicket } from '../testing/tickets.ts';
import { doors, supportAndCustomer, viewOf } from './testing.ts';

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
    // What says that something should not have been done is no reason to do more.
    await connection.sql`update support_ticket set kind = 'dispute' where subject_id = ${ada.subjectId}`;
    expect(await begin()).toBe('TICKET_NOT_FOUND');
    await connection.sql`update support_ticket set kind = 'question' where subject_id = ${ada.subjectId}`;
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
