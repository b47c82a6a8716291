import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { and, eq, sql } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { ERASE_BATCH, erasureOrder } from '../../../db/data-map/erase.ts';
import { subjectTableNamed, subjectTables } from '../../../db/data-map/index.ts';
import { account } from '../../../db/schema/account.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { invoice } from '../../../db/schema/billing.ts';
import { legalHold } from '../../../db/schema/hold.ts';
import { job } from '../../../db/schema/job.ts';
import { farewellMail } from '../../../db/schema/mail.ts';
import { dataSubjectRequest, erasureReceipt, requestStep } from '../../../db/schema/request.ts';
import { filledRow, fillPerson, insertRow } from '../../testing/fill.ts';
import { test } from '../../testing/pg.ts';
import { hashesWithout, identifyingValues, scanForValues } from '../../testing/residue.ts';
import { openReceipt } from './receipt.ts';
import { runErasure } from './run.ts';
import { confirmed, finish, now, runOnce, world } from './testing.ts';

describe('an erasure', () => {
  test('leaves no identifying value outside what the receipt lists as kept, and nothing of others changed', async ({
    connection,
    owner,
  }) => {
    const { deps, dir } = world(connection);
    const { vault } = deps;
    const ada = await fillPerson(connection.db, vault, { tag: 'ada-lindqvist', now });
    for (const tag of ['bo', 'chi'])
      await fillPerson(connection.db, vault, { tag, now, country: 'FR' });
    writeFileSync(join(dir, 'a-copy-of-hers.bin'), 'sealed');
    const values = (await identifyingValues(owner, vault, ada.subjectId)).map(({ value }) => value);
    expect(values.length).toBeGreaterThanOrEqual(40);
    const before = await scanForValues(owner, vault, [dir], values);
    expect(new Set(before.map(({ value }) => value))).toEqual(new Set(values));
    const others = await hashesWithout(connection, ada.subjectId);

    const { id, code } = await confirmed(deps, ada);
    await finish(deps, id);

    const opened = await openReceipt(connection.db, vault, { code: code.toLowerCase(), now });
    if (opened?.state !== 'issued') throw new Error('no receipt');
    expect(opened.signatureFits).toBe(true);
    const kept = new Set(opened.receipt.kept.map(({ table }) => table));
    const after = await scanForValues(owner, vault, [dir], values);
    const outside = after.filter(({ table, column }) => {
      const entry = subjectTables.find(({ sqlName }) => sqlName === table);
      const erasure = entry?.columns.find(({ sqlName }) => sqlName === column)?.erasure;
      return !entry || !kept.has(entry.name) || (erasure !== 'keep' && erasure !== 'reseal');
    });
    // The last letter waits for the mail server under a key of its own.
    expect(outside.map(({ place }) => place)).toEqual(['farewell_mail.to_address']);
    expect(after.some(({ place }) => place === 'invoice.recipient_name')).toBe(true);
    expect(after.some(({ place }) => place === 'invoice.note')).toBe(false);
    expect(await hashesWithout(connection, ada.subjectId)).toEqual(others);
  });

  test('is reported as incomplete by the scan when a name stands in the wrong place or in a file', async ({
    connection,
    owner,
  }) => {
    const { deps, dir } = world(connection);
    const ada = await fillPerson(connection.db, deps.vault, { tag: 'ada-lindqvist', now });
    const bo = await fillPerson(connection.db, deps.vault, { tag: 'bo', now });
    const table = subjectTableNamed('supportMessage');
    const planted = 'ada-lindqvist in account.display_name';
    const message = filledRow(deps.vault, table, { ...bo, tag: 'bo', now });
    const body = deps.vault.seal(bo.key, 'support_message.body', `I wrote to ${planted} yesterday`);
    await insertRow(connection.db, table, { ...message, body });
    writeFileSync(join(dir, 'notes.txt'), `call ${planted}`);
    const { id } = await confirmed(deps, ada);
    await finish(deps, id);
    const hits = await scanForValues(owner, deps.vault, [dir], [planted]);
    expect(hits.map(({ place }) => place).sort()).toEqual(
      [join(dir, 'notes.txt'), 'support_message.body'].sort(),
    );
  });

  test('keeps exactly the tables the plan keeps, minimised, and nothing else of the person', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    const ada = await fillPerson(connection.db, deps.vault, { tag: 'ada-lindqvist', now });
    const { id, plan } = await confirmed(deps, ada);
    await finish(deps, id);
    for (const table of erasureOrder) {
      const [row] = await connection.db.execute<{ n: string }>(
        sql`select count(*) as n from ${sql.identifier(table.sqlName)} where subject_id = ${ada.subjectId}::uuid`,
      );
      const planned = plan.tables.find((entry) => entry.table === table.name);
      if (planned?.action === 'delete')
        expect([table.name, Number(row?.n)]).toEqual([table.name, 0]);
      else expect([table.name, Number(row?.n) > 0]).toEqual([table.name, true]);
    }
    const [bill] = await connection.db
      .select()
      .from(invoice)
      .where(eq(invoice.subjectId, ada.subjectId));
    if (!bill?.keepId) throw new Error('not bound to a keep');
    const keep = await deps.vault.keepKey(connection.db, bill.keepId);
    expect(deps.vault.unseal(keep, 'invoice.recipient_name', bill.recipientName)).toContain(
      'ada-lindqvist',
    );
    expect([bill.note, bill.paymentMethodId]).toEqual([null, null]);
    await expect(deps.vault.subjectKey(connection.db, ada.subjectId)).rejects.toThrow('gone');
    const jobs = await connection.db.execute(
      sql`select 1 from job where subject_id = ${ada.subjectId}::uuid`,
    );
    expect(jobs.length).toBe(0);
  });

  test('does everything exactly once although each piece of it fails once after its work', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    const ada = await fillPerson(connection.db, deps.vault, { tag: 'ada-lindqvist', now });
    const { id } = await confirmed(deps, ada);
    for (let more = true; more; ) {
      const crash = connection.db.transaction(async (tx) => {
        await runErasure({ deps, tx, requestId: id, now });
        throw new Error('killed before the commit');
      });
      await expect(crash).rejects.toThrow('killed');
      more = (await runOnce(deps, id)) === 'again';
    }
    const rows = await connection.db
      .select()
      .from(requestStep)
      .where(eq(requestStep.requestId, id));
    expect(rows.every(({ state }) => state === 'done')).toBe(true);
    const wanted = rows.filter(({ name }) => name.startsWith('delete:'));
    expect(wanted.length).toBeGreaterThan(20);
    expect(wanted.map(({ name, rowsDone }) => [name, rowsDone])).toEqual(
      wanted.map(({ name, rowsTotal }) => [name, rowsTotal]),
    );
    expect(await connection.db.$count(erasureReceipt)).toBe(1);
    expect(await connection.db.$count(farewellMail)).toBe(1);
    for (const action of ['request.erasure_started', 'request.erasure_completed']) {
      const events = await connection.db
        .select()
        .from(auditEvent)
        .where(eq(auditEvent.action, action));
      expect([action, events.length]).toEqual([action, 1]);
    }
    expect(await runOnce(deps, id)).toBe('done');
    expect(await connection.db.$count(erasureReceipt)).toBe(1);
  });

  test('commits in pieces of at most 5,000 rows, and shows each of them', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    const ada = await fillPerson(connection.db, deps.vault, { tag: 'ada-lindqvist', now });
    await connection.db.execute(sql`
      insert into analytics_event (id, subject_id, occurred_at, name, surface)
      select gen_random_uuid(), ${ada.subjectId}::uuid, ${now.toISOString()}::timestamptz, 'docs_opened', 'website'
      from generate_series(1, ${2 * ERASE_BATCH})`);
    const { id } = await confirmed(deps, ada);
    const ofEvents = and(
      eq(requestStep.requestId, id),
      eq(requestStep.name, 'delete:analyticsEvent'),
    );
    const seen: number[] = [];
    for (let more = true; more; ) {
      more = (await runOnce(deps, id)) === 'again';
      const [step] = await connection.db.select().from(requestStep).where(ofEvents);
      if (step && step.rowsDone !== (seen.at(-1) ?? 0)) seen.push(step.rowsDone);
    }
    expect(seen).toEqual([ERASE_BATCH, 2 * ERASE_BATCH, 2 * ERASE_BATCH + 1]);
  });

  test('waits while a hold protects a row, says so, and completes by itself after the release', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    const { db } = connection;
    const ada = await fillPerson(db, deps.vault, { tag: 'ada-lindqvist', now });
    await db
      .update(legalHold)
      .set({
        tableName: 'support_message',
        rowId: null,
        releasedAt: null,
        endsAt: new Date(now.getTime() + 90 * 86_400_000),
      })
      .where(eq(legalHold.subjectId, ada.subjectId));
    const { id, code } = await confirmed(deps, ada);
    await finish(deps, id);
    const count = async (name: string) => {
      const [row] = await db.execute<{ n: string }>(
        sql`select count(*) as n from ${sql.identifier(name)} where subject_id = ${ada.subjectId}::uuid`,
      );
      return Number(row?.n);
    };
    expect([
      await count('support_message'),
      await count('support_ticket'),
      await count('account'),
      await count('subject_key'),
    ]).toEqual([1, 0, 1, 1]);
    expect(await openReceipt(db, deps.vault, { code, now })).toMatchObject({
      state: 'open',
      waitsFor: 'hold',
    });
    await db
      .update(legalHold)
      .set({ releasedAt: now })
      .where(eq(legalHold.subjectId, ada.subjectId));
    await finish(deps, id);
    expect([
      await count('support_message'),
      await count('account'),
      await count('subject_key'),
    ]).toEqual([0, 0, 0]);
    expect(await openReceipt(db, deps.vault, { code, now })).toMatchObject({ state: 'issued' });
    // Going on is no second beginning.
    const started = eq(auditEvent.action, 'request.erasure_started');
    expect(await db.$count(auditEvent, started)).toBe(1);
  });

  test('posts its last letter with the receipt and not before', async ({ connection }) => {
    const { deps } = world(connection);
    const ada = await fillPerson(connection.db, deps.vault, { tag: 'ada-lindqvist', now });
    const { id } = await confirmed(deps, ada);
    const posted = () => connection.db.$count(job, eq(job.kind, 'mail.farewell'));
    for (let more = true; more; ) {
      expect([await posted(), await connection.db.$count(erasureReceipt)]).toEqual([0, 0]);
      more = (await runOnce(deps, id)) === 'again';
    }
    expect([await posted(), await connection.db.$count(erasureReceipt)]).toEqual([1, 1]);
  });

  test('does not start before its time, and not after it was cancelled', async ({ connection }) => {
    const { deps } = world(connection);
    const ada = await fillPerson(connection.db, deps.vault, { tag: 'ada-lindqvist', now });
    const { id } = await confirmed(deps, ada);
    const early = new Date(now.getTime() - 1_000);
    expect(await runOnce(deps, id, early)).toEqual({ runAt: now });
    await connection.db
      .update(dataSubjectRequest)
      .set({ state: 'cancelled' })
      .where(eq(dataSubjectRequest.id, id));
    expect(await runOnce(deps, id)).toBe('done');
    expect(await connection.db.$count(account, eq(account.subjectId, ada.subjectId))).toBe(1);
    const started = eq(auditEvent.action, 'request.erasure_started');
    expect(await connection.db.$count(auditEvent, started)).toBe(0);
  });
});
