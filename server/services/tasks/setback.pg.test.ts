import { describe, expect } from 'vitest';
import type { TaskKind } from '../../../db/schema/holder-task.ts';
import type { Deps } from '../../deps.ts';
import { testDeps } from '../../testing/deps.ts';
import { insertCustomer } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import type { AnswerInput, HandedTask } from '../contract/tasks.ts';
import { holdersAwaited, viewHolders } from './read.ts';
import { ageTasks, answer, askAbout, claimAll, connectHolders, nothingHeld } from './testing.ts';

const erasing = ['erase', 'verify_erased'] as const;
const erased: AnswerInput['answer'] = { outcome: 'done', result: { records: 4, kept: null } };
const remaining = (count: number): AnswerInput['answer'] => ({
  outcome: 'done',
  result: { remaining: count },
});

/** A question to Paylane alone, and what is said of it afterwards. */
async function asked(deps: Deps, kinds: readonly [TaskKind, ...TaskKind[]] = ['export']) {
  await connectHolders(deps);
  const { subjectId } = await insertCustomer(deps);
  const { requestId } = await askAbout(deps, subjectId, { kinds, holders: ['paylane'] });
  const { db } = deps.connection;
  const view = async () => {
    const [paylane] = await db.transaction((tx) =>
      viewHolders(tx, { requestId, concerned: [], planned: false }),
    );
    if (!paylane) throw new Error('not asked');
    return paylane;
  };
  const take = async (): Promise<HandedTask> => {
    const [task] = await claimAll(deps, 'paylane');
    if (!task) throw new Error('nothing to take');
    return task;
  };
  const again = () => ageTasks(deps, requestId, 3_600_000);
  const awaited = () => db.transaction((tx) => holdersAwaited(tx, [requestId]));
  return { requestId, view, take, again, awaited };
}

describe('an answer that settled nothing', () => {
  test('is said with its reason and its moment, and when the holder is asked again, until one counts', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { requestId, view, take, again, awaited } = await asked(deps);
    const nonsense = { outcome: 'done', result: { records: 'many' } } as AnswerInput['answer'];
    await answer(deps, 'paylane', await take(), nonsense).catch(() => {});
    const refused = await view();
    expect(refused.setback).toMatchObject({ code: 'ANSWER_REFUSED', remaining: null });
    expect(Math.abs(Date.now() - (refused.setback?.at.getTime() ?? 0))).toBeLessThan(60_000);
    expect(refused).toMatchObject({ open: true, attempts: 1, answeredAt: null, outUntil: null });
    expect(refused.nextAt?.getTime()).toBeGreaterThan(refused.setback?.at.getTime() ?? 0);
    expect((await awaited()).get(requestId)).toMatchObject([
      { name: 'Paylane', setback: { code: 'ANSWER_REFUSED' } },
    ]);
    await again();
    const task = await take();
    expect((await view()).outUntil?.getTime()).toBeGreaterThan(Date.now());
    await answer(deps, 'paylane', task, nothingHeld);
    expect(await view()).toMatchObject({ standing: 'done', setback: null, open: false });
    expect((await awaited()).get(requestId)).toEqual([]);
  });

  test.for([
    ['port_failed', { answer: { outcome: 'failed', code: 'port_failed' } }],
    ['TASK_WRONG_SUBJECT', { account: '018f0000-0000-7000-8000-000000000000' }],
    ['TASK_LEASE_OVER', { claim: 7 }],
  ] as const)('is told apart by its code (%s)', async ([code, differs], { connection }) => {
    const deps = testDeps(connection);
    const { view, take } = await asked(deps);
    await answer(deps, 'paylane', await take(), nothingHeld, differs).catch(() => {});
    expect(await view()).toMatchObject({ open: true, setback: { code } });
  });

  test('keeps the reason of the answer before, when that comes once more', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { view, take } = await asked(deps);
    const task = await take();
    const nonsense = { outcome: 'done', result: {} } as AnswerInput['answer'];
    for (const _time of [1, 2]) await answer(deps, 'paylane', task, nonsense).catch(() => {});
    expect((await view()).setback?.code).toBe('ANSWER_REFUSED');
  });

  test('says of an erasure that was none how much its own check found, and nothing of what it claimed', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { view, take, again } = await asked(deps, erasing);
    await answer(deps, 'paylane', await take(), erased);
    await answer(deps, 'paylane', await take(), remaining(3));
    expect(await view()).toMatchObject({
      setback: { code: 'STILL_THERE', remaining: 3 },
      records: null,
      kept: null,
      hash: null,
      verified: null,
      open: true,
    });
    await again();
    await answer(deps, 'paylane', await take(), erased);
    expect((await view()).setback).toMatchObject({ code: 'STILL_THERE', remaining: 3 });
    await answer(deps, 'paylane', await take(), remaining(0));
    expect(await view()).toMatchObject({ setback: null, records: 4, standing: 'done' });
  });

  test('is not a refusal by the holder, which has a reason of its own', async ({ connection }) => {
    const deps = testDeps(connection);
    const { view, take, awaited, requestId } = await asked(deps, erasing);
    await answer(deps, 'paylane', await take(), { outcome: 'refused', reason: 'legal_duty' });
    expect(await view()).toMatchObject({
      standing: 'refused',
      reason: 'legal_duty',
      setback: null,
    });
    expect((await awaited()).get(requestId)).toHaveLength(1);
  });
});
