import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { dataSubjectRequest, requestStep } from '../../../db/schema/request.ts';
import { later, MINUTE, start } from '../../auth/testing.ts';
import type { Deps } from '../../deps.ts';
import { backAt, runDue } from '../../requests/behalf/testing.ts';
import { testDeps } from '../../testing/deps.ts';
import { templatesTo } from '../../testing/letters.ts';
import { insertCustomer, signedInAs } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { codeOf } from '../../testing/refused.ts';
import { doors, supportAndCustomer } from '../testing.ts';
import { colleague, move, WHY } from './testing.ts';

const DAY = 24 * 60 * MINUTE;

/** A correction that support opened for a customer, at `start`, and its request. */
async function openedFor(deps: Deps) {
  const both = await supportAndCustomer(deps, start);
  const { ada, asAgent, asCustomer } = both;
  const { reference } = await asAgent(start).caseDesk.openFor({
    ...move,
    subjectId: ada.subjectId,
  });
  const { requestReference } = await asCustomer(start).cases.get({ reference });
  const officer = await colleague(deps, { role: 'officer', label: 'Privacy officer P-31' });
  const country = async () =>
    (await asCustomer(start).account.get({})).fields.find(({ field }) => field === 'country')
      ?.value;
  return { ...both, reference, request: requestReference ?? '', officer, country };
}

describe('a correction that staff open for a customer', () => {
  test('is a request under law from that moment, which needs the customer: nothing else is done before their yes', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { reference, request, asCustomer } = await openedFor(deps);
    const { cases, requests, overview } = asCustomer(start);
    expect(await cases.get({ reference })).toMatchObject({
      kind: 'correction',
      state: 'waiting',
      proposedValue: 'FR',
      askedFor: { who: 'Support agent S-31', ticket: reference, answer: null },
    });
    expect(await requests.get({ reference: request })).toMatchObject({
      kind: 'rectification',
      state: 'unconfirmed',
      case: reference,
      steps: [],
      holders: [],
    });
    const { asked } = await overview.state({});
    expect(asked).toMatchObject([
      { reference: request, kind: 'rectification', askedFor: { ticket: reference } },
    ]);
    // The answer is given in the case alone.
    expect(await codeOf(requests.decline({ reference: request }))).toBe('NOT_FOUND');
    const { askedForEntry } = await requests.get({ reference: request });
    const { entries } = await asCustomer(start).audit.log({ actor: 'staff' });
    expect(entries.find(({ id }) => id === askedForEntry)?.action).toBe('case.opened');
  });

  test('is granted neither before the customer has said yes, whatever they wrote, nor by who opened it', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { reference, request, asAgent, asCustomer, officer, country } = await openedFor(deps);
    const { cases, requests, overview } = asCustomer(start);
    const own = asAgent(start).caseDesk;
    const theirs = officer.at(start).caseDesk;
    const grant = (desk: typeof own) =>
      codeOf(desk.decide({ reference, decision: 'granted', reason: WHY }));
    await cases.write({ reference, text: 'No, I did not move.' });
    expect(await theirs.get({ reference })).toMatchObject({ notGranted: 'CASE_UNANSWERED' });
    expect(await grant(theirs)).toBe('CASE_UNANSWERED');
    expect(await grant(own)).toBe('FOUR_EYES_NEEDED');

    const now = later(MINUTE);
    await asCustomer(now).cases.confirm({ reference });
    expect(await codeOf(cases.confirm({ reference }))).toBe('CONFIRMATION_OVER');
    expect(await cases.get({ reference })).toMatchObject({
      state: 'open',
      askedFor: { answer: 'confirmed', answeredAt: now },
    });
    expect((await overview.state({})).asked).toEqual([]);
    expect(await requests.get({ reference: request })).toMatchObject({
      state: 'running',
      steps: [{ name: 'judged' }],
    });
    expect(await own.get({ reference })).toMatchObject({
      notGranted: 'FOUR_EYES_NEEDED',
      decisions: ['refused'],
    });
    expect(await grant(own)).toBe('FOUR_EYES_NEEDED');
    expect(await country()).toBe('DE');
    expect(await theirs.get({ reference })).toMatchObject({ notGranted: null });
    expect(await grant(theirs)).toBeNull();
    expect(await country()).toBe('FR');
    expect(await requests.get({ reference: request })).toMatchObject({ state: 'completed' });
    const { entries } = await asCustomer(now).audit.log({ actor: 'subject' });
    expect(entries.map(({ action, reference: of }) => [action, of])).toContainEqual([
      'request.confirmed',
      request,
    ]);
  });

  test('is taken back by a no, which stands beside it for good', async ({ connection }) => {
    const deps = testDeps(connection);
    const { reference, request, asCustomer, officer, country } = await openedFor(deps);
    const { cases, requests } = asCustomer(start);
    await cases.withdraw({ reference });
    expect(await cases.get({ reference })).toMatchObject({
      state: 'closed',
      decision: 'withdrawn',
      askedFor: { answer: 'declined', answeredAt: start },
    });
    const list = await cases.list({});
    expect(list.find(({ reference: of }) => of === reference)?.answer).toBe('declined');
    expect(list.filter(({ answer }) => answer !== null)).toHaveLength(1);
    expect(await requests.get({ reference: request })).toMatchObject({ state: 'cancelled' });
    expect(await codeOf(cases.confirm({ reference }))).toBe('CASE_CLOSED');
    const wish = { reference, decision: 'granted', reason: WHY } as const;
    expect(await codeOf(officer.at(start).caseDesk.decide(wish))).toBe('CASE_CLOSED');
    const { entries } = await asCustomer(start).audit.log({ actor: 'subject' });
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['request.declined', 'case.withdrawn']),
    );
    expect(await country()).toBe('DE');
  });

  test('is nobody else’s to answer, and has one answer of two at once', async ({ connection }) => {
    const deps = testDeps(connection);
    const { reference, asAgent, asCustomer } = await openedFor(deps);
    const bo = await insertCustomer(deps, { name: 'Bo' });
    const jar = await signedInAs(deps, bo, { now: start });
    expect(await codeOf(doors(deps, jar, jar).asCustomer(start).cases.confirm({ reference }))).toBe(
      'NOT_FOUND',
    );
    expect(await codeOf(asAgent(start).cases.confirm({ reference }))).toBe('SIGNED_OUT');
    const codes = await Promise.all([
      codeOf(asCustomer(start).cases.confirm({ reference })),
      codeOf(asCustomer(start).cases.confirm({ reference })),
    ]);
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    // What they asked for themselves waits for nothing of theirs.
    const own = await asCustomer(start).cases.open({
      ...move,
      about: { table: 'account', column: 'company' },
      value: 'Analytical Engines',
    });
    expect(await codeOf(asCustomer(start).cases.confirm(own))).toBe('CONFIRMATION_OVER');
  });

  test('of which the customer says nothing is reminded of once and lapses after fourteen days, with its case', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, reference, request } = await openedFor(deps);
    await runDue(deps, later(7 * DAY));
    const late = await backAt(deps, ada, later(14 * DAY));
    expect((await late.overview.state({})).asked).toEqual([]);
    expect(await codeOf(late.cases.confirm({ reference }))).toBe('CONFIRMATION_OVER');
    await runDue(deps, later(14 * DAY));
    expect(await late.cases.get({ reference })).toMatchObject({
      state: 'closed',
      decision: null,
      askedFor: { answer: 'lapsed' },
    });
    expect(await late.requests.get({ reference: request })).toMatchObject({ state: 'cancelled' });
    const letters = await templatesTo(deps, ada.subjectId);
    expect(letters.filter((kind) => kind.startsWith('asked_for'))).toEqual([
      'asked_for_reminder',
      'asked_for_lapsed',
    ]);
  });

  test('is refused without an answer, and then was never worked on; it is of a field that there is', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asAgent } = await supportAndCustomer(deps, start);
    const { caseDesk } = asAgent(start);
    const ofAda = { ...move, subjectId: ada.subjectId };
    const about = { table: 'account', column: 'emailIndex' };
    expect(await codeOf(caseDesk.openFor({ ...ofAda, about }))).toBe('INPUT_REFUSED');
    expect(await codeOf(caseDesk.openFor({ ...ofAda, value: 'France' }))).toBe('INPUT_REFUSED');
    const { reference } = await caseDesk.openFor(ofAda);
    expect(await codeOf(caseDesk.openFor(ofAda))).toBe('CASE_ALREADY_OPEN');
    // Of another field one may wait beside it.
    const company = { table: 'account', column: 'company' };
    expect(
      await codeOf(caseDesk.openFor({ ...ofAda, about: company, value: 'Ada Ltd' })),
    ).toBeNull();
    expect(
      await codeOf(caseDesk.decide({ reference, decision: 'refused', reason: WHY })),
    ).toBeNull();
    const states = await connection.db
      .select({ state: dataSubjectRequest.state })
      .from(dataSubjectRequest)
      .where(eq(dataSubjectRequest.askedTicket, reference));
    expect(states).toEqual([{ state: 'cancelled' }]);
    expect(await connection.db.$count(requestStep)).toBe(0);
  });
});
