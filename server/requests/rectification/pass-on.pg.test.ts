import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { subjectTableNamed } from '../../../db/data-map/index.ts';
import { account } from '../../../db/schema/account.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { codeAt } from '../../auth/totp.ts';
import type { Deps } from '../../deps.ts';
import { type AnswerInput, correctableFields } from '../../services/contract/tasks.ts';
import { answer, claimAll, connectHolders, tasksIn } from '../../services/tasks/testing.ts';
import { testDeps } from '../../testing/deps.ts';
import { mailedToken } from '../../testing/letters.ts';
import { callerFor, insertCustomer, type Jar, signedInAs } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';

const corrected: AnswerInput['answer'] = { outcome: 'done', result: { records: 1 } };

async function world(deps: Deps) {
  await connectHolders(deps);
  const ada = await insertCustomer(deps);
  return { ...ada, jar: await signedInAs(deps, ada) };
}
const requests = (deps: Deps, jar: Jar) => callerFor(deps, jar).requests;
async function onlyRequest(deps: Deps, jar: Jar) {
  const [request] = await requests(deps, jar).list({});
  if (!request) throw new Error('nothing was passed on');
  return requests(deps, jar).get({ reference: request.reference });
}

describe('a correction of what another system holds too', () => {
  test('is passed on to it, followed by its person, and done when it has answered', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { jar } = await world(deps);
    await callerFor(deps, jar).account.correct({ field: 'displayName', value: 'Ada King' });
    const open = await onlyRequest(deps, jar);
    expect(open).toMatchObject({ kind: 'rectification', state: 'running', field: 'Name' });
    expect(open.holders.map(({ id, standing }) => [id, standing])).toEqual([
      ['paylane', 'asked'],
      ['northmail', 'not_connected'],
    ]);
    expect(open.steps.map(({ name, state }) => [name, state])).toEqual([
      ['corrected', 'done'],
      ['holders', 'waiting'],
    ]);
    const [task] = await claimAll(deps, 'paylane');
    expect(task).toMatchObject({ kind: 'correct', field: 'displayName', value: 'Ada King' });
    if (!task) return;
    await answer(deps, 'paylane', task, corrected);
    const done = await onlyRequest(deps, jar);
    expect([done.state, done.endedAt === null]).toEqual(['completed', false]);
    expect(done.holders[0]).toMatchObject({ standing: 'done', records: 1 });
    expect(done.steps.map(({ state }) => state)).toEqual(['done', 'done']);
  });

  test('is done when the last of several systems has answered', async ({ connection }) => {
    const deps = testDeps(connection);
    const { jar } = await world(deps);
    await connectHolders(deps, ['northmail']);
    await callerFor(deps, jar).account.correct({ field: 'displayName', value: 'Ada King' });
    const ends: string[] = [];
    for (const id of ['northmail', 'paylane']) {
      const [task] = await claimAll(deps, id);
      if (!task) throw new Error(`${id} is asked for nothing`);
      await answer(deps, id, task, corrected);
      ends.push((await onlyRequest(deps, jar)).state);
    }
    expect(ends).toEqual(['running', 'completed']);
  });

  test('is not passed on where nobody else holds the field, nothing changed, or nobody is connected', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { jar } = await world(deps);
    const { account: own } = callerFor(deps, jar);
    await own.correct({ field: 'phone', value: '030 12345' });
    await own.correct({ field: 'theme', value: 'dark' });
    await own.correct({ field: 'country', value: 'DE' });
    await connection.sql`update holder set service_id = null`;
    await own.correct({ field: 'country', value: 'AT' });
    expect(await requests(deps, jar).list({})).toEqual([]);
    expect(await claimAll(deps, 'paylane')).toEqual([]);
  });

  test('made twice leaves two requests, and the holder is never given the older value', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { jar, subjectId } = await world(deps);
    const { account: own } = callerFor(deps, jar);
    await own.correct({ field: 'country', value: 'AT' });
    await own.correct({ field: 'country', value: 'IS' });
    const tasks = await claimAll(deps, 'paylane');
    expect(tasks.map((task) => task.kind === 'correct' && task.value)).toEqual(['IS', 'IS']);
    for (const task of tasks) await answer(deps, 'paylane', task, corrected);
    const ended = await connection.db
      .select({ state: dataSubjectRequest.state })
      .from(dataSubjectRequest)
      .where(eq(dataSubjectRequest.subjectId, subjectId));
    expect(ended).toEqual([{ state: 'completed' }, { state: 'completed' }]);
  });

  test('of the address is passed on when it is in force, and when it is taken back', async ({
    connection,
  }) => {
    const start = new Date(Math.floor(Date.now() / 30_000) * 30_000);
    const at = (seconds: number) => new Date(start.getTime() + seconds * 1_000);
    const deps = testDeps(connection);
    await connectHolders(deps);
    const ada = await insertCustomer(deps);
    const jar = await signedInAs(deps, ada, { now: at(0) });
    const own = (seconds: number) => callerFor(deps, jar, { now: at(seconds) });
    await own(1).account.askEmailChange({ email: 'new@example.test' });
    expect(await connection.db.$count(dataSubjectRequest)).toBe(0);
    await own(60).auth.stepUp({ code: codeAt(ada.totpSecret, at(60)), act: 'email_commit' });
    const token = await mailedToken(deps, ada.subjectId, 'email_change_confirm');
    await own(60).account.confirmEmailChange({ token });
    // What was asked for at a later moment by our clock is there at once.
    await connection.sql`update holder_task set available_at = date_trunc('milliseconds', now())`;
    const [task] = await claimAll(deps, 'paylane');
    expect(task).toMatchObject({ kind: 'correct', field: 'email', value: 'new@example.test' });
    const undo = await mailedToken(deps, ada.subjectId, 'email_changed');
    await own(120).account.undoEmailChange({ token: undo });
    await connection.sql`update holder_task set available_at = date_trunc('milliseconds', now())`;
    const [back] = await claimAll(deps, 'paylane');
    expect(back).toMatchObject({ kind: 'correct', field: 'email', value: ada.email });
  });

  test('that a holder refuses is done, and says that it did', async ({ connection }) => {
    const deps = testDeps(connection);
    const { jar, subjectId } = await world(deps);
    await callerFor(deps, jar).account.correct({ field: 'country', value: 'AT' });
    const [task] = await claimAll(deps, 'paylane');
    if (!task) throw new Error('nothing was passed on');
    await answer(deps, 'paylane', task, { outcome: 'refused', reason: 'unknown_field' });
    const done = await onlyRequest(deps, jar);
    expect([done.state, done.holders[0]?.standing, done.holders[0]?.reason]).toEqual([
      'completed',
      'refused',
      'unknown_field',
    ]);
    const [person] = await connection.db
      .select()
      .from(account)
      .where(eq(account.subjectId, subjectId));
    expect(person?.country).toBe('AT');
    const [request] = await connection.db.select().from(dataSubjectRequest);
    expect((await tasksIn(deps, request?.id ?? ''))[0]?.payload).toBeNull();
  });

  test('can be passed on for every field of the account that another system receives', () => {
    const { columns } = subjectTableNamed('account');
    const received = columns.filter(({ recipients }) => recipients.length > 0);
    expect(received.map(({ key }) => key).sort()).toEqual([...correctableFields].sort());
  });
});
