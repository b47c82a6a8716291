import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../../db/schema/audit.ts';
import { job } from '../../../db/schema/job.ts';
import type { Deps } from '../../deps.ts';
import type { JobDefinition } from '../../jobs/define.ts';
import { runNext } from '../../jobs/runner.ts';
import { testDeps } from '../../testing/deps.ts';
import { insertCustomer } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import {
  ageTasks,
  answer,
  askAbout,
  claimAll,
  connectHolders,
  nothingHeld,
  tasksIn,
} from './testing.ts';
import { ESCALATE_MS, watchTasksJob } from './watch.ts';

const jobs = new Map([[watchTasksJob.kind, watchTasksJob as unknown as JobDefinition]]);

/** Lets the watch look now; when it will look next, or null when it is over. */
async function look({ ...deps }: Deps): Promise<Date | null> {
  const { db } = deps.connection;
  const ready = and(eq(job.kind, watchTasksJob.kind), eq(job.state, 'ready'));
  await db
    .update(job)
    .set({ runAt: new Date(0) })
    .where(ready);
  await runNext(deps, jobs, [...jobs.keys()], new AbortController().signal);
  const [next] = await db.select().from(job).where(ready);
  return next?.runAt ?? null;
}

describe('a holder that does not answer', () => {
  test('is noticed when it was due, once, and is still asked', async ({ connection }) => {
    const deps = testDeps(connection);
    await connectHolders(deps);
    const { subjectId } = await insertCustomer(deps);
    const { requestId } = await askAbout(deps, subjectId);
    const states = async () => (await tasksIn(deps, requestId)).map(({ state }) => state);
    const [answered] = await claimAll(deps, 'tallymetric');
    if (!answered) throw new Error('not handed out');
    await answer(deps, 'tallymetric', answered, nothingHeld);
    const [watching] = await connection.db.select().from(job);
    expect(watching).toMatchObject({ kind: watchTasksJob.kind, state: 'ready' });
    expect(watching?.runAt).toEqual((await tasksIn(deps, requestId))[0]?.dueAt);
    const next = await look(deps);
    expect(await states()).toEqual(['waiting', 'acknowledged']);
    expect(next).toEqual((await tasksIn(deps, requestId))[0]?.dueAt);
    await ageTasks(deps, requestId, 3_600_000);
    await look(deps);
    await look(deps);
    expect(await states()).toEqual(['missing', 'acknowledged']);
    const late = and(eq(auditEvent.subjectId, subjectId), eq(auditEvent.action, 'holder.late'));
    expect(await connection.db.$count(auditEvent, late)).toBe(1);
    // It stays late until it has answered, whatever it does in between.
    const [task] = await claimAll(deps, 'paylane');
    if (!task) throw new Error('no longer asked');
    expect((await states())[0]).toBe('missing');
    await answer(deps, 'paylane', task, { outcome: 'failed', code: 'unavailable' });
    expect((await states())[0]).toBe('missing');
    await look(deps);
    expect(await connection.db.$count(auditEvent, late)).toBe(1);
  });

  test('needs a person after a day, once, and is over by itself when it answers', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    await connectHolders(deps);
    const { subjectId } = await insertCustomer(deps);
    const { requestId } = await askAbout(deps, subjectId, { holders: ['paylane'] });
    const needed = and(
      eq(auditEvent.subjectId, subjectId),
      eq(auditEvent.action, 'holder.needs_person'),
    );
    await ageTasks(deps, requestId, ESCALATE_MS - 60_000);
    expect(await look(deps)).not.toBeNull();
    expect(await connection.db.$count(auditEvent, needed)).toBe(0);
    await ageTasks(deps, requestId, 61_000);
    await look(deps);
    expect(await look(deps)).toBeNull();
    expect(await connection.db.$count(auditEvent, needed)).toBe(1);
    const [stuck] = await tasksIn(deps, requestId);
    expect([stuck?.state, stuck?.escalatedAt === null]).toEqual(['missing', false]);
    const [task] = await claimAll(deps, 'paylane');
    if (!task) throw new Error('no longer asked');
    await answer(deps, 'paylane', task, nothingHeld);
    expect((await tasksIn(deps, requestId))[0]?.state).toBe('acknowledged');
  });
});
