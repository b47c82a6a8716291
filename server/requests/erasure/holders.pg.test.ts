import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import type { Connection } from '../../../db/connect.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { legalHold } from '../../../db/schema/hold.ts';
import { holderTask } from '../../../db/schema/holder-task.ts';
import { farewellMail } from '../../../db/schema/mail.ts';
import { erasureReceipt, requestStep } from '../../../db/schema/request.ts';
import type { Deps } from '../../deps.ts';
import type { AnswerInput, HandedTask } from '../../services/contract/tasks.ts';
import { endOtherTasks } from '../../services/tasks/end.ts';
import {
  ageTasks,
  answer,
  askAbout,
  claimAll,
  connectHolders,
  tasksIn,
} from '../../services/tasks/testing.ts';
import { escalate, markMissing } from '../../services/tasks/watch.ts';
import { fillPerson } from '../../testing/fill.ts';
import { test } from '../../testing/pg.ts';
import { holderDone, holdersForReceipt } from './holders.ts';
import { openReceipt } from './receipt.ts';
import { confirmed, finish, now, preview, runOnce, world } from './testing.ts';

const erased: AnswerInput['answer'] = { outcome: 'done', result: { records: 4, kept: null } };
const keeping: AnswerInput['answer'] = {
  outcome: 'done',
  result: {
    records: 2,
    kept: { records: 9, ground: 'payment_records', until: '2031-08-01T00:00:00.000Z' },
  },
};
const remaining = (count: number): AnswerInput['answer'] => ({
  outcome: 'done',
  result: { remaining: count },
});

async function take(deps: Deps, id: string): Promise<HandedTask> {
  const [task] = await claimAll(deps, id);
  if (!task) throw new Error(`${id} is asked for nothing`);
  return task;
}
async function answers(deps: Deps, id: string, given: AnswerInput['answer']): Promise<void> {
  await answer(deps, id, await take(deps, id), given);
}

async function asked(connection: Connection) {
  const { deps } = world(connection);
  const { db } = connection;
  await connectHolders(deps);
  const ada = await fillPerson(db, deps.vault, { tag: 'ada-lindqvist', now });
  const request = await confirmed(deps, ada);
  const opened = () => openReceipt(db, deps.vault, { code: request.code, now });
  const issued = async () => {
    const receipt = await opened();
    if (receipt?.state !== 'issued') throw new Error('no receipt');
    return receipt;
  };
  return { deps, db, ada, ...request, opened, issued };
}

describe('an erasure, and other systems that hold data of the person', () => {
  test('is not complete before each of them has erased and said that nothing is left', async ({
    connection,
  }) => {
    const { deps, db, ada, id, opened, issued } = await asked(connection);
    await finish(deps, id);
    expect(await opened()).toMatchObject({ state: 'open', waitsFor: 'holder' });
    await answers(deps, 'paylane', keeping);
    await finish(deps, id);
    await answers(deps, 'tallymetric', erased);
    await answers(deps, 'tallymetric', remaining(0));
    await finish(deps, id);
    expect([
      await db.$count(erasureReceipt),
      await db
        .execute(`select 1 from subject_key where subject_id = '${ada.subjectId}'`)
        .then((rows) => rows.length),
    ]).toEqual([0, 1]);
    const rows = await tasksIn(deps, id);
    await answers(deps, 'paylane', remaining(0));
    await finish(deps, id);

    const { receipt, signatureFits, text } = await issued();
    expect(signatureFits).toBe(true);
    expect(receipt.format).toBe('easellm-erasure-receipt/2');
    expect(receipt.holders).toMatchObject([
      {
        holder: 'paylane',
        name: 'Paylane',
        country: 'IE',
        erased: 2,
        kept: { records: 9, ground: 'payment_records', until: '2031-08-01T00:00:00.000Z' },
        acknowledgement: rows.find((row) => row.holderId === 'paylane' && row.kind === 'erase')
          ?.answerHash,
      },
      { holder: 'tallymetric', erased: 4, kept: null },
    ]);
    for (const { acknowledgement, check, acknowledgedAt, checkedAt } of receipt.holders) {
      expect([acknowledgement, check].every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
      expect(acknowledgedAt <= checkedAt).toBe(true);
    }
    expect(receipt.holdersNotConnected.map(({ holder }) => holder)).toEqual([
      'oregon',
      'frankfurt',
      'northmail',
    ]);
    expect(text).not.toContain('lindqvist');
    expect(text).not.toContain(ada.subjectId);
    expect(await db.$count(farewellMail)).toBe(1);
  });

  test('is told to whoever has the code while it waits: each by name, and since when it is late', async ({
    connection,
  }) => {
    const { deps, id, opened } = await asked(connection);
    await finish(deps, id);
    await ageTasks(deps, id, 3_600_000);
    await connection.db.transaction((tx) =>
      markMissing(tx, deps.vault, { requestId: id, now: new Date() }),
    );
    await answers(deps, 'tallymetric', erased);
    const open = await opened();
    if (open?.state !== 'open') throw new Error('not open');
    expect(open.holders.map(({ name, standing }) => [name, standing])).toEqual([
      ['Paylane', 'missing'],
      ['Tallymetric', 'working'],
    ]);
    const [paylane] = open.holders;
    expect(Math.abs((paylane?.dueAt?.getTime() ?? 0) - Date.now())).toBeLessThan(15 * 60_000);
  });

  test('ends the step of a holder that confirmed while an earlier one is still waited for', async ({
    connection,
  }) => {
    const { deps, db, id } = await asked(connection);
    await finish(deps, id);
    await answers(deps, 'paylane', erased);
    await answers(deps, 'paylane', remaining(3));
    await answers(deps, 'tallymetric', erased);
    await answers(deps, 'tallymetric', remaining(0));
    await finish(deps, id);
    const steps = await db.select().from(requestStep).where(eq(requestStep.requestId, id));
    const stateOf = (name: string) => {
      const step = steps.find((one) => one.name === name);
      return [step?.state, step?.rowsDone, step?.finishedAt === null];
    };
    expect(stateOf('holder:paylane')).toEqual(['running', 0, true]);
    expect(stateOf('holder:tallymetric')).toEqual(['done', 1, false]);
    expect(await db.$count(erasureReceipt)).toBe(0);
  });

  test('becomes a task for people after a day, and completes by itself when the answers come', async ({
    connection,
  }) => {
    const { deps, db, id, opened, issued } = await asked(connection);
    await finish(deps, id);
    await ageTasks(deps, id, 25 * 3_600_000);
    await db.transaction((tx) => escalate(tx, deps.vault, { requestId: id, now: new Date() }));
    const open = await opened();
    if (open?.state !== 'open') throw new Error('not open');
    expect(open.holders.every(({ needsPersonSince }) => needsPersonSince !== null)).toBe(true);
    expect(await db.$count(auditEvent, eq(auditEvent.action, 'holder.needs_person'))).toBe(2);
    for (const holder of ['paylane', 'tallymetric']) {
      await answers(deps, holder, erased);
      await answers(deps, holder, remaining(0));
    }
    await finish(deps, id);
    expect((await issued()).receipt.holders).toHaveLength(2);
  });

  test('is begun again at a holder that says it erased and then finds something', async ({
    connection,
  }) => {
    const { deps, id, issued } = await asked(connection);
    await finish(deps, id);
    await answers(deps, 'tallymetric', erased);
    await answers(deps, 'tallymetric', remaining(0));
    await answers(deps, 'paylane', erased);
    await answers(deps, 'paylane', remaining(3));
    await finish(deps, id);
    expect(await connection.db.$count(erasureReceipt)).toBe(0);
    await ageTasks(deps, id, 3_600_000);
    const again = await take(deps, 'paylane');
    expect([again.kind, again.person.references.length]).toEqual(['erase', 1]);
    await answer(deps, 'paylane', again, keeping);
    await answers(deps, 'paylane', remaining(0));
    await finish(deps, id);
    expect((await issued()).receipt.holders[0]).toMatchObject({ holder: 'paylane', erased: 2 });
  });

  test('asks nobody to erase while a legal hold stands in the way', async ({ connection }) => {
    const { deps, db, ada, id, issued } = await asked(connection);
    await db
      .update(legalHold)
      .set({
        tableName: 'payment_method',
        rowId: null,
        releasedAt: null,
        endsAt: new Date(now.getTime() + 90 * 86_400_000),
      })
      .where(eq(legalHold.subjectId, ada.subjectId));
    await finish(deps, id);
    expect(await claimAll(deps, 'paylane')).toEqual([]);
    expect(await claimAll(deps, 'tallymetric')).toEqual([]);
    expect((await tasksIn(deps, id)).map(({ availableAt }) => availableAt)).toEqual([
      null,
      null,
      null,
      null,
    ]);
    await db
      .update(legalHold)
      .set({ releasedAt: now })
      .where(eq(legalHold.subjectId, ada.subjectId));
    await finish(deps, id);
    for (const holder of ['paylane', 'tallymetric']) {
      await answers(deps, holder, erased);
      await answers(deps, holder, remaining(0));
    }
    await finish(deps, id);
    expect((await issued()).receipt.holders).toHaveLength(2);
  });

  test('ends what was asked for other requests of the person', async ({ connection }) => {
    const { deps, db, ada, id } = await asked(connection);
    const other = await askAbout(deps, ada.subjectId, { kind: 'rectification' });
    const open = await take(deps, 'paylane');
    await runOnce(deps, id);
    await runOnce(deps, id);
    expect(
      (await tasksIn(deps, other.requestId)).map((row) => [row.payload, row.endedAt === null]),
    ).toEqual([
      [null, false],
      [null, false],
    ]);
    await expect(
      answer(deps, 'paylane', open, {
        outcome: 'done',
        result: { takenAt: '2026-11-23T10:00:00.000Z', data: {} },
      }),
    ).rejects.toThrow('TASK_CLOSED');
    expect(await db.$count(holderTask, eq(holderTask.requestId, id))).toBe(0);
    // What the erasure itself asks is not meant, should it come to this step a second time.
    await finish(deps, id);
    const own = await tasksIn(deps, id);
    expect(own.length).toBe(4);
    const { subjectId } = ada;
    await db.transaction((tx) => endOtherTasks(tx, { requestId: id, subjectId, now }));
    expect(await tasksIn(deps, id)).toEqual(own);
  });

  test('is not done, and has no receipt, while one has not both erased and looked; a question that only ended is no answer', async ({
    connection,
  }) => {
    const { deps, db, id } = await asked(connection);
    const where = { requestId: id, holderId: 'paylane' };
    const state = () =>
      db.transaction(async (tx) => [
        await holderDone(tx, where),
        await holdersForReceipt(tx, id).then(
          () => 'receipt',
          () => 'none',
        ),
      ]);
    await finish(deps, id);
    expect(await state()).toEqual([false, 'none']);
    await answers(deps, 'tallymetric', erased);
    await answers(deps, 'tallymetric', remaining(0));
    await answers(deps, 'paylane', erased);
    expect(await state()).toEqual([false, 'none']);
    const check = and(eq(holderTask.holderId, 'paylane'), eq(holderTask.kind, 'verify_erased'));
    await db.update(holderTask).set({ endedAt: now }).where(check);
    expect(await state()).toEqual([false, 'none']);
    await db.update(holderTask).set({ endedAt: null }).where(check);
    await answers(deps, 'paylane', remaining(0));
    expect(await state()).toEqual([true, 'receipt']);
  });

  test('keeps of its questions that they were asked and answered, and by what nobody', async ({
    connection,
  }) => {
    const { deps, db, ada, id } = await asked(connection);
    await finish(deps, id);
    for (const holder of ['paylane', 'tallymetric']) {
      await answers(deps, holder, erased);
      await answers(deps, holder, remaining(0));
    }
    await finish(deps, id);
    const rows = await db.select().from(holderTask).where(eq(holderTask.subjectId, ada.subjectId));
    expect(rows.length).toBe(5);
    for (const { payload, answer: kept, endedAt } of rows)
      expect([payload, kept, endedAt === null]).toEqual([null, null, false]);
    const steps = await db
      .select({ name: requestStep.name, state: requestStep.state })
      .from(requestStep)
      .where(and(eq(requestStep.requestId, id), eq(requestStep.name, 'holder:paylane')));
    expect(steps).toEqual([{ name: 'holder:paylane', state: 'done' }]);
  });

  test('is confirmed with the names of those it reaches, and of those it does not', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    await connectHolders(deps);
    const ada = await fillPerson(connection.db, deps.vault, { tag: 'ada', now });
    const first = await preview(deps, ada);
    expect(first.holders.map(({ holder, asked: reached }) => [holder, reached])).toEqual([
      ['oregon', false],
      ['frankfurt', false],
      ['northmail', false],
      ['paylane', true],
      ['tallymetric', true],
    ]);
    expect(first.holders.find(({ holder }) => holder === 'tallymetric')?.holds).toEqual([
      'Product events',
    ]);
    await connectHolders(deps, ['northmail']);
    expect((await preview(deps, ada)).planHash).not.toBe(first.planHash);
  });
});
