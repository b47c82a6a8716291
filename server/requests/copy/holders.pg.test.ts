import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { withSubject } from '../../../db/connect.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { holderTask } from '../../../db/schema/holder-task.ts';
import { job } from '../../../db/schema/job.ts';
import { notice } from '../../../db/schema/policy.ts';
import { dataSubjectRequest, exportArchive, requestStep } from '../../../db/schema/request.ts';
import { canonicalJson, type Json } from '../../crypto/canonical.ts';
import type { Deps } from '../../deps.ts';
import type { AnswerInput } from '../../services/contract/tasks.ts';
import {
  ageTasks,
  answer,
  claimAll,
  connectHolders,
  tasksIn,
} from '../../services/tasks/testing.ts';
import { testDeps } from '../../testing/deps.ts';
import type { FilledPerson } from '../../testing/fill.ts';
import { lettersTo } from '../../testing/letters.ts';
import { test } from '../../testing/pg.ts';
import { readRequest } from '../read.ts';
import { ask, download, insertFilled, unzip, watchedStore, work } from './testing.ts';

const WAIT_MS = 300_000;
const gave = (text: string): AnswerInput['answer'] => ({
  outcome: 'done',
  result: {
    takenAt: '2026-11-23T10:00:00.000Z',
    data: { charges: [{ note: text, amount: 12 }], customer: [] },
  },
});

/** The holder takes its task and answers it. */
async function answers(deps: Deps, id: string, given: AnswerInput['answer']): Promise<void> {
  const [task] = await claimAll(deps, id);
  if (!task) throw new Error(`${id} is asked for nothing`);
  await answer(deps, id, task, given);
}

async function world(deps: Deps) {
  await connectHolders(deps);
  const ada = await insertFilled(deps, 'ada');
  await deps.connection.db.delete(holderTask);
  return ada;
}

const view = (deps: Deps, { subjectId }: FilledPerson, reference: string) =>
  withSubject(deps.connection.db, subjectId, 'read', (tx) =>
    readRequest(tx, deps.vault, { subjectId, reference, now: deps.clock() }),
  );
const standings = async (deps: Deps, person: FilledPerson, reference: string) =>
  Object.fromEntries(
    (await view(deps, person, reference)).holders.map(({ id, standing }) => [id, standing]),
  );
const stateOf = async ({ connection: { db } }: Deps, id: string) =>
  (await db.select().from(dataSubjectRequest).where(eq(dataSubjectRequest.id, id)))[0]?.state;

type Manifest = {
  files: { path: string; rows: number | null }[];
  holders: { id: string; state: string; says: string; file: string | null }[];
  signature: { value: string };
};
async function opened(deps: Deps, person: FilledPerson, reference: string) {
  const files = await unzip(await download(deps, person, reference));
  const text = (path: string) => files.get(path)?.toString() ?? '';
  return { files, text, manifest: JSON.parse(text('manifest.json')) as Manifest };
}

describe('a copy, and other systems that hold data of its person', () => {
  test('waits for all of them without a worker, is woken by the last, and contains what they gave', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await world(deps);
    const { id, reference } = await ask(deps, ada);
    expect(await standings(deps, ada, reference)).toEqual({
      paylane: 'asked',
      tallymetric: 'asked',
      northmail: 'not_connected',
      frankfurt: 'not_connected',
      oregon: 'not_connected',
    });
    await work(deps);
    await answers(deps, 'paylane', gave('a charge of hers'));
    await work(deps);
    expect([await stateOf(deps, id), await deps.exportStore.list()]).toEqual(['running', []]);
    const { steps } = await view(deps, ada, reference);
    expect(steps.map(({ name, state, rowsDone }) => [name, state, rowsDone])).toEqual([
      ['holders', 'running', 1],
      ['collect', 'waiting', 0],
      ['seal', 'waiting', 0],
      ['tell', 'waiting', 0],
    ]);
    const [waiting] = await connection.db.select().from(job).where(eq(job.kind, 'copy.build'));
    expect((waiting?.runAt.getTime() ?? 0) > Date.now()).toBe(true);
    await answers(deps, 'tallymetric', gave('an event of hers'));
    expect(await connection.db.$count(notice, eq(notice.kind, 'copy_late_answer'))).toBe(0);
    const [woken] = await connection.db.select().from(job).where(eq(job.kind, 'copy.build'));
    expect((woken?.runAt.getTime() ?? Number.POSITIVE_INFINITY) <= Date.now()).toBe(true);
    await work(deps);
    expect(await stateOf(deps, id)).toBe('completed');

    const { text, manifest } = await opened(deps, ada, reference);
    expect(JSON.parse(text('holders/paylane.json'))).toEqual(
      (gave('a charge of hers') as { result: unknown }).result,
    );
    expect(manifest.holders.map(({ id: name, state, file }) => [name, state, file])).toEqual([
      ['paylane', 'included', 'holders/paylane.json'],
      ['tallymetric', 'included', 'holders/tallymetric.json'],
      ['oregon', 'not_connected', null],
      ['frankfurt', 'not_connected', null],
      ['northmail', 'not_connected', null],
    ]);
    expect(manifest.files.find(({ path }) => path === 'holders/paylane.json')?.rows).toBe(1);
    const { signature, ...signed } = manifest;
    expect(deps.vault.verify(canonicalJson(signed as unknown as Json), signature.value)).toBe(true);
    expect(text('README.txt')).toContain('See holders/paylane.json.');
    expect(text('README.txt')).toContain('Northmail is not connected to this portal');
    expect(text('index.html')).toContain('an event of hers');
    const rows = await tasksIn(deps, id);
    expect(rows.map(({ answer: kept, usedAt }) => [kept, usedAt !== null])).toEqual([
      [null, true],
      [null, true],
    ]);
  });

  test('is made without one that does not answer in time: named as missing in it, beside it and in the letter', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await world(deps);
    const { id, reference } = await ask(deps, ada);
    await answers(deps, 'tallymetric', gave('an event of hers'));
    await ageTasks(deps, id, WAIT_MS - 5_000);
    await work(deps);
    expect(await stateOf(deps, id)).toBe('running');
    await ageTasks(deps, id, 6_000);
    await work(deps);
    expect(await stateOf(deps, id)).toBe('completed');
    expect(await standings(deps, ada, reference)).toMatchObject({
      paylane: 'missing',
      tallymetric: 'done',
    });
    const { text, files, manifest } = await opened(deps, ada, reference);
    expect(files.has('holders/paylane.json')).toBe(false);
    expect(manifest.holders[0]).toMatchObject({ id: 'paylane', state: 'missing', file: null });
    expect(manifest.holders[0]?.says).toMatch(/^Paylane did not answer by 20\d\d-.* UTC; /);
    expect(text('README.txt')).toContain('Paylane did not answer by');
    expect(text('index.html')).toContain('Paylane did not answer by');
    const ready = (await lettersTo(deps, ada.subjectId)).find(
      ({ template }) => template === 'copy_ready',
    );
    expect(ready?.text).toContain('Not in it is what Paylane holds about you');
    const late = eq(auditEvent.action, 'holder.late');
    expect(await connection.db.$count(auditEvent, late)).toBe(1);
  });

  test('does not lose a late answer: its person is told, and the next copy contains it although nobody answers', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { db } = connection;
    const ada = await world(deps);
    const first = await ask(deps, ada, ['billing']);
    await ageTasks(deps, first.id, WAIT_MS + 1_000);
    await work(deps);
    expect(await stateOf(deps, first.id)).toBe('completed');
    await answers(deps, 'paylane', gave('it came late'));
    const told = eq(notice.kind, 'copy_late_answer');
    expect(await db.$count(notice, told)).toBe(1);
    const [paylane] = (await view(deps, ada, first.reference)).holders;
    expect([paylane?.standing, paylane?.usedAt, paylane?.answeredAt === null]).toEqual([
      'done',
      null,
      false,
    ]);
    const second = await ask(deps, ada, ['billing']);
    await ageTasks(deps, second.id, WAIT_MS + 1_000);
    await work(deps);
    const { text, manifest } = await opened(deps, ada, second.reference);
    expect(manifest.holders[0]).toMatchObject({ id: 'paylane', state: 'earlier_answer' });
    expect(text('holders/paylane.json')).toContain('it came late');
    expect(text('README.txt')).toContain('In its place stands what it gave for an earlier copy');
    expect((await tasksIn(deps, first.id))[0]?.answer).toBeNull();
    const third = await ask(deps, ada, ['billing']);
    await ageTasks(deps, third.id, WAIT_MS + 1_000);
    await work(deps);
    const last = await opened(deps, ada, third.reference);
    expect(last.manifest.holders[0]).toMatchObject({ id: 'paylane', state: 'missing' });
    expect(last.files.has('holders/paylane.json')).toBe(false);
  });

  test('contains no late answer about somebody else, of another system, or in place of a refusal', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await world(deps);
    const bo = await insertFilled(deps, 'bo');
    await connection.db.delete(holderTask);
    const late = async (person: FilledPerson, id: string, text: string) => {
      const { id: requestId } = await ask(deps, person);
      await ageTasks(deps, requestId, WAIT_MS + 1_000);
      await work(deps);
      await answers(deps, id, gave(text));
    };
    await late(bo, 'paylane', 'it is about Bo');
    await late(ada, 'tallymetric', 'an event of hers');
    const missing = await ask(deps, ada, ['billing']);
    await ageTasks(deps, missing.id, WAIT_MS + 1_000);
    await work(deps);
    expect(await stateOf(deps, missing.id)).toBe('completed');
    const without = await opened(deps, ada, missing.reference);
    expect(without.manifest.holders[0]).toMatchObject({ id: 'paylane', state: 'missing' });
    expect(without.files.has('holders/paylane.json')).toBe(false);

    const refusing = await ask(deps, ada, ['analytics']);
    const tasks = await claimAll(deps, 'tallymetric');
    for (const task of tasks.slice(-1))
      await answer(deps, 'tallymetric', task, { outcome: 'refused', reason: 'legal_duty' });
    await work(deps);
    expect(await stateOf(deps, refusing.id)).toBe('completed');
    const refused = await opened(deps, ada, refusing.reference);
    expect(refused.manifest.holders[0]).toMatchObject({ id: 'tallymetric', state: 'refused' });
    expect(refused.files.has('holders/tallymetric.json')).toBe(false);
  });

  test('asks only whom its chapters concern', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await world(deps);
    const { id, reference } = await ask(deps, ada, ['support', 'analytics']);
    expect(await standings(deps, ada, reference)).toEqual({ tallymetric: 'asked' });
    expect((await tasksIn(deps, id)).map(({ holderId }) => holderId)).toEqual(['tallymetric']);
    expect(await claimAll(deps, 'paylane')).toEqual([]);
  });

  test('says of one that refuses that it did, and why, and waits for it no longer', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await world(deps);
    const { id, reference } = await ask(deps, ada, ['billing']);
    await answers(deps, 'paylane', { outcome: 'refused', reason: 'legal_duty' });
    await work(deps);
    expect(await stateOf(deps, id)).toBe('completed');
    const { manifest } = await opened(deps, ada, reference);
    expect(manifest.holders[0]).toMatchObject({ id: 'paylane', state: 'refused' });
    expect(manifest.holders[0]?.says).toContain('it says that a law forbids it');
  });

  test('that fails and starts again contains each answer once, and says nothing twice', async ({
    connection,
  }) => {
    const inner = testDeps(connection);
    let writes = 0;
    const deps = {
      ...inner,
      exportStore: watchedStore(inner.exportStore, () => {
        writes += 1;
        if (writes === 1) throw new Error('the disk is full');
      }),
    };
    const { db } = connection;
    const ada = await world(deps);
    const { id, reference } = await ask(deps, ada);
    await answers(deps, 'paylane', gave('a charge of hers'));
    await ageTasks(deps, id, WAIT_MS + 1_000);
    await work(deps);
    expect(await stateOf(deps, id)).toBe('running');
    expect((await tasksIn(deps, id)).map(({ usedAt }) => usedAt)).toEqual([null, null]);
    await work(deps);
    expect(await stateOf(deps, id)).toBe('completed');
    const { text } = await opened(deps, ada, reference);
    expect(text('index.html').split('a charge of hers')).toHaveLength(2);
    expect(await db.$count(exportArchive, eq(exportArchive.requestId, id))).toBe(1);
    expect(await db.$count(auditEvent, eq(auditEvent.action, 'holder.late'))).toBe(1);
    const [step] = await db
      .select()
      .from(requestStep)
      .where(eq(requestStep.requestId, id))
      .orderBy(requestStep.position);
    expect([step?.name, step?.state, step?.rowsDone]).toEqual(['holders', 'done', 1]);
  });

  test('runs nothing on its page, whatever another system gives', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await world(deps);
    const { reference } = await ask(deps, ada, ['billing']);
    const hostile = `"><script>alert('x')</script><img src=x onerror=alert(1)>`;
    await answers(deps, 'paylane', gave(hostile));
    await work(deps);
    const { text } = await opened(deps, ada, reference);
    expect(text('index.html')).not.toMatch(/<(script|img|link|iframe|object|form)\b/i);
    expect(text('index.html')).toContain('&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;');
    expect(JSON.parse(text('holders/paylane.json')).data.charges[0].note).toBe(hostile);
  });

  test('ends its questions with its own end: an answer after that is refused, and none is kept', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { db } = connection;
    const ada = await world(deps);
    const { id } = await ask(deps, ada, ['billing', 'analytics']);
    await ageTasks(deps, id, WAIT_MS + 1_000);
    await work(deps);
    await answers(deps, 'tallymetric', gave('late'));
    const [task] = await claimAll(deps, 'paylane');
    if (!task) throw new Error('no longer asked');
    await db.update(exportArchive).set({ expiresAt: new Date(0) });
    await work(deps, { kind: 'copy.expire' });
    await expect(answer(deps, 'paylane', task, gave('too late'))).rejects.toThrow('TASK_CLOSED');
    expect((await tasksIn(deps, id)).map((row) => [row.answer, row.payload])).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(await claimAll(deps, 'paylane')).toEqual([]);
  });
});
