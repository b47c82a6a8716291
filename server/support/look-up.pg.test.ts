import { and, desc, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { NO_SUBJECT } from '../actor.ts';
import { start } from '../auth/testing.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { atTheDesk, callerFor, insertCustomer, insertStaff } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refused } from '../testing/refused.ts';
import { supportAndCustomer } from './testing.ts';

const lastLookUp = async ({ connection }: Deps, subjectId: string) =>
  (
    await connection.db
      .select()
      .from(auditEvent)
      .where(and(eq(auditEvent.action, 'staff.looked_up'), eq(auditEvent.subjectId, subjectId)))
      .orderBy(desc(auditEvent.occurredAt))
  )[0];

describe('a look-up by support', () => {
  test('finds one customer by exact address, id or ticket, and shows no whole name or address', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent } = await supportAndCustomer(deps, start);
    const ways = [
      { by: 'email', value: ada.email.toUpperCase() },
      { by: 'account', value: ada.subjectId },
      { by: 'email', value: `  ${ada.email} ` },
      { by: 'ticket', value: ticket },
      { by: 'ticket', value: ` ${ticket.toLowerCase()} ` },
    ] as const;
    for (const way of ways) {
      const { found } = await asAgent(start).support.lookUp({ category: 'billing', ...way });
      expect(found).toMatchObject({
        subjectId: ada.subjectId,
        name: 'A•••',
        email: 'a•••@e•••',
        supportAccess: true,
        mayView: null,
      });
      expect(found?.tickets.map(({ reference }) => reference)).toEqual([ticket]);
      const text = JSON.stringify(found);
      expect(text).not.toContain('Lovelace');
      expect(text).not.toContain(ada.email);
    }
  });

  test('stands in the log of the person it found, with what it showed and why', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    await asAgent(start).support.lookUp({ category: 'usage', by: 'email', value: ada.email });
    const { entries } = await asCustomer(start).audit.log({ actor: 'staff' });
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ actor: 'Support agent S-31', action: 'staff.looked_up' });
    expect(entries[0]?.details).toContain('usage');
  });

  test('finds nobody by a part of an address, and no member of staff; it is recorded as nobody’s', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, agent, asAgent } = await supportAndCustomer(deps, start);
    const colleague = await insertStaff(deps, { label: 'Support agent S-32' });
    const nobody = [
      { by: 'email', value: ada.email.slice(1) },
      { by: 'email', value: colleague.email },
      { by: 'account', value: agent.subjectId },
      { by: 'ticket', value: 'T-%' },
    ] as const;
    for (const way of nobody) {
      const { found } = await asAgent(start).support.lookUp({ category: 'other', ...way });
      expect(found).toBeNull();
    }
    expect(await lastLookUp(deps, colleague.subjectId)).toBeUndefined();
    expect(await lastLookUp(deps, agent.subjectId)).toBeUndefined();
    expect(await lastLookUp(deps, NO_SUBJECT)).toMatchObject({ outcome: 'refused', details: null });
  });

  test('says why an account may not be viewed', async ({ connection }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    await asCustomer(start).account.setSupportAccess({ allowed: false });
    const query = { category: 'other', by: 'account', value: ada.subjectId } as const;
    const { found } = await asAgent(start).support.lookUp(query);
    expect(found?.mayView).toBe('SUPPORT_ACCESS_OFF');
  });

  test('is made thirty times an hour at most by one agent, of any number at once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { asAgent } = await supportAndCustomer(deps, start);
    const other = await insertCustomer(deps, { name: 'Bo' });
    const query = { category: 'other', by: 'account', value: other.subjectId } as const;
    const codes = await Promise.all(
      Array.from(
        { length: 40 },
        async () => (await refused(asAgent(start).support.lookUp(query)))?.code,
      ),
    );
    expect(codes.filter((code) => code === undefined)).toHaveLength(30);
    expect(codes.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(10);
  });

  test('is nobody else’s: no officer, no administrator, no customer, nobody at the portal’s door', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, customer, desk } = await supportAndCustomer(deps, start);
    const query = { category: 'other', by: 'account', value: ada.subjectId } as const;
    for (const role of ['officer', 'administrator'] as const) {
      const person = await insertStaff(deps, { role, label: `The ${role}` });
      const jar = await atTheDesk(deps, person, { now: start });
      const call = callerFor(deps, jar, { now: start, surface: 'console' }).support.lookUp(query);
      expect((await refused(call))?.code).toBe('NOT_ALLOWED');
    }
    const others = [
      callerFor(deps, customer, { now: start, surface: 'console' }),
      callerFor(deps, customer, { now: start }),
      callerFor(deps, desk, { now: start }),
    ];
    for (const caller of others)
      expect((await refused(caller.support.lookUp(query)))?.code).toBe('SIGNED_OUT');
  });
});
