import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { subjectTableNamed } from '../../../db/data-map/index.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { session } from '../../../db/schema/auth.ts';
import { consentEvent } from '../../../db/schema/consent.ts';
import { job } from '../../../db/schema/job.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { membership, organisation } from '../../../db/schema/organisation.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { apiKey } from '../../../db/schema/usage.ts';
import { newId } from '../../crypto/token.ts';
import { filledRow, fillPerson, insertRow } from '../../testing/fill.ts';
import { test } from '../../testing/pg.ts';
import { blockingEdges, handOver, ownershipEdges } from './organisations.ts';
import { openReceipt } from './receipt.ts';
import { confirm, now, preview, signedInWorld, statusOf } from './testing.ts';

const DAY_MS = 86_400_000;

describe('the preview of an erasure', () => {
  test('counts every table of the map and keeps its hash while only the portal itself writes', async ({
    connection,
  }) => {
    const { deps, ada } = await signedInWorld(connection);
    const first = await preview(deps, ada);
    const tables = first.sections.flatMap((section) => section.tables);
    expect(tables.find(({ table }) => table === 'gpuSession')).toMatchObject({
      action: 'delete',
      rows: 1,
      present: 1,
    });
    const bills = tables.find(({ table }) => table === 'invoice');
    expect(bills).toMatchObject({
      action: 'keep',
      rows: 1,
      keep: {
        ground: 'accounting_records',
        law: '§ 147(3) AO',
        columns: {
          resealed: ['Made out to', 'Address', 'Tax number'],
          emptied: ['Paid with', 'Your note'],
        },
      },
    });
    expect(bills?.keep?.groups).toEqual([{ until: `${now.getUTCFullYear() + 9}-01-01`, rows: 1 }]);
    for (const name of ['session', 'notice', 'outboundMail', 'apiUsage']) {
      const table = subjectTableNamed(name);
      await insertRow(
        connection.db,
        table,
        filledRow(deps.vault, table, { ...ada, tag: `again-${name}`, now }),
      );
    }
    const second = await preview(deps, ada);
    expect(second.planHash).toBe(first.planHash);
    expect(
      second.sections
        .flatMap((section) => section.tables)
        .find(({ table }) => table === 'apiUsage'),
    ).toMatchObject({ rows: null, present: 2 });
    expect(JSON.stringify(first)).not.toMatch(/\bada\b/);
  });

  test('names an organisation that would be left without an owner, until it is handed over', async ({
    connection,
  }) => {
    const { deps, ada } = await signedInWorld(connection);
    const { db } = connection;
    const bo = await fillPerson(db, deps.vault, { tag: 'bo', now });
    const id = newId(now);
    await db.insert(organisation).values({ id, name: 'Fjord Labs', country: 'SE', createdAt: now });
    await db.insert(membership).values([
      { organisationId: id, subjectId: ada.subjectId, role: 'owner', joinedAt: now },
      { organisationId: id, subjectId: bo.subjectId, role: 'member', joinedAt: now },
    ]);
    const { open } = await preview(deps, ada);
    expect(blockingEdges(open.organisations)).toEqual([
      { organisationId: id, name: 'Fjord Labs', otherMembers: 1, soleOwner: true },
    ]);
    expect(
      await db.transaction((tx) => handOver(tx, { subjectId: bo.subjectId, organisationId: id })),
    ).toBeNull();
    expect(
      await db.transaction((tx) => handOver(tx, { subjectId: ada.subjectId, organisationId: id })),
    ).toBe(bo.subjectId);
    expect(blockingEdges(await ownershipEdges(db, ada.subjectId))).toEqual([]);
  });
});

describe('the confirmation of an erasure', () => {
  test('locks the account, lowers marketing, revokes API keys, ends other sessions and plans the work', async ({
    connection,
  }) => {
    const { deps, ada, handle } = await signedInWorld(connection);
    const { db } = connection;
    const other = subjectTableNamed('session');
    await insertRow(db, other, filledRow(deps.vault, other, { ...ada, tag: 'elsewhere', now }));
    await db.update(apiKey).set({ revokedAt: null });
    const { planHash } = await preview(deps, ada);
    const done = await confirm(deps, ada, {
      planHash,
      sessionHandle: handle,
      email: ' ADA@Example.test ',
    });
    expect(done.receiptCode).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(new Date(done.executesAt).getTime() - now.getTime()).toBe(7 * DAY_MS);
    expect(await statusOf(deps, ada)).toBe('pending_deletion');
    expect((await db.select().from(session)).map((row) => row.handle)).toEqual([handle]);
    expect(await db.$count(apiKey, eq(apiKey.revokedAt, now))).toBe(1);
    const lowered = await db
      .select()
      .from(consentEvent)
      .where(and(eq(consentEvent.source, 'account_deletion'), eq(consentEvent.granted, false)));
    expect(lowered).toHaveLength(1);
    const jobs = await db.select().from(job);
    const at = (kind: string) => jobs.find((row) => row.kind === kind)?.runAt.getTime();
    expect([at('erasure.run'), at('erasure.remind')]).toEqual([
      now.getTime() + 7 * DAY_MS,
      now.getTime() + 6 * DAY_MS,
    ]);
    expect(await db.$count(outboundMail, eq(outboundMail.template, 'erasure_scheduled'))).toBe(1);
    expect(await db.$count(auditEvent, eq(auditEvent.action, 'request.erasure_asked'))).toBe(1);
    const [stored] = await db.select().from(dataSubjectRequest);
    expect(JSON.stringify(stored)).not.toContain(done.receiptCode.replaceAll('-', ''));
    expect(await openReceipt(db, deps.vault, { code: done.receiptCode, now })).toMatchObject({
      state: 'open',
      waitsFor: 'grace',
    });
  });

  test('refuses another address, a stale plan and a second request, and changes nothing by that', async ({
    connection,
  }) => {
    const { deps, ada, handle } = await signedInWorld(connection);
    const { planHash } = await preview(deps, ada);
    await expect(
      confirm(deps, ada, { planHash, sessionHandle: handle, email: 'bo@example.test' }),
    ).rejects.toThrow('EMAIL_DOES_NOT_MATCH');
    const table = subjectTableNamed('gpuSession');
    await insertRow(
      connection.db,
      table,
      filledRow(deps.vault, table, { ...ada, tag: 'new', now }),
    );
    await expect(confirm(deps, ada, { planHash, sessionHandle: handle })).rejects.toThrow(
      'PLAN_CHANGED',
    );
    expect([
      await statusOf(deps, ada),
      await connection.db.$count(dataSubjectRequest),
      await connection.db.$count(job),
    ]).toEqual(['active', 0, 0]);
    const fresh = await preview(deps, ada);
    expect(fresh.planHash).not.toBe(planHash);
    const asked = { planHash: fresh.planHash, sessionHandle: handle };
    const both = await Promise.allSettled([confirm(deps, ada, asked), confirm(deps, ada, asked)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = both.find((result) => result.status === 'rejected');
    expect(refused?.status === 'rejected' && String(refused.reason)).toContain(
      'REQUEST_ALREADY_OPEN',
    );
    expect(await connection.db.$count(dataSubjectRequest)).toBe(1);
  });
});
