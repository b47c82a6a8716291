import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../../db/schema/audit.ts';
import { job } from '../../../db/schema/job.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { NO_SUBJECT } from '../../actor.ts';
import { later, MINUTE, start as now } from '../../auth/testing.ts';
import { newId } from '../../crypto/token.ts';
import type { Deps } from '../../deps.ts';
import { PARKED_AFTER } from '../../jobs/back-off.ts';
import { newReference } from '../../requests/reference.ts';
import { testDeps } from '../../testing/deps.ts';
import {
  atTheDesk,
  callerFor,
  insertCustomer,
  insertStaff,
  signedInAs,
} from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { refusal, refused } from '../../testing/refused.ts';
import { DAY_MS, holdOnMessages, logOf, oversightWorld } from '../testing.ts';

const all = { kind: 'all', state: 'all', overdue: false } as const;
const open = { ...all, state: 'open' } as const;

/** A request that was received so many days ago and is due so many days from now. */
async function insertRequest(
  { connection: { db } }: Deps,
  subjectId: string,
  change: Partial<typeof dataSubjectRequest.$inferInsert> & { ago?: number; left?: number } = {},
) {
  const { ago = 10, left = 20, ...rest } = change;
  const row = {
    id: newId(now),
    subjectId,
    reference: newReference(),
    kind: 'rectification' as const,
    state: 'running' as const,
    receivedAt: new Date(now.getTime() - ago * DAY_MS),
    dueAt: new Date(now.getTime() + left * DAY_MS),
    sections: ['account'],
    field: 'displayName',
    ...rest,
  };
  await db.insert(dataSubjectRequest).values(row);
  return row;
}

describe('the queue of requests', () => {
  test('shows every request once, the first to be due first, over pages that others move in', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer } = await oversightWorld(deps, now);
    const rows = [];
    for (let left = 0; left < 120; left++)
      rows.push(await insertRequest(deps, ada.subjectId, { left: Math.floor(left / 3) }));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await asOfficer(now).queue({ ...open, ...(cursor ? { cursor } : {}) });
      expect(page.requests.length).toBeLessThanOrEqual(50);
      seen.push(...page.requests.map(({ reference }) => reference));
      cursor = page.next ?? undefined;
      // What comes before the page at hand moves nothing on the pages behind.
      await insertRequest(deps, ada.subjectId, { left: -30 });
    } while (cursor);
    expect(seen).toHaveLength(120);
    expect(new Set(seen)).toEqual(new Set(rows.map(({ reference }) => reference)));
    expect(await refused(asOfficer(now).queue({ ...open, cursor: 'bm9wZQ' }))).toEqual(
      refusal('INPUT_REFUSED'),
    );
  });

  test('marks as urgent what is overdue or has less than a quarter of its time left, and filters by kind, state and delay', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const late = await insertRequest(deps, ada.subjectId, { ago: 40, left: -10 });
    const soon = await insertRequest(deps, ada.subjectId, { ago: 24, left: 6 });
    const calm = await insertRequest(deps, ada.subjectId, { ago: 20, left: 10 });
    const held = await insertRequest(deps, ada.subjectId, {
      kind: 'erasure',
      state: 'waiting',
      left: 15,
    });
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now));
    await asAdmin(now).answerHold({ id, answer: 'approved' });
    const done = await insertRequest(deps, ada.subjectId, {
      kind: 'portability',
      state: 'completed',
      endedAt: now,
      ago: 40,
      left: -10,
    });
    const { requests, counts } = await asOfficer(now).queue(open);
    expect(
      requests.map(({ reference, urgent, daysLeft, stopped }) => [
        reference,
        urgent,
        daysLeft,
        stopped !== null,
      ]),
    ).toEqual([
      [late.reference, true, -10, false],
      [soon.reference, true, 6, false],
      [calm.reference, false, 10, false],
      [held.reference, false, 15, true],
    ]);
    expect(counts).toEqual({ open: 4, overdue: 1, held: 1 });
    const found = async (filter: object) =>
      (await asOfficer(now).queue({ ...open, ...filter })).requests.map(
        ({ reference }) => reference,
      );
    expect(await found({ overdue: true, state: 'all' })).toEqual([late.reference]);
    expect(await found({ kind: 'erasure' })).toEqual([held.reference]);
    expect(await found({ state: 'completed' })).toEqual([done.reference]);
    expect(await found({ state: 'all' })).toHaveLength(5);
  });

  test('names nobody in full, and each customer on it can see that they were on it: once a session and day', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer } = await oversightWorld(deps, now);
    const bo = await insertCustomer(deps, { name: 'Bo Bergen' });
    await insertRequest(deps, ada.subjectId, { left: 5 });
    await insertRequest(deps, bo.subjectId, {
      kind: 'portability',
      state: 'completed',
      endedAt: now,
    });
    const page = await asOfficer(now).queue(all);
    await asOfficer(now).queue(open);
    expect(page.requests[0]?.customer).toEqual({ email: 'a•••@e•••', country: 'DE' });
    expect(JSON.stringify(page)).not.toMatch(/lovelace|bergen/i);
    for (const { subjectId } of [ada, bo]) {
      const lines = (await logOf(deps, subjectId)).filter(
        ({ action }) => action === 'request.listed',
      );
      expect(lines).toHaveLength(1);
    }
    const tomorrow = new Date(now.getTime() + DAY_MS);
    const officer = await insertStaff(deps, { role: 'officer', label: 'Privacy officer P-33' });
    const desk = await atTheDesk(deps, officer, { now: tomorrow });
    await callerFor(deps, desk, { now: tomorrow, surface: 'console' }).oversight.queue(open);
    expect(await logOf(deps, ada.subjectId)).toHaveLength(2);
    expect(await logOf(deps, bo.subjectId)).toHaveLength(1);
  });

  test('opens a request only with a line in the log of its customer before it', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const { reference } = await insertRequest(deps, ada.subjectId, { ago: 0, left: 30 });
    const detail = await asOfficer(now).request({ reference });
    expect(detail).toMatchObject({
      reference,
      customer: { name: 'A•••', email: 'a•••@e•••' },
      field: 'Name',
      events: [{ action: 'request.examined', actor: 'Privacy officer P-31' }],
    });
    expect(JSON.stringify(detail)).not.toMatch(/lovelace/i);
    await asOfficer(now).request({ reference });
    expect(await logOf(deps, ada.subjectId)).toHaveLength(2);
    expect(await refused(asOfficer(now).request({ reference: 'R-00000000' }))).toEqual(
      refusal('NOT_FOUND'),
    );
    expect((await logOf(deps, NO_SUBJECT))[0]).toMatchObject({
      action: 'request.examined',
      outcome: 'refused',
    });
    await owner.sql`create function no_log() returns trigger language plpgsql as $$ begin raise exception 'the log is full'; end $$`;
    await owner.sql`create trigger no_log before insert on audit_event for each row execute function no_log()`;
    await expect(asOfficer(now).request({ reference })).rejects.toThrow();
    await expect(asOfficer(now).queue(open)).rejects.toThrow();
    await owner.sql`drop trigger no_log on audit_event`;
    for (const act of [() => asAdmin(now).queue(open), () => asAdmin(now).request({ reference })])
      expect(await refused(act())).toEqual(refusal('NOT_ALLOWED'));
    expect(
      await refused(
        callerFor(deps, await signedInAs(deps, ada, { now }), { now }).oversight.queue(open),
      ),
    ).toEqual(refusal('SIGNED_OUT'));
  });

  test('says on what the date rests and which hold stops a deletion', async ({ connection }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now));
    await asAdmin(now).answerHold({ id, answer: 'approved' });
    const february = new Date('2027-01-31T12:00:00.000Z');
    const { reference } = await insertRequest(deps, ada.subjectId, {
      kind: 'erasure',
      receivedAt: february,
    });
    const detail = await asOfficer(now).request({ reference });
    expect(detail.clock).toEqual({ law: 'GDPR Art. 12(3)', period: 'P1M' });
    expect(detail.holds).toMatchObject([{ id, state: 'active', title: 'Support messages' }]);
  });

  test('lets stuck work go on with a fresh code, of that request alone, and says so in the log', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { db } = connection;
    const { ada, asOfficer } = await oversightWorld(deps, now);
    const request = await insertRequest(deps, ada.subjectId);
    const other = await insertRequest(deps, ada.subjectId);
    const insertJob = async (change: Partial<typeof job.$inferInsert>) => {
      const row = {
        id: newId(now),
        kind: 'copy.build',
        payload: { requestId: request.id },
        runAt: later(60 * MINUTE),
        attempts: 5,
        maxAttempts: 5,
        state: 'dead' as const,
        createdAt: now,
        ...change,
      };
      await db.insert(job).values(row);
      return row.id;
    };
    const dead = await insertJob({ failures: 5, lastError: 'ENOSPC' });
    const parked = await insertJob({ state: 'ready', unended: PARKED_AFTER });
    const trying = await insertJob({ state: 'ready', failures: 1 });
    const replaced = await insertJob({ dedupeKey: 'one' });
    await insertJob({ state: 'ready', dedupeKey: 'one' });
    const { reference } = request;
    const { jobs } = await asOfficer(now).request({ reference });
    expect(new Map(jobs.map(({ id, stuck }) => [id, stuck]))).toEqual(
      new Map([
        [dead, true],
        [parked, true],
        [trying, false],
        [replaced, true],
      ]),
    );
    const letGoOn = (jobId: string, of = reference, at = now) =>
      refused(asOfficer(at).letGoOn({ reference: of, jobId }));
    expect(await letGoOn(dead, reference, later(6 * MINUTE))).toEqual(refusal('STEP_UP_REQUIRED'));
    expect(await letGoOn(dead, other.reference)).toEqual(refusal('NOT_FOUND'));
    expect(await letGoOn(trying)).toEqual(refusal('NOT_FOUND'));
    expect(await letGoOn(replaced)).toEqual(refusal('NOT_FOUND'));
    for (const id of [dead, parked]) {
      expect(await letGoOn(id)).toBeNull();
      expect((await db.select().from(job).where(eq(job.id, id)))[0]).toMatchObject({
        state: 'ready',
        failures: 0,
        unended: 0,
        runAt: now,
      });
    }
    const resumed = await db
      .select()
      .from(auditEvent)
      .where(eq(auditEvent.action, 'request.work_resumed'));
    expect(
      resumed.filter(({ outcome }) => outcome === 'done').map((event) => event.reference),
    ).toEqual([reference, reference]);
  });

  test('gives an officer no way to view an account as its customer', async ({ connection }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, jars } = await oversightWorld(deps, now);
    for (const jar of [jars.officer, jars.admin]) {
      const desk = callerFor(deps, jar, { now, surface: 'console' });
      const wish = {
        subjectId: ada.subjectId,
        ticket: 'T-1',
        category: 'other',
        reason: 'x'.repeat(30),
        scope: ['account'],
      } as const;
      expect(await refused(desk.support.startView({ ...wish, scope: [...wish.scope] }))).toEqual(
        refusal('NOT_ALLOWED'),
      );
      expect(await refused(desk.access.overview({}))).toEqual(refusal('SIGNED_OUT'));
    }
  });
});
