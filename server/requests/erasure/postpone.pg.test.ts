import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import type { Connection } from '../../../db/connect.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { enqueue } from '../../jobs/define.ts';
import { fillPerson } from '../../testing/fill.ts';
import { runWaiting } from '../../testing/jobs.ts';
import { lettersTo } from '../../testing/letters.ts';
import { test } from '../../testing/pg.ts';
import { latestStart } from './grace.ts';
import { erasureReminderJob } from './jobs.ts';
import { postponeJob } from './postpone.ts';
import { confirmed, now, runOnce, statusOf, world } from './testing.ts';

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(now.getTime() + days * DAY_MS);

/** A deletion whose grace period is over now, of somebody who got a new factor by a recovery. */
async function waiting(connection: Connection, { closedFor = 7, dueIn = 30 } = {}) {
  const { deps } = world(connection);
  const { db } = connection;
  const ada = await fillPerson(db, deps.vault, { tag: 'ada', now });
  const { id } = await confirmed(deps, ada);
  const request = eq(dataSubjectRequest.id, id);
  await db
    .update(dataSubjectRequest)
    .set({ dueAt: inDays(dueIn) })
    .where(request);
  const renew = () =>
    db
      .update(factorRecovery)
      .set({ restrictedUntil: inDays(closedFor) })
      .where(eq(factorRecovery.subjectId, ada.subjectId));
  const moved = async () => (await db.select().from(dataSubjectRequest).where(request))[0];
  return { deps, ada, id, renew, moved };
}

describe('a deletion that waits', () => {
  test('does not begin in the seven days after lost factors were replaced: its day moves, and its person is told once', async ({
    connection,
  }) => {
    const { deps, ada, id, renew, moved } = await waiting(connection);
    await renew();
    const { subjectId } = ada;
    await connection.db.transaction((tx) =>
      enqueue(tx, postponeJob, { payload: { subjectId }, subjectId, now }),
    );
    await runWaiting(deps, 'erasure.postpone', now);
    expect((await moved())?.executesAt).toEqual(inDays(7));
    // The old day comes, and with it the job that was waiting for it.
    expect(await runOnce(deps, id)).toEqual({ runAt: inDays(7) });
    expect(await statusOf(deps, ada)).toBe('pending_deletion');
    const letters = (await lettersTo(deps, subjectId)).filter(
      ({ template }) => template === 'erasure_postponed',
    );
    expect(letters).toHaveLength(1);
    expect(letters[0]?.text).not.toContain('30 days');
    const event = eq(auditEvent.action, 'request.erasure_postponed');
    expect(await connection.db.$count(auditEvent, event)).toBe(1);
    expect(await runOnce(deps, id, inDays(7))).toBe('again');
    expect(await statusOf(deps, ada)).toBe('erasing');
  });

  test('nor when nothing has moved its day before it came: the start asks by itself', async ({
    connection,
  }) => {
    const { deps, ada, id, renew, moved } = await waiting(connection);
    await renew();
    expect(await runOnce(deps, id)).toEqual({ runAt: inDays(7) });
    expect((await moved())?.executesAt).toEqual(inDays(7));
    expect(await statusOf(deps, ada)).toBe('pending_deletion');
  });

  test('moves no further than the promised 30 days let it, which its letter says', async ({
    connection,
  }) => {
    const { deps, ada, id, renew, moved } = await waiting(connection, { dueIn: 5 });
    await renew();
    const last = latestStart(inDays(5));
    expect(await runOnce(deps, id)).toEqual({ runAt: last });
    expect((await moved())?.executesAt).toEqual(last);
    const letter = (await lettersTo(deps, ada.subjectId)).at(-1);
    expect(letter?.text).toContain('30 days');
    expect(await runOnce(deps, id, last)).toBe('again');
  });

  test('begins on its day where no factor was replaced lately, and is reminded of a day before the day it has', async ({
    connection,
  }) => {
    const { deps, id } = await waiting(connection);
    await connection.db
      .update(dataSubjectRequest)
      .set({ executesAt: inDays(7) })
      .where(eq(dataSubjectRequest.id, id));
    const remind = (at: Date) =>
      connection.db.transaction((tx) =>
        erasureReminderJob.run({
          deps,
          tx,
          now: at,
          attempt: 1,
          signal: new AbortController().signal,
          payload: { requestId: id },
        }),
      );
    expect(await remind(now)).toEqual({ runAt: inDays(6) });
    expect(await remind(inDays(6))).toBe('done');
    expect(await runOnce(deps, id, inDays(7))).toBe('again');
  });
});
