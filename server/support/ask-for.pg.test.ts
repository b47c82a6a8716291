import { and, eq, ne } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { account } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { holderTask } from '../../db/schema/holder-task.ts';
import { job } from '../../db/schema/job.ts';
import { notice } from '../../db/schema/policy.ts';
import { dataSubjectRequest, exportArchive, requestStep } from '../../db/schema/request.ts';
import { supportMessage, supportTicket } from '../../db/schema/support.ts';
import { later, MINUTE, start } from '../auth/testing.ts';
import {
  askedForBoth,
  copyFor,
  DAY,
  deletionFor,
  rowOf,
  rows,
  runDue,
} from '../requests/behalf/testing.ts';
import { buildCopyJob } from '../requests/copy/jobs.ts';
import { runOnce } from '../requests/erasure/testing.ts';
import { prepareMonths } from '../retention/months.ts';
import { publishHolders } from '../services/tasks/holders.ts';
import { testDeps } from '../testing/deps.ts';
import { lettersTo, templatesTo } from '../testing/letters.ts';
import { atTheDesk, callerFor, insertCustomer, insertStaff } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf } from '../testing/refused.ts';
import { doors, supportAndCustomer } from './testing.ts';

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
