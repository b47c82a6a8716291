import { rmSync } from 'node:fs';
import { and, eq } from 'drizzle-orm';
import { afterEach, describe, expect } from 'vitest';
import { type Connection, withSubject } from '../../../db/connect.ts';
import { subjectTableNamed } from '../../../db/data-map/index.ts';
import { account } from '../../../db/schema/account.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { session } from '../../../db/schema/auth.ts';
import { consentEvent } from '../../../db/schema/consent.ts';
import { job } from '../../../db/schema/job.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { membership, organisation } from '../../../db/schema/organisation.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { apiKey } from '../../../db/schema/usage.ts';
import { newId } from '../../crypto/token.ts';
import type { Deps } from '../../deps.ts';
import { testDeps } from '../../testing/deps.ts';
import { type FilledPerson, filledRow, fillPerson, insertRow } from '../../testing/fill.ts';
import { test } from '../../testing/pg.ts';
import { cancelErasure } from './cancel.ts';
import { confirmErasure } from './confirm.ts';
import { erasureReminderJob } from './jobs.ts';
import { blockingEdges, handOver, ownershipEdges } from './organisations.ts';
import { previewErasure } from './preview.ts';
import { openReceipt } from './receipt.ts';
import { runErasure } from './run.ts';

const now = new Date();
const DAY_MS = 86_400_000;
const publicUrl = 'https://privacy.example.test';
const dirs: string[] = [];

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

async function world(
  connection: Connection,
): Promise<{ deps: Deps; ada: FilledPerson; handle: string }> {
  const deps = testDeps(connection, { clock: () => now });
  dirs.push(deps.env.DATA_DIR);
  const ada = await fillPerson(connection.db, deps.vault, { tag: 'ada', now });
  await connection.db.delete(dataSubjectRequest);
  const [own] = await connection.db
    .select()
    .from(session)
    .where(eq(session.subjectId, ada.subjectId));
  if (!own) throw new Error('no session');
  return { deps, ada, handle: own.handle };
}

const preview = ({ connection: { db } }: Deps, { subjectId }: FilledPerson) =>
  withSubject(db, subjectId, 'read', (tx) =>
    previewErasure(tx, { db, subjectId, now, initialGrace: 7 }),
  );

type Asked = { planHash: string; email?: string; graceDays?: number; sessionHandle: string };
function confirm(
  deps: Deps,
  { subjectId, email: own }: FilledPerson,
  { planHash, email = own, graceDays = 7, sessionHandle }: Asked,
) {
  const actor = { kind: 'subject', subjectId, sessionHandle } as const;
  return withSubject(deps.connection.db, subjectId, 'write', (tx) =>
    confirmErasure(tx, deps.vault, {
      subjectId,
      actor,
      input: { planHash, email, graceDays },
      now,
      requestId: 'test',
      publicUrl,
    }),
  );
}

function cancel(deps: Deps, { subjectId }: FilledPerson, reference: string) {
  const actor = { kind: 'subject', subjectId, sessionHandle: newId(now) } as const;
  return withSubject(deps.connection.db, subjectId, 'write', (tx) =>
    cancelErasure(tx, deps.vault, {
      subjectId,
      actor,
      reference,
      now,
      requestId: 'test',
      publicUrl,
    }),
  );
}

const statusOf = async ({ connection: { db } }: Deps, { subjectId }: FilledPerson) =>
  (
    await db
      .select({ status: account.status })
      .from(account)
      .where(eq(account.subjectId, subjectId))
  )[0]?.status;

describe('the preview of an erasure', () => {
  test('counts every table of the map and keeps its hash while only the portal itself writes', async ({
    connection,
  }) => {
    const { deps, ada } = await world(connection);
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
    const { deps, ada } = await world(connection);
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
    const { deps, ada, handle } = await world(connection);
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
    expect(await openReceipt(db, deps.vault, done.receiptCode)).toMatchObject({
      state: 'open',
      waitsFor: 'grace',
    });
  });

  test('refuses another address, a stale plan and a second request, and changes nothing by that', async ({
    connection,
  }) => {
    const { deps, ada, handle } = await world(connection);
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

describe('taking an erasure back', () => {
  test('opens the account again; optional mail stays off and API keys stay revoked', async ({
    connection,
  }) => {
    const { deps, ada, handle } = await world(connection);
    const { planHash } = await preview(deps, ada);
    const { reference, receiptCode } = await confirm(deps, ada, {
      planHash,
      sessionHandle: handle,
    });
    await expect(cancel(deps, ada, 'R-00000000')).rejects.toThrow('NOT_FOUND');
    await cancel(deps, ada, reference);
    expect(await statusOf(deps, ada)).toBe('active');
    expect(await openReceipt(connection.db, deps.vault, receiptCode)).toBeNull();
    expect(await connection.db.$count(consentEvent, eq(consentEvent.granted, true))).toBe(1);
    await expect(cancel(deps, ada, reference)).rejects.toThrow('NOT_CANCELLABLE');
    const [request] = await connection.db.select().from(dataSubjectRequest);
    if (!request) throw new Error('no request');
    const signal = new AbortController().signal;
    await connection.db.transaction((tx) =>
      erasureReminderJob.run({
        deps,
        tx,
        payload: { requestId: request.id },
        now,
        attempt: 1,
        signal,
      }),
    );
    expect(
      await connection.db.$count(outboundMail, eq(outboundMail.template, 'erasure_reminder')),
    ).toBe(0);
    const again = await preview(deps, ada);
    await confirm(deps, ada, { planHash: again.planHash, sessionHandle: handle });
    expect(await statusOf(deps, ada)).toBe('pending_deletion');
  });

  test('has exactly one winner when it meets the start of the work', async ({ connection }) => {
    const { deps, ada, handle } = await world(connection);
    const wins = { cancelled: 0, started: 0 };
    for (let round = 0; round < 8; round++) {
      const { planHash } = await preview(deps, ada);
      const { reference } = await confirm(deps, ada, {
        planHash,
        sessionHandle: handle,
        graceDays: 0,
      });
      const [request] = await connection.db
        .select()
        .from(dataSubjectRequest)
        .where(eq(dataSubjectRequest.reference, reference));
      if (!request) throw new Error('no request');
      const later = new Date(now.getTime() + 1_000);
      const start = () =>
        connection.db.transaction((tx) =>
          runErasure({ deps, tx, requestId: request.id, now: later }),
        );
      const [first, second] =
        round % 2 === 0
          ? [cancel(deps, ada, reference), start()]
          : [start(), cancel(deps, ada, reference)];
      const results = await Promise.allSettled([first, second]);
      const cancelled = results[round % 2]?.status === 'fulfilled';
      const status = await statusOf(deps, ada);
      expect(status).toBe(cancelled ? 'active' : 'erasing');
      if (cancelled) wins.cancelled++;
      else {
        wins.started++;
        break;
      }
    }
    expect(wins.cancelled + wins.started).toBeGreaterThan(0);
  });
});
