import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import type { Section } from '../../../db/data-map/vocabulary.ts';
import { account } from '../../../db/schema/account.ts';
import { job } from '../../../db/schema/job.ts';
import { exportArchive } from '../../../db/schema/request.ts';
import { later, MINUTE, start } from '../../auth/testing.ts';
import { confirmationJob } from '../../requests/behalf/confirmation-job.ts';
import { finish } from '../../requests/erasure/testing.ts';
import { prepareMonths } from '../../retention/months.ts';
import { supportAndCustomer, viewOf } from '../../support/testing.ts';
import { testDeps } from '../../testing/deps.ts';
import { runWaiting } from '../../testing/jobs.ts';
import { templatesTo } from '../../testing/letters.ts';
import { callerFor, insertCustomer, signedInAs } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { codeOf } from '../../testing/refused.ts';
import {
  askedForBoth,
  backAt,
  confirmDeletion,
  copyFor,
  DAY,
  DAY_MS,
  deletionFor,
  rowOf,
  rows,
  runDue,
} from './testing.ts';

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
    const ask = () => asAgent(start).support.askFor(copyFor(ada, ticket));
    for (let n = 0; n < 3; n++) {
      // A no stands for seven days.
      expect(await codeOf(ask())).toBe('DECLINED_LATELY');
      await connection.sql`update data_subject_request set answered_at = answered_at - interval '8 days' where answer = 'declined'`;
      const { reference } = await ask();
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
