import { and, asc, eq, lte, ne } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import type { Section } from '../../db/data-map/vocabulary.ts';
import { account } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { holderTask } from '../../db/schema/holder-task.ts';
import { job } from '../../db/schema/job.ts';
import { notice } from '../../db/schema/policy.ts';
import { dataSubjectRequest, exportArchive, requestStep } from '../../db/schema/request.ts';
import { supportMessage, supportTicket } from '../../db/schema/support.ts';
import { later, MINUTE, start } from '../auth/testing.ts';
import { codeAt } from '../auth/totp.ts';
import type { Deps } from '../deps.ts';
import { allJobs } from '../jobs/all.ts';
import { confirmationJob } from '../requests/behalf/confirmation-job.ts';
import { buildCopyJob } from '../requests/copy/jobs.ts';
import { finish, runOnce } from '../requests/erasure/testing.ts';
import { prepareMonths } from '../retention/months.ts';
import { publishHolders } from '../services/tasks/holders.ts';
import { testDeps } from '../testing/deps.ts';
import { runWaiting } from '../testing/jobs.ts';
import { lettersTo, templatesTo } from '../testing/letters.ts';
import {
  atTheDesk,
  callerFor,
  insertCustomer,
  insertStaff,
  type Jar,
  type Person,
  signedInAs,
} from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf } from '../testing/refused.ts';
import { doors, supportAndCustomer, viewOf } from './testing.ts';

const DAY = 24 * 60 * MINUTE;
const DAY_MS = DAY * 1_000;
const copyFor = (
  { subjectId }: Pick<Person, 'subjectId'>,
  ticket: string,
  sections: Section[] = ['account', 'usage'],
) => ({ kind: 'portability', subjectId, ticket, sections }) as const;
const deletionFor = ({ subjectId }: Pick<Person, 'subjectId'>, ticket: string) =>
  ({ kind: 'erasure', subjectId, ticket }) as const;

const rows = ({ connection }: Deps) => connection.db.select().from(dataSubjectRequest);
const rowOf = async (deps: Deps, reference: string) => {
  const found = (await rows(deps)).find((row) => row.reference === reference);
  if (!found) throw new Error('no such request');
  return found;
};

/** A customer for whom support asked for both, at `start`. */
async function askedForBoth(deps: Deps) {
  const both = await supportAndCustomer(deps, start);
  const { ada, ticket, asAgent } = both;
  const copy = await asAgent(start).support.askFor(copyFor(ada, ticket));
  const deletion = await asAgent(start).support.askFor(deletionFor(ada, ticket));
  return { ...both, copy: copy.reference, deletion: deletion.reference };
}

/** The customer signs in again, at a moment when the first session may be over. */
async function backAt(deps: Deps, person: Person, now: Date) {
  const jar = await signedInAs(deps, person, { now });
  return callerFor(deps, jar, { now });
}

/** Confirms the deletion as its page does, with a code of its own. */
async function confirmDeletion(
  deps: Deps,
  {
    person,
    jar,
    now,
    ...change
  }: { person: Person; jar: Jar; now: Date } & Partial<Record<'confirms' | 'planHash', string>>,
) {
  const { planHash } = await callerFor(deps, jar, { now }).requests.previewErasure({});
  const code = codeAt(person.totpSecret, now);
  await callerFor(deps, jar, { now }).auth.stepUp({ code, act: 'erasure_confirm' });
  return callerFor(deps, jar, { now }).requests.confirmErasure({
    planHash,
    email: person.email,
    graceDays: 7,
    acknowledged: true,
    ...change,
  });
}

/** All work that is due at that moment, and what comes of it, as a worker would do it. */
async function runDue(deps: Deps, now: Date): Promise<void> {
  const { db } = deps.connection;
  // Letters leave through a mail server.
  const due = and(eq(job.state, 'ready'), lte(job.runAt, now), ne(job.kind, 'mail.send'));
  for (let rounds = 0; rounds < 100; rounds++) {
    const [next] = await db.select().from(job).where(due).orderBy(asc(job.runAt)).limit(1);
    if (!next) return;
    const definition = allJobs.find(({ kind }) => kind === next.kind);
    if (!definition) throw new Error('work that nobody knows');
    await db.transaction(async (tx) => {
      const run = { deps, tx, now, attempt: 1, signal: new AbortController().signal };
      const outcome = await definition.run({ ...run, payload: definition.parse(next.payload) });
      const after =
        outcome === 'done'
          ? { state: 'done' as const, finishedAt: now }
          : { runAt: outcome === 'again' ? now : outcome.runAt };
      await tx.update(job).set(after).where(eq(job.id, next.id));
    });
  }
  throw new Error('work without an end');
}

describe('asking for a customer', () => {
  test('is told at once: on every page of it who asked, when, for what, for which ticket, and in the log and a letter', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, copy, deletion, asCustomer } = await askedForBoth(deps);
    const who = { who: 'Support agent S-31', ticket, at: start, until: later(14 * DAY) };
    const { asked, open, notices } = await asCustomer(start).overview.state({});
    expect(open).toEqual([]);
    const askedFor = { ...who, answer: null, answeredAt: null };
    expect(asked).toHaveLength(2);
    expect(asked).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ reference: copy, kind: 'portability', askedFor }),
        expect.objectContaining({ reference: deletion, kind: 'erasure', askedFor }),
      ]),
    );
    expect(notices.map(({ kind }) => kind).sort()).toEqual(['copy_asked_for', 'erasure_asked_for']);
    const list = await asCustomer(start).requests.list({});
    expect(list.map(({ state, askedFor }) => [state, askedFor?.who])).toEqual([
      ['unconfirmed', who.who],
      ['unconfirmed', who.who],
    ]);
    const view = await asCustomer(start).requests.get({ reference: copy });
    expect(view).toMatchObject({ askedFor: who, steps: [], holders: [], archive: null });
    const { entries } = await asCustomer(start).audit.log({ actor: 'staff' });
    const line = entries.find(({ action }) => action === 'request.copy_asked_for');
    expect(line).toMatchObject({ reference: copy, actor: who.who, outcome: 'done' });
    expect(view.askedForEntry).toBe(line?.id);
    const letters = await lettersTo(deps, ada.subjectId);
    expect(letters.map(({ template }) => template)).toEqual(['asked_for', 'asked_for']);
    for (const { text } of letters) {
      expect(text).toContain(who.who);
      expect(text).toContain(ticket);
    }
    // The entry can be disputed where it stands.
    const dispute = await asCustomer(start).cases.open({
      kind: 'dispute',
      about: view.askedForEntry ?? '',
      text: 'I did not ask for this.',
    });
    expect(dispute.reference).toMatch(/^T-/);
  });

  test('makes the row and nothing else: no step, no question to anybody, no work, and the account is as it was', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { db } = connection;
    const { ada } = await askedForBoth(deps);
    expect(await db.$count(requestStep)).toBe(0);
    expect(await db.$count(holderTask)).toBe(0);
    const jobs = await db.select().from(job).where(ne(job.kind, 'mail.send'));
    expect(jobs.map(({ kind }) => kind)).toEqual(['request.confirmation', 'request.confirmation']);
    for (const row of await rows(deps))
      expect(row).toMatchObject({ plan: null, executesAt: null, receiptCodeHash: null });
    const [own] = await db.select().from(account).where(eq(account.subjectId, ada.subjectId));
    expect(own?.status).toBe('active');
  });

  test('never leads to anything without a yes, whatever work is done, long after every date', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { db } = connection;
    const { ada, copy, deletion } = await askedForBoth(deps);
    await prepareMonths(db, later(30 * DAY));
    const ids = [await rowOf(deps, copy), await rowOf(deps, deletion)].map(({ id }) => id);
    // The work itself, called by its name, finds nothing that it may do.
    for (const requestId of ids)
      expect(await runOnce(deps, requestId, later(60 * DAY))).toBe('done');
    const signal = new AbortController().signal;
    for (const requestId of ids)
      await db.transaction(async (tx) => {
        const run = { deps, tx, now: later(60 * DAY), attempt: 1, signal };
        expect(await buildCopyJob.run({ ...run, payload: { requestId } })).toBe('done');
      });
    for (const days of [0, 6, 7, 13, 14, 30, 60]) await runDue(deps, later(days * DAY));
    for (const reference of [copy, deletion])
      expect(await rowOf(deps, reference)).toMatchObject({ state: 'cancelled', answer: 'lapsed' });
    expect(await db.$count(exportArchive)).toBe(0);
    expect(await db.$count(requestStep)).toBe(0);
    const [own] = await db.select().from(account).where(eq(account.subjectId, ada.subjectId));
    expect(own?.status).toBe('active');
    expect(await db.$count(supportTicket)).toBe(1);
  });

  test('cannot be made to run in the database either: without a yes a row takes no other state than ended', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { copy, deletion } = await askedForBoth(deps);
    for (const reference of [copy, deletion])
      for (const state of ['waiting', 'running', 'completed', 'failed'] as const)
        await expect(
          connection.db
            .update(dataSubjectRequest)
            .set({ state })
            .where(eq(dataSubjectRequest.reference, reference)),
        ).rejects.toMatchObject({
          cause: { constraint_name: 'data_subject_request_confirmed' },
        });
  });

  test('is refused for staff, oneself, a stranger, an account in deletion, and without an open ticket in which they wrote; they can see that it was tried', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { db } = connection;
    const { ada, agent, ticket, asAgent } = await supportAndCustomer(deps, start);
    const officer = await insertStaff(deps, { role: 'officer', label: 'Officer O-1' });
    const bo = await insertCustomer(deps, { name: 'Bo' });
    const ask = (wish: Parameters<ReturnType<typeof asAgent>['support']['askFor']>[0]) =>
      codeOf(asAgent(start).support.askFor(wish));
    for (const nobody of [officer, agent, { subjectId: crypto.randomUUID() }])
      expect(await ask(deletionFor(nobody, ticket))).toBe('NOT_FOUND');
    expect(await ask(deletionFor(bo, ticket))).toBe('TICKET_NOT_FOUND');
    expect(await ask(copyFor(ada, 'T-0000-NONE'))).toBe('TICKET_NOT_FOUND');
    await db.update(supportMessage).set({ author: 'support' });
    expect(await ask(copyFor(ada, ticket))).toBe('TICKET_NOT_FOUND');
    await db.update(supportMessage).set({ author: 'customer' });
    await db.update(supportTicket).set({ state: 'closed' });
    expect(await ask(deletionFor(ada, ticket))).toBe('TICKET_NOT_FOUND');
    await db.update(supportTicket).set({ state: 'open' });
    await db
      .update(account)
      .set({ status: 'pending_deletion' })
      .where(eq(account.subjectId, ada.subjectId));
    expect(await ask(copyFor(ada, ticket))).toBe('ACCOUNT_IN_DELETION');
    expect(await rows(deps)).toEqual([]);
    expect(await templatesTo(deps, ada.subjectId)).toEqual([]);
    const tried = await db
      .select()
      .from(auditEvent)
      .where(and(eq(auditEvent.subjectId, ada.subjectId), eq(auditEvent.outcome, 'refused')));
    expect(tried.map(({ action }) => action).sort()).toEqual([
      'request.copy_asked_for',
      'request.copy_asked_for',
      'request.copy_asked_for',
      'request.erasure_asked_for',
    ]);
  });

  test('needs a factor that is fresh, and is done ten times an hour at most', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent } = await supportAndCustomer(deps, start);
    const wish = copyFor(ada, ticket);
    expect(await codeOf(asAgent(later(6 * MINUTE)).support.askFor(wish))).toBe('STEP_UP_REQUIRED');
    const codes = [];
    for (let n = 0; n < 11; n++) codes.push(await codeOf(asAgent(start).support.askFor(wish)));
    expect(codes).toEqual([
      null,
      ...Array.from({ length: 9 }, () => 'REQUEST_ALREADY_OPEN'),
      'TOO_MANY_ATTEMPTS',
    ]);
  });

  test('at once by many makes one request, one letter, one line; and none beside one that the customer has open', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const codes = await Promise.all(
      Array.from({ length: 10 }, () => codeOf(asAgent(start).support.askFor(copyFor(ada, ticket)))),
    );
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(codes.filter((code) => code === 'REQUEST_ALREADY_OPEN')).toHaveLength(9);
    expect(await rows(deps)).toHaveLength(1);
    expect(await templatesTo(deps, ada.subjectId)).toEqual(['asked_for']);
    await asCustomer(start).requests.askCopy({ sections: ['account'] });
    const other = await insertStaff(deps, { label: 'Support agent S-32' });
    const desk = await atTheDesk(deps, other, { now: start });
    expect(
      await codeOf(doors(deps, desk, desk).asAgent(start).support.askFor(copyFor(ada, ticket))),
    ).toBe('REQUEST_ALREADY_OPEN');
    expect(await rows(deps)).toHaveLength(1);
  });

  test('when it cannot be recorded: then nothing was asked at all', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent } = await supportAndCustomer(deps, start);
    await owner.sql.unsafe(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no record'; end $$;
      create trigger refuse before insert on audit_event for each row execute function refuse();`);
    for (const wish of [copyFor(ada, ticket), deletionFor(ada, ticket)])
      await expect(asAgent(start).support.askFor(wish)).rejects.toThrow();
    await owner.sql.unsafe('drop trigger refuse on audit_event; drop function refuse();');
    expect(await rows(deps)).toEqual([]);
    expect(await connection.db.$count(notice)).toBe(0);
    expect(await connection.db.$count(job, eq(job.kind, 'request.confirmation'))).toBe(0);
    expect(await templatesTo(deps, ada.subjectId)).toEqual([]);
  });

  test('shows the agent and the officer what it waits for and what came of it', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    await connection.db.transaction(publishHolders);
    const { ada, copy, deletion, asAgent, asCustomer } = await askedForBoth(deps);
    const lookUp = async () =>
      (
        await asAgent(start).support.lookUp({
          category: 'other',
          by: 'account',
          value: ada.subjectId,
        })
      ).found?.requests;
    expect((await lookUp())?.map(({ reference, state }) => [reference, state]).sort()).toEqual(
      [
        [copy, 'unconfirmed'],
        [deletion, 'unconfirmed'],
      ].sort(),
    );
    const officer = await insertStaff(deps, { role: 'officer', label: 'Officer O-1' });
    const desk = await atTheDesk(deps, officer, { now: start });
    const queue = { kind: 'all', state: 'unconfirmed', overdue: false } as const;
    const asOfficer = callerFor(deps, desk, { now: start, surface: 'console' }).oversight;
    expect((await asOfficer.queue(queue)).requests).toHaveLength(2);
    expect(await asOfficer.request({ reference: deletion })).toMatchObject({
      state: 'unconfirmed',
      askedFor: { who: 'Support agent S-31', answer: null },
      steps: [],
      holders: [],
    });
    await asCustomer(start).requests.decline({ reference: deletion });
    expect((await asCustomer(start).requests.get({ reference: deletion })).holders).toEqual([]);
    expect((await asOfficer.queue(queue)).requests).toMatchObject([{ reference: copy }]);
    expect(await lookUp()).toContainEqual(
      expect.objectContaining({
        reference: deletion,
        state: 'cancelled',
        askedFor: expect.objectContaining({ answer: 'declined' }),
      }),
    );
  });
});

describe('the customer’s yes', () => {
  test('to a copy is the ordinary way of asking: a fresh factor, their own chapters, and the same request goes on', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, copy, asCustomer } = await askedForBoth(deps);
    const { asked, open } = await asCustomer(start).requests.copyChoices({});
    expect(open).toBeNull();
    expect(asked).toMatchObject({ reference: copy, sections: ['account', 'usage'] });
    const wish = { sections: ['billing'] as Section[], confirms: copy };
    const before = await rowOf(deps, copy);
    expect(await codeOf(asCustomer(later(6 * MINUTE)).requests.askCopy(wish))).toBe(
      'STEP_UP_REQUIRED',
    );
    expect(await rowOf(deps, copy)).toEqual(before);
    const now = later(3 * DAY);
    const back = await backAt(deps, ada, now);
    expect(await back.requests.askCopy(wish)).toEqual({ reference: copy });
    expect(await rowOf(deps, copy)).toMatchObject({
      id: before.id,
      state: 'running',
      sections: ['billing'],
      receivedAt: start,
      dueAt: before.dueAt,
      answer: 'confirmed',
      answeredAt: now,
    });
    expect(await rows(deps)).toHaveLength(2);
    const { entries } = await back.audit.log({ actor: 'subject' });
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['request.confirmed', 'request.copy_asked']),
    );
    await runWaiting(deps, 'copy.build', now);
    expect(await rowOf(deps, copy)).toMatchObject({ state: 'completed' });
    expect(await connection.db.$count(exportArchive)).toBe(1);
  });

  test('to a deletion takes the plan as it stands, the address and a code of its own; then it runs by the clock of the first day', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { db } = connection;
    const { ada, copy, deletion, asCustomer } = await askedForBoth(deps);
    const now = later(13 * DAY);
    const jar = await signedInAs(deps, ada, { now });
    const before = await rowOf(deps, deletion);
    const preview = await callerFor(deps, jar, { now }).requests.previewErasure({});
    expect(preview).toMatchObject({
      asked: { reference: deletion },
      openRequest: null,
      dueAt: before.dueAt.toISOString(),
    });
    const lastStart = before.dueAt.getTime() - 2 * DAY_MS;
    expect(now.getTime() + preview.grace.max * DAY_MS).toBeLessThanOrEqual(lastStart);
    const input = {
      planHash: preview.planHash,
      email: ada.email,
      graceDays: 7,
      acknowledged: true,
      confirms: deletion,
    } as const;
    expect(await codeOf(callerFor(deps, jar, { now }).requests.confirmErasure(input))).toBe(
      'STEP_UP_REQUIRED',
    );
    const at = new Date(now.getTime() + MINUTE * 1_000);
    const act = { person: ada, jar, now: at, confirms: deletion };
    expect(await codeOf(confirmDeletion(deps, { ...act, planHash: 'f'.repeat(64) }))).toBe(
      'PLAN_CHANGED',
    );
    expect(await rowOf(deps, deletion)).toEqual(before);
    const done = await callerFor(deps, jar, { now: at }).requests.confirmErasure(input);
    expect(done.reference).toBe(deletion);
    expect(done.dueAt).toBe(before.dueAt.toISOString());
    const row = await rowOf(deps, deletion);
    expect(row).toMatchObject({ id: before.id, state: 'waiting', answer: 'confirmed' });
    expect(row.executesAt?.getTime()).toBe(at.getTime() + 7 * DAY_MS);
    expect((await callerFor(deps, jar, { now: at }).auth.me({})).deletion?.reference).toBe(
      deletion,
    );
    expect(
      await codeOf(asCustomer(start).requests.decline({ reference: deletion })),
    ).not.toBeNull();
    // It runs, and ends what nobody answered.
    await prepareMonths(db, later(30 * DAY));
    await finish(deps, before.id, new Date(at.getTime() + 8 * DAY_MS));
    expect(await rowOf(deps, deletion)).toMatchObject({ state: 'completed' });
    expect(await rowOf(deps, copy)).toMatchObject({ state: 'cancelled', answer: null });
    expect((await rowOf(deps, copy)).endedAt).not.toBeNull();
    expect(await db.$count(account, eq(account.subjectId, ada.subjectId))).toBe(0);
    await runDue(deps, later(60 * DAY));
  });

  test('is given by asking for the same thing themselves: there are never two, and nothing stands in their way', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, copy, deletion, asCustomer } = await askedForBoth(deps);
    expect(await asCustomer(start).requests.askCopy({ sections: ['account'] })).toEqual({
      reference: copy,
    });
    const jar = await signedInAs(deps, ada, { now: later(MINUTE) });
    const done = await confirmDeletion(deps, { person: ada, jar, now: later(2 * MINUTE) });
    expect(done.reference).toBe(deletion);
    expect(await rows(deps)).toHaveLength(2);
  });

  test('is nobody else’s to give: not another customer’s, not the agent’s, also not while viewing', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, copy, deletion, asAgent } = await askedForBoth(deps);
    const bo = await insertCustomer(deps, { name: 'Bo' });
    const jar = await signedInAs(deps, bo, { now: start });
    const asBo = callerFor(deps, jar, { now: start });
    const sections: Section[] = ['account'];
    expect(await codeOf(asBo.requests.decline({ reference: deletion }))).toBe('NOT_FOUND');
    expect(await codeOf(asBo.requests.get({ reference: copy }))).toBe('NOT_FOUND');
    expect(await codeOf(asBo.requests.askCopy({ sections, confirms: copy }))).toBe('NOT_FOUND');
    expect(
      await codeOf(
        confirmDeletion(deps, { person: bo, jar, now: later(MINUTE), confirms: deletion }),
      ),
    ).toBe('NOT_FOUND');
    const tries = [
      () => asAgent(start).requests.askCopy({ sections, confirms: copy }),
      () => asAgent(start).requests.decline({ reference: deletion }),
      () => asAgent(start).requests.previewErasure({}),
      () => asAgent(start).auth.stepUp({ code: '123456', act: 'erasure_confirm' }),
    ];
    for (const call of tries) expect(await codeOf(call())).toBe('SIGNED_OUT');
    await asAgent(start).support.startView(viewOf(ada, ticket, ['records']));
    expect(await asAgent(start).requests.get({ reference: copy })).toMatchObject({
      state: 'unconfirmed',
    });
    for (const call of tries) expect(await codeOf(call())).toBe('NOT_WHILE_IMPERSONATING');
    for (const row of await rows(deps)) expect(row).toMatchObject({ state: 'unconfirmed' });
  });

  test('comes too late after fourteen days, whether somebody wrote that down or not; asked anew it is a new request', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, copy, deletion } = await askedForBoth(deps);
    const sections: Section[] = ['account'];
    const now = later(14 * DAY);
    const back = await backAt(deps, ada, now);
    expect((await back.overview.state({})).asked).toEqual([]);
    expect((await back.requests.copyChoices({})).asked).toBeNull();
    const late = () => codeOf(back.requests.askCopy({ sections, confirms: copy }));
    expect(await late()).toBe('CONFIRMATION_OVER');
    await runWaiting(deps, 'request.confirmation', now);
    expect(await late()).toBe('CONFIRMATION_OVER');
    expect(await codeOf(back.requests.decline({ reference: deletion }))).toBe('CONFIRMATION_OVER');
    const { reference } = await back.requests.askCopy({ sections });
    expect(reference).not.toBe(copy);
    expect(await rowOf(deps, copy)).toMatchObject({ state: 'cancelled', answer: 'lapsed' });
    expect(await rowOf(deps, reference)).toMatchObject({ askedBy: null, receivedAt: now });
  });
});

describe('the customer’s no', () => {
  test('is one act without a code; it ends the request for good, and costs them none of their copies', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, copy, asAgent, asCustomer } = await askedForBoth(deps);
    const refuse = asCustomer(later(6 * MINUTE)).requests.decline;
    await refuse({ reference: copy });
    expect(await codeOf(refuse({ reference: copy }))).toBe('CONFIRMATION_OVER');
    expect(
      await codeOf(asCustomer(start).requests.askCopy({ sections: ['account'], confirms: copy })),
    ).toBe('CONFIRMATION_OVER');
    expect(await rowOf(deps, copy)).toMatchObject({ state: 'cancelled', answer: 'declined' });
    for (let n = 0; n < 3; n++) {
      const { reference } = await asAgent(start).support.askFor(copyFor(ada, ticket));
      await asCustomer(start).requests.decline({ reference });
    }
    await prepareMonths(connection.db, later(30 * DAY));
    await runDue(deps, later(60 * DAY));
    expect(await connection.db.$count(exportArchive)).toBe(0);
    const { reference } = await asCustomer(start).requests.askCopy({ sections: ['account'] });
    expect((await rowOf(deps, reference)).askedBy).toBeNull();
    // What they asked for themselves is taken back in its own way, not by this.
    expect(await codeOf(refuse({ reference }))).toBe('NOT_FOUND');
  });

  test('and a yes at the same moment: exactly one of the two holds', async ({ connection }) => {
    const deps = testDeps(connection);
    const { copy, asCustomer } = await askedForBoth(deps);
    const codes = await Promise.all([
      codeOf(asCustomer(start).requests.decline({ reference: copy })),
      codeOf(asCustomer(start).requests.askCopy({ sections: ['account'], confirms: copy })),
    ]);
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    const { state, answer } = await rowOf(deps, copy);
    expect([state, answer]).toEqual(
      codes[0] === null ? ['cancelled', 'declined'] : ['running', 'confirmed'],
    );
  });
});

test('who does not answer is reminded once, half-way, and told when it has lapsed', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const { ada, ticket, asAgent } = await supportAndCustomer(deps, start);
  const { reference } = await asAgent(start).support.askFor(deletionFor(ada, ticket));
  const [waiting] = await connection.db
    .select()
    .from(job)
    .where(eq(job.kind, 'request.confirmation'));
  expect(waiting?.runAt).toEqual(later(7 * DAY));
  const run = async (now: Date) => {
    const { id: requestId } = await rowOf(deps, reference);
    const signal = new AbortController().signal;
    return connection.db.transaction((tx) =>
      confirmationJob.run({ deps, tx, now, attempt: 1, signal, payload: { requestId } }),
    );
  };
  for (const days of [7, 8])
    expect(await run(later(days * DAY))).toEqual({ runAt: later(14 * DAY) });
  expect(await run(later(14 * DAY))).toBe('done');
  expect(await run(later(15 * DAY))).toBe('done');
  expect(await templatesTo(deps, ada.subjectId)).toEqual([
    'asked_for',
    'asked_for_reminder',
    'asked_for_lapsed',
  ]);
  const back = await backAt(deps, ada, later(15 * DAY));
  const { notices } = await back.overview.state({});
  expect(notices.map(({ kind }) => kind)).toEqual(['asked_for_lapsed', 'erasure_asked_for']);
});
