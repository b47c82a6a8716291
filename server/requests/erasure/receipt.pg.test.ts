import { eq, sql } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { erasureOrder } from '../../../db/data-map/erase.ts';
import { countSubject } from '../../../db/data-map/erasure-plan.ts';
import { subjectTableNamed } from '../../../db/data-map/index.ts';
import { account } from '../../../db/schema/account.ts';
import { dataSubjectRequest, requestStep } from '../../../db/schema/request.ts';
import { canonicalJson } from '../../crypto/canonical.ts';
import { filledRow, fillPerson, insertRow } from '../../testing/fill.ts';
import { test } from '../../testing/pg.ts';
import { planHash } from './plan-hash.ts';
import { openReceipt, type Receipt } from './receipt.ts';
import { confirmed, finish, now, runOnce, world } from './testing.ts';

describe('what was confirmed, run and proved', () => {
  test('reports in its receipt what came after the confirmation', async ({ connection }) => {
    const { deps } = world(connection);
    const ada = await fillPerson(connection.db, deps.vault, { tag: 'ada-lindqvist', now });
    const { id, code } = await confirmed(deps, ada);
    const table = subjectTableNamed('gpuSession');
    await insertRow(
      connection.db,
      table,
      filledRow(deps.vault, table, { ...ada, tag: 'late', now }),
    );
    await finish(deps, id);
    const opened = await openReceipt(connection.db, deps.vault, { code, now });
    if (opened?.state !== 'issued') throw new Error('no receipt');
    expect(opened.receipt.differences).toEqual([
      { table: 'gpuSession', title: 'GPU sessions', planned: 1, done: 2 },
    ] satisfies Receipt['differences']);
  });

  test.for(['farewell', 'verify', 'key'])(
    'sweeps up what a slower process still wrote after its step %s',
    async (name, { connection }) => {
      const { deps } = world(connection);
      const ada = await fillPerson(connection.db, deps.vault, { tag: 'ada-lindqvist', now });
      const { id, code } = await confirmed(deps, ada);
      const table = subjectTableNamed('analyticsEvent');
      for (let reached = false; !reached; ) {
        await runOnce(deps, id);
        const rows = await connection.db
          .select()
          .from(requestStep)
          .where(eq(requestStep.requestId, id));
        reached = rows.some((step) => step.name === name && step.state === 'done');
      }
      await insertRow(
        connection.db,
        table,
        filledRow(deps.vault, table, { ...ada, tag: 'late', now }),
      );
      await finish(deps, id);
      const left = await connection.db.execute(
        sql`select 1 from analytics_event where subject_id = ${ada.subjectId}::uuid`,
      );
      expect(left.length).toBe(0);
      const opened = await openReceipt(connection.db, deps.vault, { code, now });
      if (opened?.state !== 'issued') throw new Error('no receipt');
      expect(opened.receipt.tables.find((entry) => entry.table === 'analyticsEvent')).toMatchObject(
        { planned: null, done: 2 },
      );
      expect(opened.receipt.tables.find((entry) => entry.table === 'subjectKey')).toMatchObject({
        planned: 1,
        done: 1,
      });
    },
  );

  test('proves in its receipt the plan that was confirmed, and counts there what stands afterwards', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    const ada = await fillPerson(connection.db, deps.vault, { tag: 'ada-lindqvist', now });
    const { id, code, plan } = await confirmed(deps, ada);
    await finish(deps, id);
    const opened = await openReceipt(connection.db, deps.vault, { code, now });
    if (opened?.state !== 'issued') throw new Error('no receipt');
    const { receipt, text } = opened;
    expect(canonicalJson(receipt.plan)).toBe(canonicalJson(plan));
    expect(planHash(receipt.plan)).toBe(receipt.planHash);
    expect(receipt.verification).toEqual({
      tablesChecked: erasureOrder.length,
      rowsLeft: 0,
      keyDestroyed: true,
    });
    const counts = await countSubject(connection.db, { subjectId: ada.subjectId, country: null });
    const standing = counts
      .filter(({ rows }) => rows > 0)
      .map(({ table, rows }) => [table.name, rows]);
    expect(receipt.kept.map(({ table, rows }) => [table, rows])).toEqual(standing);
    expect(receipt.kept.every(({ until }) => until.length > 0)).toBe(true);
    expect(receipt.kept.find(({ table }) => table === 'invoice')?.until).toEqual(
      plan.tables
        .find(({ table }) => table === 'invoice')
        ?.keep?.groups.map(({ until, rows }) => ({ date: until, rows })),
    );
    expect(text).not.toContain('lindqvist');
  });

  test('does not run under a plan that was altered after its confirmation, or that keeps less than is kept now', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    const { db } = connection;
    const ada = await fillPerson(db, deps.vault, { tag: 'ada-lindqvist', now });
    const { id, plan } = await confirmed(deps, ada);
    const less = { ...plan, tables: plan.tables.filter(({ table }) => table !== 'invoice') };
    await db
      .update(dataSubjectRequest)
      .set({ plan: canonicalJson(less) })
      .where(eq(dataSubjectRequest.id, id));
    await expect(runOnce(deps, id)).rejects.toThrow('not the confirmed one');
    await db
      .update(dataSubjectRequest)
      .set({ planHash: planHash(less) })
      .where(eq(dataSubjectRequest.id, id));
    await expect(runOnce(deps, id)).rejects.toThrow('more would be kept');
    expect(await db.$count(account, eq(account.status, 'pending_deletion'))).toBe(1);
    expect(await db.$count(requestStep, eq(requestStep.requestId, id))).toBe(0);
  });
});
