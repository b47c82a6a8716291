import { and, eq } from 'drizzle-orm';
import { describe, expect, onTestFinished } from 'vitest';
import { account } from '../../../db/schema/account.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { paymentMethod } from '../../../db/schema/billing.ts';
import { holderTask } from '../../../db/schema/holder-task.ts';
import { subjectKey } from '../../../db/schema/key.ts';
import { disclosure, service } from '../../../db/schema/service.ts';
import { draining } from '../../health.ts';
import { databaseNow } from '../../jobs/attempts.ts';
import { testDeps } from '../../testing/deps.ts';
import { fillPerson } from '../../testing/fill.ts';
import { insertCustomer } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { askHolders, releaseTasks } from './ask.ts';
import { claimable, claimTasks, LEASE_MS } from './claim.ts';
import {
  ageTasks,
  answer,
  askAbout,
  BUDGET,
  claimAll,
  connectHolders,
  directClient,
  nothingHeld,
  tasksIn,
} from './testing.ts';

describe('handing out tasks', () => {
  test('gives each holder its own and nobody else’s, with what it needs to find the person', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    await connectHolders(deps);
    const ada = await fillPerson(connection.db, deps.vault, { tag: 'ada', now: deps.clock() });
    const { requestId } = await askAbout(deps, ada.subjectId, { kind: 'rectification' });
    await connection.db
      .insert(service)
      .values({ id: 'billing', name: 'Billing', about: 'Bills.', createdAt: deps.clock() });
    expect(await claimAll(deps, 'billing')).toEqual([]);
    expect(await claimAll(deps, 'northmail')).toEqual([]);
    // Also of those that it would only be counted for, and of those that it names itself.
    const { db } = connection;
    const [hers, ids] = [await tasksIn(deps, requestId), [] as string[]];
    for (const serviceId of ['paylane', 'tallymetric']) {
      const [mine, ...more] = await claimable(db, { serviceId, limit: 20 });
      expect(more).toEqual([]);
      expect(mine?.id).toBe(hers.find(({ holderId }) => holderId === serviceId)?.id);
      ids.push(mine?.id ?? '');
    }
    await db
      .transaction(async (tx) => {
        const asking = { requestId: 'test', now: await databaseNow(tx), ids };
        const taken = await claimTasks(tx, deps.vault, {
          ...asking,
          actor: { kind: 'service', id: 'tallymetric' },
        });
        expect(taken.map(({ id }) => id)).toEqual([ids[1]]);
        tx.rollback();
      })
      .catch((cause: unknown) => expect(String(cause)).toContain('Rollback'));
    const given = [await claimAll(deps, 'paylane'), await claimAll(deps, 'tallymetric')];
    const [card] = await connection.db
      .select()
      .from(paymentMethod)
      .where(eq(paymentMethod.subjectId, ada.subjectId));
    expect(
      given.map((tasks) => tasks.map(({ kind, claim, person }) => [kind, claim, person])),
    ).toEqual([
      [['export', 1, { account: ada.subjectId, references: [card?.processorReference] }]],
      [['export', 1, { account: ada.subjectId, references: [] }]],
    ]);
    expect(
      (await tasksIn(deps, requestId)).map(({ holderId, state }) => [holderId, state]),
    ).toEqual([
      ['paylane', 'claimed'],
      ['tallymetric', 'claimed'],
    ]);
  });

  test('leaves a disclosure of every column that left and an event its person can read, or nothing at all', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { db } = connection;
    await connectHolders(deps);
    const ada = await fillPerson(db, deps.vault, { tag: 'ada', now: deps.clock() });
    const { requestId } = await askAbout(deps, ada.subjectId, {
      kind: 'rectification',
      kinds: ['correct'],
      holders: ['paylane'],
      detail: { field: 'email' },
    });
    const left = () =>
      db
        .select()
        .from(disclosure)
        .where(and(eq(disclosure.subjectId, ada.subjectId), eq(disclosure.recipient, 'paylane')));
    const actor = { kind: 'service', id: 'paylane' } as const;
    const undone = db.transaction(async (tx) => {
      const now = await databaseNow(tx);
      const ids = (await tasksIn(deps, requestId)).map(({ id }) => id);
      const taken = await claimTasks(tx, deps.vault, { actor, ids, requestId: 'test', now });
      expect(taken).toHaveLength(1);
      tx.rollback();
    });
    await expect(undone).rejects.toThrow('Rollback');
    expect(await left()).toEqual([]);
    const [task] = await claimAll(deps, 'paylane');
    expect(task).toMatchObject({ kind: 'correct', field: 'email', value: ada.email });
    expect(
      (await left()).map(({ tableName, columnNames, purpose }) => [
        tableName,
        columnNames,
        purpose,
      ]),
    ).toEqual([
      ['account', ['subject_id', 'email'], 'privacy_rights'],
      ['payment_method', ['processor_reference'], 'privacy_rights'],
    ]);
    const [event] = await db
      .select()
      .from(auditEvent)
      .where(eq(auditEvent.action, 'holder.task_claimed'));
    expect(event).toMatchObject({
      subjectId: ada.subjectId,
      actorKind: 'service',
      actorId: 'paylane',
      purpose: 'privacy_rights',
      outcome: 'done',
      sections: ['account', 'billing'],
    });
  });

  test('passes on a field as it is when it is taken, never as it was when it was asked', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    await connectHolders(deps);
    const { subjectId } = await insertCustomer(deps);
    const ask = () =>
      askAbout(deps, subjectId, {
        kind: 'rectification',
        kinds: ['correct'],
        holders: ['paylane'],
        detail: { field: 'country' },
      });
    await ask();
    await connection.db
      .update(account)
      .set({ country: 'IS' })
      .where(eq(account.subjectId, subjectId));
    await ask();
    const tasks = await claimAll(deps, 'paylane');
    expect(tasks.map((task) => task.kind === 'correct' && task.value)).toEqual(['IS', 'IS']);
  });

  test('never gives one task to two within its lease, however many ask at once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    await connectHolders(deps);
    const { subjectId } = await insertCustomer(deps);
    for (let index = 0; index < 30; index += 1)
      await askAbout(deps, subjectId, { kind: 'rectification', holders: ['paylane'] });
    const taken = await Promise.all(Array.from({ length: 20 }, () => claimAll(deps, 'paylane', 4)));
    const ids = taken.flat().map(({ id }) => id);
    expect(ids.length).toBe(30);
    expect(new Set(ids).size).toBe(30);
    expect(await connection.db.$count(disclosure, eq(disclosure.recipient, 'paylane'))).toBe(30);
    expect(await claimAll(deps, 'paylane')).toEqual([]);
  });

  test('gives a task again when its lease is over, and not before', async ({ connection }) => {
    const deps = testDeps(connection);
    await connectHolders(deps);
    const { subjectId } = await insertCustomer(deps);
    const { requestId } = await askAbout(deps, subjectId, { holders: ['paylane'] });
    const [first] = await claimAll(deps, 'paylane');
    await ageTasks(deps, requestId, LEASE_MS - 5_000);
    expect(await claimAll(deps, 'paylane')).toEqual([]);
    await ageTasks(deps, requestId, 6_000);
    const [second] = await claimAll(deps, 'paylane');
    expect([second?.id, second?.claim]).toEqual([first?.id, 2]);
    expect(await claimAll(deps, 'paylane')).toEqual([]);
  });

  test('comes to a holder that waits as soon as somebody asks', async ({ connection }) => {
    const deps = testDeps(connection);
    await connectHolders(deps);
    const { subjectId } = await insertCustomer(deps);
    const waiting = directClient(deps, 'paylane').tasks.claim({ limit: 5, waitSeconds: 20 });
    const { requestId } = await askAbout(deps, subjectId, { holders: ['paylane'] });
    const { tasks } = await waiting;
    expect(tasks.map(({ id }) => id)).toEqual((await tasksIn(deps, requestId)).map(({ id }) => id));
  });

  test('tells nothing of somebody whose key is gone, and asks about them no more', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { db } = connection;
    await connectHolders(deps);
    const { subjectId } = await insertCustomer(deps);
    const { requestId } = await askAbout(deps, subjectId, { holders: ['paylane'] });
    await db.delete(subjectKey).where(eq(subjectKey.subjectId, subjectId));
    const fresh = { ...deps, vault: testDeps(connection).vault };
    expect(await claimAll(fresh, 'paylane')).toEqual([]);
    expect(await db.$count(disclosure, eq(disclosure.subjectId, subjectId))).toBe(0);
    const [task] = await tasksIn(deps, requestId);
    expect([task?.lastError, task?.endedAt === null]).toEqual(['KEY_GONE', false]);
    expect(await claimable(db, { serviceId: 'paylane', limit: 20 })).toEqual([]);
    expect(await db.$count(holderTask)).toBe(1);
  });

  test('stops at as many people as the holder may be told of in a day, and hands nothing out beyond', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { db } = connection;
    await connectHolders(deps);
    for (let index = 0; index < BUDGET + 1; index += 1) {
      const { subjectId } = await insertCustomer(deps);
      await askAbout(deps, subjectId, { kind: 'rectification', holders: ['paylane'] });
    }
    let taken = 0;
    for (let time = 0; time < BUDGET / 20; time += 1)
      taken += (await claimAll(deps, 'paylane')).length;
    expect(taken).toBe(BUDGET);
    await expect(claimAll(deps, 'paylane')).rejects.toMatchObject({ code: 'SUBJECT_BUDGET_SPENT' });
    expect(await db.$count(holderTask, eq(holderTask.state, 'waiting'))).toBe(1);
    expect(await db.$count(disclosure, eq(disclosure.recipient, 'paylane'))).toBe(BUDGET);
  });

  test.for(['nobody listens any more', 'the process is told to stop'] as const)(
    'ends its waiting at once when %s',
    async (why, { connection }) => {
      const deps = testDeps(connection);
      await connectHolders(deps);
      onTestFinished(() => {
        draining.now = false;
      });
      const listening = new AbortController();
      const started = performance.now();
      const waiting = directClient(deps, 'paylane').tasks.claim(
        { limit: 5, waitSeconds: 20 },
        { signal: listening.signal },
      );
      if (why === 'nobody listens any more') listening.abort();
      else draining.now = true;
      expect(await waiting).toEqual({ tasks: [] });
      expect(performance.now() - started).toBeLessThan(10_000);
    },
  );

  test('is asked for once, however often, and what is over stays over when the rest is let go', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { db } = connection;
    await connectHolders(deps);
    const { subjectId } = await insertCustomer(deps);
    const { requestId } = await askAbout(deps, subjectId, { holders: ['paylane'] });
    const now = deps.clock();
    const again = {
      requestId,
      subjectId,
      kinds: ['export'] as const,
      holders: [{ id: 'paylane', connected: true }],
      dueAt: now,
      now,
    };
    await db.transaction((tx) => askHolders(tx, deps.vault, again));
    const [task, ...others] = await claimAll(deps, 'paylane');
    if (!task) throw new Error('not asked');
    expect([others, (await tasksIn(deps, requestId)).length]).toEqual([[], 1]);
    await answer(deps, 'paylane', task, nothingHeld);
    const before = await tasksIn(deps, requestId);
    await db.transaction((tx) =>
      releaseTasks(tx, { requestId, kind: 'export', now, dueAt: new Date(0) }),
    );
    expect(await tasksIn(deps, requestId)).toEqual(before);
  });
});
