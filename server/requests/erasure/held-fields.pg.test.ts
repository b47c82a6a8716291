import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import type { Db } from '../../../db/connect.ts';
import { subjectTableNamed, type TableName } from '../../../db/data-map/index.ts';
import { account } from '../../../db/schema/account.ts';
import { invoice } from '../../../db/schema/billing.ts';
import { heldValue, legalHold } from '../../../db/schema/hold.ts';
import { keepKey } from '../../../db/schema/key.ts';
import { dataSubjectRequest, requestStep } from '../../../db/schema/request.ts';
import { supportMessage } from '../../../db/schema/support.ts';
import type { Deps } from '../../deps.ts';
import { expireBatch } from '../../retention/run.ts';
import { type FilledPerson, fillPerson } from '../../testing/fill.ts';
import { test } from '../../testing/pg.ts';
import { openReceipt } from './receipt.ts';
import { confirmed, finish, now, runOnce, world } from './testing.ts';

const endsAt = new Date(now.getTime() + 86_400_000);
const afterwards = new Date(endsAt.getTime() + 1);

/** A person whose only hold is on fields of one table, and binds. */
async function personHeld(
  { connection: { db }, vault }: Deps,
  { table, fields }: { table: TableName; fields: string[] },
): Promise<FilledPerson> {
  const ada = await fillPerson(db, vault, { tag: 'ada-lindqvist', now });
  await db.delete(heldValue);
  const tableName = subjectTableNamed(table).sqlName;
  await db
    .update(legalHold)
    .set({ tableName, rowId: null, fields, releasedAt: null, endsAt })
    .where(eq(legalHold.subjectId, ada.subjectId));
  return ada;
}

/** What is set aside, as it can be read with the person's key. */
async function setAsideOf({ connection: { db }, vault }: Deps): Promise<Record<string, string>> {
  const rows = await db.select().from(heldValue);
  const entries = rows.map(async ({ subjectId, field, value }) => {
    const key = await vault.subjectKey(db, subjectId);
    return [field, vault.unseal(key, 'held_value.value', value)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const stateOf = async (db: Db, id: string) =>
  (
    await db
      .select({ state: dataSubjectRequest.state, failure: dataSubjectRequest.failure })
      .from(dataSubjectRequest)
      .where(eq(dataSubjectRequest.id, id))
  )[0];

const heldStep = (id: string) =>
  and(eq(requestStep.requestId, id), eq(requestStep.name, 'delete:heldValue'));

/** Begins an erasure as the version did that had no table for values set aside. */
async function begunBefore(deps: Deps, ada: FilledPerson): Promise<{ id: string; code: string }> {
  const { id, code } = await confirmed(deps, ada);
  await runOnce(deps, id);
  await deps.connection.db.delete(requestStep).where(heldStep(id));
  return { id, code };
}

describe('an erasure, under a hold on single fields', () => {
  test('deletes the entry, keeps the field readable while the hold binds, and completes by itself at its end', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    const { db } = connection;
    const ada = await personHeld(deps, { table: 'supportMessage', fields: ['body'] });
    const { id, code } = await confirmed(deps, ada);
    await finish(deps, id);
    expect(await db.$count(supportMessage)).toBe(0);
    expect(await setAsideOf(deps)).toEqual({ body: 'ada-lindqvist in support_message.body' });
    expect(await db.$count(account)).toBe(1);
    expect(await stateOf(db, id)).toEqual({ state: 'waiting', failure: 'LEGAL_HOLD' });

    await finish(deps, id, afterwards);
    expect([await db.$count(heldValue), await db.$count(account)]).toEqual([0, 0]);
    expect(await openReceipt(db, deps.vault, { code, now: afterwards })).toMatchObject({
      state: 'issued',
    });
  });

  test('of an entry that a law keeps, empties the field all the same and has it set aside', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    const { db } = connection;
    const ada = await personHeld(deps, {
      table: 'invoice',
      fields: ['note', 'recipient_name'],
    });
    const { id } = await confirmed(deps, ada);
    await finish(deps, id);
    const [bill] = await db.select().from(invoice);
    expect([bill?.note, bill?.keepId]).toEqual([null, expect.any(String)]);
    expect(await setAsideOf(deps)).toEqual({
      note: 'ada-lindqvist in invoice.note',
      recipient_name: 'ada-lindqvist in invoice.recipient_name',
    });
    await finish(deps, id, afterwards);
    expect([await db.$count(heldValue), await db.$count(invoice)]).toEqual([0, 1]);
    expect(await stateOf(db, id)).toEqual({ state: 'completed', failure: null });
  });

  test('reads what a law keeps under a key of its own, when the hold came after and the day of the entry is there', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    const { db } = connection;
    const ada = await personHeld(deps, { table: 'supportMessage', fields: ['body'] });
    const { id } = await confirmed(deps, ada);
    await finish(deps, id);
    await db.update(legalHold).set({ tableName: 'invoice', fields: ['recipient_name'] });
    await db.delete(heldValue);
    await db.update(keepKey).set({ endsAt: now });
    await db.transaction((tx) => expireBatch(tx, deps.vault, { now, requestId: 'test' }));
    expect(await db.$count(invoice)).toBe(0);
    expect(await setAsideOf(deps)).toEqual({
      recipient_name: 'ada-lindqvist in invoice.recipient_name',
    });
  });

  test('completes without a step for a table that came while it was under way, where nothing is in it', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    const { db } = connection;
    const ada = await fillPerson(db, deps.vault, { tag: 'ada-lindqvist', now });
    await db.delete(heldValue);
    const { id, code } = await begunBefore(deps, ada);
    await finish(deps, id);
    const opened = await openReceipt(db, deps.vault, { code, now });
    if (opened?.state !== 'issued') throw new Error('no receipt');
    expect(opened.receipt.tables).toContainEqual(
      expect.objectContaining({ table: 'heldValue', planned: 0, done: 0 }),
    );
  });

  test('gets a step for a table that came while it was under way, and takes what is in it', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    const { db } = connection;
    const ada = await personHeld(deps, { table: 'supportMessage', fields: ['body'] });
    const { id, code } = await begunBefore(deps, ada);
    await finish(deps, id);
    expect(Object.keys(await setAsideOf(deps))).toEqual(['body']);
    await finish(deps, id, afterwards);
    expect(await stateOf(db, id)).toEqual({ state: 'completed', failure: null });
    expect(await db.$count(heldValue)).toBe(0);
    expect(await db.select().from(requestStep).where(heldStep(id))).toMatchObject([
      { state: 'done', rowsDone: 1 },
    ]);
    // The step came late and stands first: the work began before it all the same.
    expect(await openReceipt(db, deps.vault, { code, now: afterwards })).toMatchObject({
      receipt: { startedAt: now.toISOString(), finishedAt: afterwards.toISOString() },
    });
  });
});
