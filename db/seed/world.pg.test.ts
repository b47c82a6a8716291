import { createPrivateKey, sign, verify } from 'node:crypto';
import { eq, max, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { describe, expect } from 'vitest';
import { auditMac } from '../../server/audit/record.ts';
import { grantMac } from '../../server/auth/grant-stands.ts';
import { verifyPassword } from '../../server/auth/password.ts';
import { spendRecoveryCode } from '../../server/auth/recovery-codes.ts';
import { checkTotp, codeAt } from '../../server/auth/totp.ts';
import { identifyingValues } from '../../server/testing/residue.ts';
import { deleteOn } from '../data-map/delete-on.ts';
import { columnOf, subjectTables } from '../data-map/index.ts';
import { account } from '../schema/account.ts';
import { auditEvent } from '../schema/audit.ts';
import { passwordCredential, recoveryCode, totpFactor } from '../schema/auth.ts';
import { serviceKey } from '../schema/service.ts';
import { impersonationGrant } from '../schema/staff.ts';
import { gpuSession } from '../schema/usage.ts';
import { createWorld, type Person, personOf } from './people.ts';
import { personaKeys, personas } from './personas.ts';
import { accountOf, countOf, now, openAll, test } from './testing.ts';
import { sessionRows } from './usage-rows.ts';

describe('the personas of the demo', () => {
  test('sign in with the password, the codes and the recovery codes that the demo file names', async ({
    seeded,
  }) => {
    const {
      connection: { db },
      vault,
      demo,
    } = seeded;
    expect(Object.keys(demo.personas).sort()).toEqual([...personaKeys].sort());
    for (const key of personaKeys) {
      const { email, password, totpSecret, recoveryCodes, role, displayName } = demo.personas[key];
      const { subjectId, ...person } = await accountOf(seeded, email);
      const dataKey = await vault.subjectKey(db, subjectId);
      expect([
        key,
        person.role,
        vault.unseal(dataKey, 'account.display_name', person.displayName),
      ]).toEqual([key, role, displayName]);
      const [credential] = await db
        .select()
        .from(passwordCredential)
        .where(eq(passwordCredential.subjectId, subjectId));
      expect([key, await verifyPassword(credential?.hash ?? null, password)]).toEqual([key, true]);
      expect([key, await verifyPassword(credential?.hash ?? null, `${password}x`)]).toEqual([
        key,
        false,
      ]);
      expect([key, person.emailVerifiedAt !== null]).toEqual([key, personas[key].secondFactor]);
      if (!totpSecret) {
        expect([
          key,
          await db.$count(totpFactor, eq(totpFactor.subjectId, subjectId)),
          recoveryCodes,
        ]).toEqual(['customer-new', 0, []]);
        continue;
      }
      const undone = db.transaction(async (tx) => {
        expect([
          key,
          await checkTotp(tx, {
            vault,
            key: dataKey,
            subjectId,
            code: codeAt(totpSecret, now),
            now,
          }),
        ]).toEqual([key, 'accepted']);
        for (const code of recoveryCodes)
          expect(await spendRecoveryCode(tx, { vault, subjectId, code, now })).toBe(true);
        tx.rollback();
      });
      await expect(undone).rejects.toThrow('Rollback');
      expect([key, await db.$count(recoveryCode, eq(recoveryCode.subjectId, subjectId))]).toEqual([
        key,
        10,
      ]);
    }
  }, 180_000);

  test('have passwords that differ, and nobody else can sign in', async ({ seeded }) => {
    const hashes = await seeded.connection.db.select().from(passwordCredential);
    const known = await Promise.all(
      personaKeys.map(
        async (key) => (await accountOf(seeded, seeded.demo.personas[key].email)).subjectId,
      ),
    );
    expect(new Set(personaKeys.map((key) => seeded.demo.personas[key].password)).size).toBe(
      personaKeys.length,
    );
    const others = hashes.filter(({ subjectId }) => !known.includes(subjectId));
    expect(others.length).toBeGreaterThan(190);
    for (const key of personaKeys) {
      expect([
        key,
        await verifyPassword(others[0]?.hash ?? null, seeded.demo.personas[key].password),
      ]).toEqual([key, false]);
    }
  });

  test('are joined by services whose private keys fit the public ones on record', async ({
    seeded,
  }) => {
    const rows = await seeded.connection.db.select().from(serviceKey);
    expect(rows.map(({ serviceId }) => serviceId).sort()).toEqual([
      'billing',
      'mailer',
      'paylane',
      'scheduler',
      'tallymetric',
    ]);
    for (const { id, kid, privateKeyPem } of Object.values(seeded.demo.services)) {
      const row = rows.find((candidate) => candidate.id === kid);
      const signature = sign(null, Buffer.from('call'), createPrivateKey(privateKeyPem));
      expect([
        id,
        row?.serviceId,
        verify(null, Buffer.from('call'), row?.publicKey ?? '', signature),
      ]).toEqual([id, id, true]);
    }
  });
});

describe('the demo world', () => {
  test('has keys that were last used when their service last acted, and none that acted and was never used', async ({
    seeded,
  }) => {
    const { db } = seeded.connection;
    const keys = await db.select().from(serviceKey);
    const used = (id: string) => keys.find(({ serviceId }) => serviceId === id)?.lastUsedAt;
    const reads = await db
      .select({ id: auditEvent.actorId, at: max(auditEvent.occurredAt) })
      .from(auditEvent)
      .where(eq(auditEvent.actorKind, 'service'))
      .groupBy(auditEvent.actorId);
    expect(reads.map(({ id }) => id)).toEqual(['billing']);
    for (const { id, at } of reads) expect([id, used(id)]).toEqual([id, at]);
    const [reported] = await db.select({ at: max(gpuSession.endedAt) }).from(gpuSession);
    expect(used('scheduler')).toEqual(reported?.at);
    for (const { lastUsedAt } of keys) expect(lastUsedAt === null || lastUsedAt <= now).toBe(true);
    expect(used('mailer')).toBeNull();
  });

  test('has 200 customers in twelve countries, two years behind them, one with 100,000 sessions', async ({
    seeded,
  }) => {
    const {
      connection: { db },
      demo,
    } = seeded;
    expect(await db.$count(account, eq(account.role, 'customer'))).toBe(200);
    expect(
      await countOf(
        seeded,
        sql`select count(distinct country) as n from account where role = 'customer'`,
      ),
    ).toBe(12);
    const heavy = await accountOf(seeded, demo.personas['customer-heavy'].email);
    expect(await db.$count(gpuSession, eq(gpuSession.subjectId, heavy.subjectId))).toBe(100_000);
    const [span] = await db.execute<{ months: string }>(sql`
      select count(distinct date_trunc('month', issued_at)) as months from invoice`);
    expect(Number(span?.months)).toBeGreaterThanOrEqual(22);
    const least = {
      organisation: 5,
      invoice: 2_000,
      device: 200,
      support_ticket: 100,
      outbound_mail: 2_000,
      consent_event: 200,
      disclosure: 1_000,
      audit_event: 1_000,
    };
    for (const [name, rows] of Object.entries(least)) {
      expect([
        name,
        (await countOf(seeded, sql`select count(*) as n from ${sql.identifier(name)}`)) >= rows,
      ]).toEqual([name, true]);
    }
  });

  test('holds no row past its delete-on date, and none from the future', async ({ seeded }) => {
    const { db } = seeded.connection;
    const countries = new Map(
      (await db.select().from(account)).map(({ subjectId, country }) => [subjectId, country]),
    );
    let dated = 0;
    for (const table of subjectTables) {
      const { retention } = table;
      const fields = [
        table.subject,
        table.order,
        ...(typeof retention === 'string' ? [] : [retention.from]),
      ];
      const selection = Object.fromEntries(fields.map((key) => [key, columnOf(table, key).column]));
      const rows: Record<string, unknown>[] = await db
        .select(selection)
        .from(table.table as PgTable);
      const wrong = rows.filter((row) => {
        const date = deleteOn(table, row, countries.get(String(row[table.subject])) ?? '');
        if (date) dated += 1;
        const order = row[table.order];
        return (date && date <= now) || (order instanceof Date && order > now);
      });
      expect([table.name, wrong]).toEqual([table.name, []]);
    }
    expect(dated).toBeGreaterThan(200_000);
  });

  test('belongs together: every row to a person, every part to its whole, every total to its lines', async ({
    seeded,
  }) => {
    for (const { name, sqlName } of subjectTables) {
      const strangers = await countOf(
        seeded,
        sql`
        select count(*) as n from ${sql.identifier(sqlName)} t
        where not exists (select 1 from account a join subject_key k using (subject_id) where a.subject_id = t.subject_id)`,
      );
      expect([name, strangers]).toEqual([name, 0]);
    }
    const parts = [
      ['invoice_line', 'invoice_id', 'invoice'],
      ['invoice', 'payment_method_id', 'payment_method'],
      ['support_message', 'ticket_id', 'support_ticket'],
      ['api_usage', 'api_key_id', 'api_key'],
    ] as const;
    for (const [part, column, whole] of parts) {
      const loose = await countOf(
        seeded,
        sql`
        select count(*) as n from ${sql.identifier(part)} p where p.${sql.identifier(column)} is not null
          and not exists (select 1 from ${sql.identifier(whole)} w where w.id = p.${sql.identifier(column)} and w.subject_id = p.subject_id)`,
      );
      expect([part, loose]).toEqual([part, 0]);
    }
    expect(
      await countOf(
        seeded,
        sql`select count(*) as n from membership m where not exists (select 1 from organisation o where o.id = m.organisation_id)`,
      ),
    ).toBe(0);
    expect(
      await countOf(
        seeded,
        sql`
      select count(*) as n from invoice i where net_cents + tax_cents <> gross_cents
        or net_cents <> (select sum(amount_cents) from invoice_line l where l.invoice_id = i.id)`,
      ),
    ).toBe(0);
  });

  test('lists each view of support that its log tells of, for a ticket of the same person', async ({
    seeded,
  }) => {
    const within = sql`
      from audit_event e where e.action = 'staff.viewed' and exists (
        select 1 from impersonation_grant g
        where g.subject_id = e.subject_id and g.actor_id::text = e.actor_id::text
          and e.occurred_at between g.created_at and g.ended_at)`;
    const viewed = await countOf(
      seeded,
      sql`select count(*) as n from audit_event where action = 'staff.viewed'`,
    );
    expect(viewed).toBeGreaterThan(10);
    expect(await countOf(seeded, sql`select count(*) as n ${within}`)).toBe(viewed);
    const grants = await seeded.connection.db.select().from(impersonationGrant);
    expect(grants).toHaveLength(viewed);
    for (const { rowMac, ...grant } of grants) expect(grantMac(seeded.vault, grant)).toBe(rowMac);
    expect(
      await countOf(
        seeded,
        sql`select count(*) as n from impersonation_grant g join support_ticket t
          on t.reference = g.ticket and t.subject_id = g.subject_id`,
      ),
    ).toBe(viewed);
  });

  test('is sealed and signed like rows of the portal itself', async ({ seeded }) => {
    const {
      connection: { db },
      vault,
    } = seeded;
    let opened = 0;
    for (const table of subjectTables) opened += await openAll(seeded, table);
    expect(opened).toBeGreaterThan(10_000);
    const events = await db.select().from(auditEvent);
    const unsigned = events.filter(({ rowMac, xid: _, ...row }) => auditMac(vault, row) !== rowMac);
    expect([events.length > 1_000, unsigned.length]).toEqual([true, 0]);
  });

  test('knows the German customer by at least 40 values of her own', async ({ seeded }) => {
    const { owner, vault, demo } = seeded;
    const { subjectId, country } = await accountOf(seeded, demo.personas.customer.email);
    const values = await identifyingValues(owner, vault, subjectId);
    expect(country).toBe('DE');
    expect(new Set(values.map(({ value }) => value)).size).toBeGreaterThanOrEqual(40);
    const places = new Set(values.map(({ table, column }) => `${table}.${column}`));
    for (const place of [
      'account.display_name',
      'account.email',
      'account.phone',
      'account.company',
      'billing_profile.address_line',
      'billing_profile.tax_id',
      'payment_method.last_four',
      'payment_method.processor_reference',
      'invoice.recipient_address',
      'ssh_key.fingerprint',
      'ssh_key.label',
      'api_key.label',
      'volume.label',
      'device.label',
      'connection_event.ip_prefix',
      'support_ticket.subject_line',
      'support_message.body',
      'gpu_session.image',
      'totp_factor.label',
    ])
      expect(places).toContain(place);
  });

  test('is the same for the same moment, but for its secrets', async ({ seeded }) => {
    const {
      connection: { db },
      vault,
    } = seeded;
    const again = createWorld({ vault, now, seed: 'easellm' });
    const withoutKeys = ({ key: _, keyRow: __, ...person }: Person) => person;
    const same = createWorld({ vault, now, seed: 'easellm' });
    expect(again.people.map(withoutKeys)).toEqual(same.people.map(withoutKeys));
    const person = personOf(again, 'customer');
    const stored = await db
      .select()
      .from(gpuSession)
      .where(eq(gpuSession.subjectId, person.subjectId))
      .orderBy(gpuSession.startedAt, gpuSession.id);
    expect(stored).toHaveLength(person.sessions);
    const made = sessionRows(again, person).sort(
      (a, b) => a.startedAt.getTime() - b.startedAt.getTime() || (a.id < b.id ? -1 : 1),
    );
    expect(stored).toEqual(made);
  });
});
