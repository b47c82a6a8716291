import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import type { Connection } from '../../../db/connect.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import type { Deps } from '../../deps.ts';
import { confirmed, finish, now, world } from '../../requests/erasure/testing.ts';
import { newReference } from '../../requests/reference.ts';
import type { AnswerInput } from '../../services/contract/tasks.ts';
import { answer, claimAll, connectHolders } from '../../services/tasks/testing.ts';
import { fillPerson } from '../../testing/fill.ts';
import { atTheDesk, callerFor, insertStaff } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';

const erased: AnswerInput['answer'] = { outcome: 'done', result: { records: 4, kept: null } };
const remaining = (count: number): AnswerInput['answer'] => ({
  outcome: 'done',
  result: { remaining: count },
});
const nonsense = { outcome: 'done', result: { left: 'none' } } as AnswerInput['answer'];

async function answers(deps: Deps, id: string, given: AnswerInput['answer']): Promise<void> {
  const [task] = await claimAll(deps, id);
  if (!task) throw new Error(`${id} is asked for nothing`);
  await answer(deps, id, task, given).catch(() => {});
}

/** A confirmed deletion, and the officer who looks at it. */
async function watched(connection: Connection) {
  const { deps } = world(connection);
  await connectHolders(deps);
  const ada = await fillPerson(connection.db, deps.vault, { tag: 'ada-lindqvist', now });
  const { id } = await confirmed(deps, ada);
  const reference = newReference();
  await connection.db
    .update(dataSubjectRequest)
    .set({ reference })
    .where(eq(dataSubjectRequest.id, id));
  const officer = await insertStaff(deps, { role: 'officer', label: 'Privacy officer P-31' });
  const desk = callerFor(deps, await atTheDesk(deps, officer, { now }), {
    now,
    surface: 'console',
  }).oversight;
  const queued = async () => {
    const page = await desk.queue({ kind: 'erasure', state: 'all', overdue: false });
    const row = page.requests.find((one) => one.reference === reference);
    if (!row) throw new Error('not in the queue');
    return row;
  };
  return { deps, id, queued, detail: () => desk.request({ reference }) };
}

describe('a request as the officer sees it', () => {
  test('says by name whose answer was refused and whose own check contradicts it, in the queue and on its page', async ({
    connection,
  }) => {
    const { deps, id, queued, detail } = await watched(connection);
    await finish(deps, id);
    expect((await queued()).awaits.map(({ name, setback }) => [name, setback])).toEqual([
      ['Paylane', null],
      ['Tallymetric', null],
    ]);
    await answers(deps, 'paylane', erased);
    await answers(deps, 'paylane', remaining(3));
    await answers(deps, 'tallymetric', nonsense);
    expect((await queued()).step).toEqual({ kind: 'holder', of: 'Paylane' });
    expect((await queued()).awaits).toMatchObject([
      { name: 'Paylane', setback: { code: 'STILL_THERE', remaining: 3 } },
      { name: 'Tallymetric', setback: { code: 'ANSWER_REFUSED' } },
    ]);
    const { holders, events } = await detail();
    expect(holders.map(({ name, setback, open }) => [name, setback?.code, open])).toEqual(
      expect.arrayContaining([
        ['Paylane', 'STILL_THERE', true],
        ['Tallymetric', 'ANSWER_REFUSED', true],
      ]),
    );
    const said = events
      .filter(({ holder }) => holder !== null)
      .map(({ actor, action, outcome, holder }) => [actor, action, outcome, holder?.code]);
    expect(said).toContainEqual(['Paylane', 'holder.task_answered', 'failed', 'STILL_THERE']);
    expect(said).toContainEqual([
      'Tallymetric',
      'holder.answer_refused',
      'refused',
      'ANSWER_REFUSED',
    ]);
  });

  test('names every step by what it works on, of one that confirmed that it is done, and goes on to be readable when the account is gone', async ({
    connection,
  }) => {
    const { deps, id, queued, detail } = await watched(connection);
    await finish(deps, id);
    await answers(deps, 'tallymetric', erased);
    await answers(deps, 'tallymetric', remaining(0));
    await finish(deps, id);
    const open = await detail();
    const named = (name: string) => open.steps.find((step) => step.name === name);
    expect(named('delete:gpuSession')).toMatchObject({ kind: 'delete', of: 'GPU sessions' });
    expect(named('holder:paylane')).toMatchObject({ of: 'Paylane', holderId: 'paylane' });
    expect(named('holder:tallymetric')).toMatchObject({ of: 'Tallymetric', state: 'done' });
    expect(
      open.steps.filter(({ name, of }) => name.includes(':') && of === null),
      'steps without words',
    ).toEqual([]);
    await answers(deps, 'paylane', erased);
    await answers(deps, 'paylane', remaining(0));
    await finish(deps, id);
    expect(await queued()).toMatchObject({ step: null, awaits: [], state: 'completed' });
    const gone = await detail();
    expect(gone.customer).toBeNull();
    expect(gone.holders.filter(({ verified }) => verified !== null)).toHaveLength(2);
    const answered = gone.events.find(({ action }) => action === 'holder.task_answered');
    expect(answered?.holder?.name).toMatch(/^(Paylane|Tallymetric)$/);
    // What officers wrote of a hold is theirs to read; the rest says nothing of the person.
    expect(JSON.stringify({ ...gone, holds: [] })).not.toContain('lindqvist');
  });

  test('of a deletion that has not begun shows the work there will be, and waits for nobody yet', async ({
    connection,
  }) => {
    const { queued, detail } = await watched(connection);
    const { steps, planHash, holders } = await detail();
    expect(planHash).toMatch(/^[0-9a-f]{64}$/);
    expect(steps.every(({ state, startedAt }) => state === 'waiting' && startedAt === null)).toBe(
      true,
    );
    expect(steps.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['lock', 'delete', 'keep', 'holder', 'verify', 'key', 'receipt']),
    );
    expect(steps.filter(({ kind }) => kind === 'holder').map(({ of }) => of)).toEqual([
      'Paylane',
      'Tallymetric',
    ]);
    expect(holders.some(({ standing }) => standing === 'planned')).toBe(true);
    expect(await queued()).toMatchObject({ step: null, awaits: [] });
  });
});
