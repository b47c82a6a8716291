import { and, eq, like, sql } from 'drizzle-orm';
import { describe, expect, vi } from 'vitest';
import type { Db } from '../../../db/connect.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { job } from '../../../db/schema/job.ts';
import { subjectKey } from '../../../db/schema/key.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { notice } from '../../../db/schema/policy.ts';
import { dataSubjectRequest, exportArchive, requestStep } from '../../../db/schema/request.ts';
import type { Deps } from '../../deps.ts';
import { testDeps } from '../../testing/deps.ts';
import { test } from '../../testing/pg.ts';
import {
  ask,
  download,
  insertFilled,
  insertSessions,
  unzip,
  watchedStore,
  work,
} from './testing.ts';

/** Everything that a finished copy leaves behind, counted. */
async function effects(db: Db, { id, reference }: { id: string; reference: string }) {
  const [request] = await db.select().from(dataSubjectRequest).where(eq(dataSubjectRequest.id, id));
  return {
    state: request?.state,
    archives: await db.$count(exportArchive, eq(exportArchive.requestId, id)),
    mails: await db.$count(outboundMail, eq(outboundMail.dedupeKey, `copy_ready:${id}`)),
    letters: await db.$count(
      job,
      and(
        eq(job.kind, 'mail.send'),
        sql`payload->>'mailId' in (select id::text from outbound_mail where template = 'copy_ready')`,
      ),
    ),
    notices: await db.$count(
      notice,
      and(eq(notice.reference, reference), eq(notice.kind, 'copy_ready')),
    ),
    events: await db.$count(
      auditEvent,
      and(eq(auditEvent.reference, reference), eq(auditEvent.action, 'request.copy_ready')),
    ),
    expiries: await db.$count(job, eq(job.dedupeKey, `copy.expire:${id}`)),
  };
}
const once = {
  state: 'completed',
  archives: 1,
  mails: 1,
  letters: 1,
  notices: 1,
  events: 1,
  expiries: 1,
};
const never = {
  state: 'running',
  archives: 0,
  mails: 0,
  letters: 0,
  notices: 0,
  events: 0,
  expiries: 0,
};

/** A store that fails at the given moments of the given attempts. */
function failing(inner: Deps, ...failures: ((attempt: number, bytes: number) => boolean)[]): Deps {
  let attempt = 0;
  const watched = watchedStore(inner.exportStore, (bytes) => {
    if (failures.some((fails) => fails(attempt, bytes))) throw new Error('the disk is full');
  });
  return {
    ...inner,
    exportStore: {
      ...watched,
      create(name) {
        attempt++;
        return watched.create(name);
      },
    },
  };
}

describe('building a copy', () => {
  test('fails half-way twice and ends with exactly one copy, letter, notice and event, and one file', async ({
    connection,
  }) => {
    const deps = failing(
      testDeps(connection),
      (attempt, bytes) => attempt < 3 && bytes > 60_000 * attempt,
    );
    const ada = await insertFilled(deps, 'ada');
    await insertSessions(deps, ada, 6_000);
    const asked = await ask(deps, ada);
    await work(deps);
    expect(await effects(connection.db, asked)).toEqual(never);
    expect(await deps.exportStore.list()).toEqual([]);
    await work(deps);
    expect(await effects(connection.db, asked)).toEqual(never);
    await work(deps);
    expect(await effects(connection.db, asked)).toEqual(once);
    expect(await deps.exportStore.list()).toEqual([`copy-${asked.id}-3`]);
    expect((await unzip(await download(deps, ada, asked.reference))).has('manifest.json')).toBe(
      true,
    );
    const steps = await connection.db
      .select()
      .from(requestStep)
      .where(eq(requestStep.requestId, asked.id))
      .orderBy(requestStep.position);
    expect(steps.map(({ name, state }) => [name, state])).toEqual([
      ['collect', 'done'],
      ['seal', 'done'],
      ['tell', 'done'],
    ]);
    expect(steps[0]?.rowsDone).toBe(steps[0]?.rowsTotal);
    expect(steps[0]?.rowsDone).toBeGreaterThan(6_000);
  });

  test('stops at once when the process is told to stop, even while it waits for a locked table', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada');
    const asked = await ask(deps, ada);
    const stopping = new AbortController();
    await owner.sql.begin(async (locker) => {
      await locker`lock table invoice in access exclusive mode`;
      const working = work(deps, { signal: stopping.signal });
      await vi.waitFor(async () => {
        const [waits] =
          await owner.sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
        expect(waits).toBeDefined();
      }, 10_000);
      stopping.abort();
      await working;
    });
    expect(await effects(connection.db, asked)).toEqual(never);
    expect(await deps.exportStore.list()).toEqual([]);
    await work(deps);
    expect(await effects(connection.db, asked)).toEqual(once);
  });

  test('stops when its request is cancelled under way, and leaves no file and no word of a copy', async ({
    connection,
  }) => {
    const inner = testDeps(connection);
    const deps = {
      ...inner,
      exportStore: watchedStore(inner.exportStore, async () => {
        await connection.db.update(dataSubjectRequest).set({ state: 'cancelled' });
      }),
    };
    const ada = await insertFilled(deps, 'ada');
    const asked = await ask(deps, ada);
    await work(deps);
    expect(await effects(connection.db, asked)).toEqual({ ...never, state: 'cancelled' });
    expect(await deps.exportStore.list()).toEqual([]);
    expect(
      await connection.db.select({ state: job.state }).from(job).where(eq(job.kind, 'copy.build')),
    ).toEqual([{ state: 'done' }]);
  });

  test('ends quietly when the account was erased with its key', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada');
    const asked = await ask(deps, ada);
    const fresh = { ...deps, vault: testDeps(connection).vault };
    await connection.db.delete(subjectKey).where(eq(subjectKey.subjectId, ada.subjectId));
    await work(fresh);
    expect(await effects(connection.db, asked)).toEqual(never);
    expect(await deps.exportStore.list()).toEqual([]);
    expect(
      await connection.db.select({ state: job.state }).from(job).where(eq(job.kind, 'copy.build')),
    ).toEqual([{ state: 'done' }]);
  });

  test('says so once when the last attempt failed, and another copy may be asked for', async ({
    connection,
  }) => {
    const deps = failing(testDeps(connection), () => true);
    const { db } = connection;
    const ada = await insertFilled(deps, 'ada');
    const asked = await ask(deps, ada);
    for (let attempt = 1; attempt <= 8; attempt++) await work(deps);
    expect(await effects(db, asked)).toEqual({ ...never, state: 'failed' });
    expect(await db.$count(outboundMail, like(outboundMail.dedupeKey, 'copy_failed:%'))).toBe(1);
    expect(await db.$count(notice, eq(notice.kind, 'copy_failed'))).toBe(1);
    const failed = eq(auditEvent.action, 'request.copy_failed');
    expect(await db.select().from(auditEvent).where(failed)).toMatchObject([
      {
        subjectId: ada.subjectId,
        outcome: 'failed',
        actorKind: 'system',
        reference: asked.reference,
      },
    ]);
    expect(await deps.exportStore.list()).toEqual([]);
    const steps = await db
      .select({ state: requestStep.state })
      .from(requestStep)
      .where(eq(requestStep.requestId, asked.id))
      .orderBy(requestStep.position);
    expect(steps.map(({ state }) => state)).toEqual(['failed', 'waiting', 'waiting']);
    await ask(deps, ada);
  });

  test('is seen to advance while it is under way', async ({ connection }) => {
    const seen: (number | null)[][] = [];
    const inner = testDeps(connection);
    const deps = {
      ...inner,
      exportStore: watchedStore(inner.exportStore, async () => {
        const [step] = await connection.db
          .select()
          .from(requestStep)
          .where(and(eq(requestStep.position, 0), eq(requestStep.state, 'running')));
        if (step) seen.push([step.rowsDone, step.rowsTotal]);
      }),
    };
    const ada = await insertFilled(deps, 'ada');
    await insertSessions(deps, ada, 30_000);
    await ask(deps, ada, ['usage']);
    await work(deps);
    const done = seen.map(([rows]) => rows ?? 0);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBeGreaterThan(0);
    for (const [rows, total] of seen) expect(rows).toBeLessThanOrEqual(total ?? 0);
  });
});
