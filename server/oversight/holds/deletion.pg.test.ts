import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../../db/schema/audit.ts';
import { legalHold } from '../../../db/schema/hold.ts';
import { job } from '../../../db/schema/job.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { notice } from '../../../db/schema/policy.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { supportSections } from '../../access/support-sees.ts';
import { start as now } from '../../auth/testing.ts';
import { codeAt } from '../../auth/totp.ts';
import type { Deps } from '../../deps.ts';
import { allJobs } from '../../jobs/all.ts';
import { runNext } from '../../jobs/runner.ts';
import { listRequests, readRequest } from '../../requests/read.ts';
import { testDeps } from '../../testing/deps.ts';
import { callerFor, type Jar, type Person, signedInAs } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { refusal, refused } from '../../testing/refused.ts';
import { DAY_MS, dayAfter, holdOnMessages, oversightWorld } from '../testing.ts';

const definition = allJobs.find(({ kind }) => kind === 'erasure.run');
const kinds = new Map(definition ? [[definition.kind, definition]] : []);

/** Does what the queue has to do for the deletion now, as a worker would; how many pieces. */
async function work(deps: Deps): Promise<number> {
  const { signal } = new AbortController();
  let pieces = 0;
  while (await runNext(deps, kinds, ['erasure.run'], signal)) pieces += 1;
  return pieces;
}

/** When the deletion is looked at next; nothing when it is done. */
async function nextLook({ connection: { db } }: Deps): Promise<Date | undefined> {
  const waiting = and(eq(job.kind, 'erasure.run'), eq(job.state, 'ready'));
  const [row] = await db.select({ runAt: job.runAt }).from(job).where(waiting);
  return row?.runAt;
}

/** Asks for the deletion at once, with the code it needs; the receipt code comes with it. */
async function askDeletion(
  deps: Deps,
  person: Person,
  { graceDays = 0, browser }: { graceDays?: number; browser?: Jar } = {},
) {
  const jar = browser ?? (await signedInAs(deps, person, { now }));
  const at = new Date(now.getTime() + 40_000);
  const own = callerFor(deps, jar, { now: at });
  const { planHash } = await own.requests.previewErasure({});
  await own.auth.stepUp({ code: codeAt(person.totpSecret, at), act: 'erasure_confirm' });
  const asked = await callerFor(deps, jar, { now: at }).requests.confirmErasure({
    planHash,
    email: person.email,
    graceDays,
    acknowledged: true,
  });
  if (graceDays === 0) {
    // The queue has the clock of the database.
    const { db } = deps.connection;
    await db.update(dataSubjectRequest).set({ executesAt: new Date(0) });
    await db
      .update(job)
      .set({ runAt: new Date(0) })
      .where(eq(job.kind, 'erasure.run'));
  }
  return { ...asked, jar, at };
}

const openQueue = { kind: 'all', state: 'open', overdue: false } as const;
const opened = (deps: Deps, code: string, at = now) =>
  callerFor(deps, undefined, { now: at }).requests.receipt({ code });

describe('a deletion that meets a legal hold', () => {
  test('waits, says on what ground and until when, and goes on by itself with the commit of the release', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now));
    await asAdmin(now).answerHold({ id, answer: 'approved' });
    const { receiptCode } = await askDeletion(deps, ada);
    await work(deps);
    const [request] = await connection.db.select().from(dataSubjectRequest);
    expect(request).toMatchObject({ state: 'waiting', failure: 'LEGAL_HOLD' });
    expect(await opened(deps, receiptCode)).toMatchObject({
      state: 'open',
      waitsFor: 'hold',
      holds: [
        {
          title: 'Support messages',
          ground: 'legal_claims',
          endsAt: new Date(`${dayAfter(now, 90)}T23:59:59.999Z`),
        },
      ],
    });
    expect((await nextLook(deps))?.getTime()).toBeGreaterThan(Date.now() + 30 * 60_000);
    expect(await work(deps)).toBe(0);

    await asOfficer(now).askRelease({ id });
    expect(await work(deps)).toBe(0);
    expect(await refused(asOfficer(now).answerRelease({ id, answer: 'approved' }))).toEqual(
      refusal('FOUR_EYES_NEEDED'),
    );
    expect(await work(deps)).toBe(0);
    await asAdmin(now).answerRelease({ id, answer: 'approved' });
    expect((await nextLook(deps))?.getTime()).toBeLessThanOrEqual(Date.now() + 30_000);
    await connection.db
      .update(job)
      .set({ runAt: new Date(0) })
      .where(eq(job.state, 'ready'));
    expect(await work(deps)).toBeGreaterThan(3);
    expect(await opened(deps, receiptCode)).toMatchObject({ state: 'issued', signatureFits: true });
    expect(await nextLook(deps)).toBeUndefined();
  });

  test('looks again at the very moment at which the hold ends', async ({ connection }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now));
    await asAdmin(now).answerHold({ id, answer: 'approved' });
    const { receiptCode } = await askDeletion(deps, ada);
    const endsAt = new Date(Date.now() + 20 * 60_000);
    await connection.db.update(legalHold).set({ endsAt });
    await work(deps);
    expect(await nextLook(deps)).toEqual(endsAt);
    await connection.db.update(legalHold).set({ endsAt: new Date(Date.now() - 1) });
    await connection.db
      .update(job)
      .set({ runAt: new Date(0) })
      .where(eq(job.state, 'ready'));
    await work(deps);
    expect(await opened(deps, receiptCode)).toMatchObject({ state: 'issued' });
  });

  test('shows the hold on the page of the request before it starts, and is not held by a proposal', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now));
    const { jar, at, reference } = await askDeletion(deps, ada, { graceDays: 7 });
    const own = () => callerFor(deps, jar, { now: at }).requests.get({ reference });
    const listed = async (scope?: readonly string[]) => {
      const all = await connection.db.transaction((tx) =>
        listRequests(tx, { subjectId: ada.subjectId, scope, now: at }),
      );
      return all.map(({ stopped }) => stopped);
    };
    expect([(await own()).holds, await listed()]).toEqual([[], [null]]);
    await asAdmin(now).answerHold({ id, answer: 'approved' });
    expect((await own()).holds).toMatchObject([{ title: 'Support messages', oneRow: false }]);
    const support = await connection.db.transaction((tx) =>
      readRequest(tx, deps.vault, {
        subjectId: ada.subjectId,
        reference,
        scope: supportSections,
        now: at,
      }),
    );
    expect([support.state, support.holds]).toEqual(['waiting', []]);
    expect(await listed()).toMatchObject([
      { until: new Date(`${dayAfter(now, 90)}T23:59:59.999Z`) },
    ]);
    expect(await listed(supportSections)).toEqual([null]);
    await asOfficer(now).askRelease({ id });
    await asAdmin(now).answerRelease({ id, answer: 'approved' });
    expect((await own()).holds).toEqual([]);
    const mails = await connection.db.select().from(outboundMail);
    expect(mails.map(({ template }) => template)).toContain('hold_released');
  });

  for (const barred of [false, true])
    test(`is said to be stopped, and since when, before it begins, to the officer ${barred ? 'alone under a legal bar' : 'and to its person'}`, async ({
      connection,
    }) => {
      const deps = testDeps(connection, { clock: () => now });
      const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
      const { id } = await asOfficer(now).proposeHold(
        holdOnMessages(
          ada,
          now,
          barred ? { ground: 'authority_order', noticeOn: dayAfter(now, 30) } : {},
        ),
      );
      const { reference, jar, at } = await askDeletion(deps, ada, { graceDays: 7 });
      const told = async () => {
        const own = callerFor(deps, jar, { now: at });
        const [request] = (await own.overview.state({})).open;
        const [listed] = await own.requests.list({});
        return [(await own.auth.me({})).deletion?.stoppedSince, request?.stopped, listed?.stopped];
      };
      const counted = async () => (await asOfficer(at).queue(openQueue)).counts.held;
      const before = await counted();
      expect(await told()).toEqual([null, null, null]);
      expect((await asOfficer(at).request({ reference })).stopped).toBeNull();
      await asAdmin(now).answerHold({ id, answer: 'approved' });
      const stop = { since: at, until: new Date(`${dayAfter(now, 90)}T23:59:59.999Z`) };
      expect(await told()).toEqual(barred ? [null, null, null] : [at, stop, stop]);
      expect((await asOfficer(at).request({ reference })).stopped).toEqual(stop);
      expect(await counted()).toBe(before + 1);
      const words = (await callerFor(deps, jar, { now: at }).overview.state({})).notices;
      expect(words.some(({ kind }) => kind === 'hold_placed')).toBe(!barred);
    });

  test('says nothing of a hold under a legal bar, in no place that its person can reach, until the day on which the bar ends', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { db } = connection;
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const noticeOn = dayAfter(now, 30);
    const { id } = await asOfficer(now).proposeHold(
      holdOnMessages(ada, now, { ground: 'authority_order', noticeOn }),
    );
    await asAdmin(now).answerHold({ id, answer: 'approved' });
    await asOfficer(now).holds({ state: 'open' });
    const jar = await signedInAs(deps, ada, { now });
    const own = callerFor(deps, jar, { now });
    const told = async () => [
      await db.$count(notice, eq(notice.kind, 'hold_placed')),
      await db.$count(outboundMail, eq(outboundMail.template, 'hold_placed')),
    ];
    const { holds } = await own.requests.previewErasure({});
    const page = await own.access.table({ table: 'legalHold' });
    const log = await own.audit.log({ actor: 'staff' });
    expect([holds, page.rows, log.entries, await told()]).toEqual([[], [], [], [0, 0]]);
    const hidden = await db
      .select()
      .from(auditEvent)
      .where(and(eq(auditEvent.subjectId, ada.subjectId), eq(auditEvent.actorKind, 'staff')));
    expect(hidden).toHaveLength(3);
    expect(new Set(hidden.map(({ visibleFrom }) => visibleFrom.toISOString()))).toEqual(
      new Set([`${noticeOn}T00:00:00.000Z`]),
    );
    const { receiptCode } = await askDeletion(deps, ada, { browser: jar });
    await work(deps);
    expect(await opened(deps, receiptCode)).toMatchObject({ waitsFor: 'work', holds: [] });
    const [request] = await db.select().from(dataSubjectRequest);
    expect(request).toMatchObject({ state: 'running', failure: null });

    // Under the bar something was held all the same.
    expect(await db.$count(legalHold)).toBe(1);
    const [telling] = await db.select().from(job).where(eq(job.kind, 'hold.tell'));
    expect(telling?.runAt).toEqual(new Date(`${noticeOn}T00:00:00.000Z`));
    const day = new Date(now.getTime() + 31 * DAY_MS);
    const tell = allJobs.find(({ kind }) => kind === 'hold.tell');
    await db.transaction(async (tx) => {
      const run = { deps, tx, now: day, attempt: 1, signal: new AbortController().signal };
      await tell?.run({ ...run, payload: { holdId: id } });
    });
    expect(await told()).toEqual([1, 1]);
    // The day has come: the deletion says at its next look that it waits, and for what.
    await db.update(legalHold).set({ noticeFrom: new Date(Date.now() - 1) });
    await db
      .update(job)
      .set({ runAt: new Date(0) })
      .where(eq(job.kind, 'erasure.run'));
    await work(deps);
    expect(await opened(deps, receiptCode, new Date())).toMatchObject({
      waitsFor: 'hold',
      holds: [{ ground: 'authority_order' }],
    });
  });

  test('cannot be stopped by an approval that comes when the key is gone', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now));
    const { receiptCode } = await askDeletion(deps, ada);
    await work(deps);
    expect(await opened(deps, receiptCode)).toMatchObject({ state: 'issued' });
    expect(await refused(asAdmin(now).answerHold({ id, answer: 'approved' }))).toEqual(
      refusal('NOT_FOUND'),
    );
    expect((await connection.db.select().from(legalHold))[0]?.approvedAt).toBeNull();
  });
});
