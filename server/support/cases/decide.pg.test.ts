import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { automatedDecision } from '../../../db/schema/decision.ts';
import { later, MINUTE, start } from '../../auth/testing.ts';
import { readRequest } from '../../requests/read.ts';
import { answer, claimAll, connectHolders } from '../../services/tasks/testing.ts';
import { testDeps } from '../../testing/deps.ts';
import { test } from '../../testing/pg.ts';
import { codeOf } from '../../testing/refused.ts';
import { supportAndCustomer } from '../testing.ts';
import { colleague, insertDecision, move, question, WHY } from './testing.ts';

describe('a decision', () => {
  test('to grant makes the correction, in the history as support’s, and ends the request', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { cases, account, requests } = asCustomer(start);
    const { reference } = await cases.open(move);
    const { requestReference, ...before } = await cases.get({ reference });
    expect(before).toMatchObject({
      about: { kind: 'field', id: 'account.country', table: 'Account', field: 'Country' },
      nowValue: 'DE',
      proposedValue: 'FR',
      beforeValue: null,
    });
    expect(await requests.get({ reference: requestReference ?? '' })).toMatchObject({
      kind: 'rectification',
      state: 'running',
      field: 'Country',
      case: reference,
    });
    const now = later(MINUTE);
    await asAgent(now).caseDesk.decide({ reference, decision: 'granted', reason: WHY });
    const { fields, history } = await account.get({});
    expect(fields.find(({ field }) => field === 'country')?.value).toBe('FR');
    expect(history[0]).toMatchObject({ field: 'country', after: 'FR', by: 'support' });
    expect(await cases.get({ reference })).toMatchObject({ nowValue: null, beforeValue: 'DE' });
    const decidedBy = 'Support agent S-31';
    expect(await requests.get({ reference: requestReference ?? '' })).toMatchObject({ decidedBy });
    // One request, and no second one for the same correction.
    expect(await requests.list({})).toMatchObject([
      { reference: requestReference, state: 'completed', endedAt: now },
    ]);
    const { entries } = await asCustomer(now).audit.log({ actor: 'staff' });
    expect(entries.map(({ action, reference: of }) => [action, of])).toContainEqual([
      'account.corrected',
      reference,
    ]);
  });

  test('to grant is passed on under the same request, which ends when the holder has answered', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    await connectHolders(deps);
    const { asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { reference } = await asCustomer(start).cases.open(move);
    await asAgent(start).caseDesk.decide({ reference, decision: 'granted', reason: WHY });
    const only = async () => {
      const list = await asCustomer(start).requests.list({});
      expect(list).toHaveLength(1);
      return asCustomer(start).requests.get({ reference: list[0]?.reference ?? '' });
    };
    const waiting = await only();
    expect(waiting).toMatchObject({ state: 'running', endedAt: null });
    expect(waiting.steps.map(({ name, state }) => [name, state])).toEqual([
      ['judged', 'done'],
      ['corrected', 'done'],
      ['holders', 'waiting'],
    ]);
    const [task] = await claimAll(deps, 'paylane');
    expect(task).toMatchObject({ kind: 'correct', field: 'country', value: 'FR' });
    if (!task) return;
    await answer(deps, 'paylane', task, { outcome: 'done', result: { records: 1 } });
    expect(await only()).toMatchObject({ state: 'completed' });
  });

  test('to refuse changes nothing by itself; the reason stands word for word', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { cases, account, requests } = asCustomer(start);
    const { reference } = await cases.open(move);
    const before = (await account.get({})).fields;
    const decision = 'refused';
    await asAgent(start).caseDesk.decide({ reference, decision, reason: WHY });
    expect((await account.get({})).fields).toEqual(before);
    expect(await cases.get({ reference })).toMatchObject({
      decision,
      decisionReason: WHY,
      nowValue: null,
      beforeValue: null,
    });
    const [listed] = await requests.list({});
    expect(listed).toMatchObject({ state: 'completed' });
    // Support that views the records is shown no case, which is another chapter.
    const seen = (scope?: string[]) =>
      connection.db.transaction((tx) =>
        readRequest(tx, deps.vault, {
          subjectId: ada.subjectId,
          reference: listed?.reference ?? '',
          scope,
          now: start,
        }),
      );
    expect(await seen()).toMatchObject({ case: reference, decidedBy: 'Support agent S-31' });
    expect(await seen(['records'])).toMatchObject({ case: null, decidedBy: null });
  });

  test('is granted in part only where there are parts: a correction is of one value', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { cases } = asCustomer(start);
    const about = await insertDecision(deps, ada.subjectId);
    const review = await cases.open({ kind: 'human_review', about, text: 'Please look at it.' });
    const correction = await cases.open(move);
    const { get, decide } = asAgent(start).caseDesk;
    const left = async (which: typeof review) => (await get(which)).decisions;
    expect(await left(correction)).toEqual(['granted', 'refused']);
    expect(await left(review)).toEqual(['granted', 'partly', 'refused']);
    const partly = { decision: 'partly', reason: WHY } as const;
    expect(await codeOf(decide({ ...correction, ...partly }))).toBe('INPUT_REFUSED');
    expect(await cases.get(correction)).toMatchObject({ state: 'open', decision: null });
    await decide({ ...review, ...partly });
    expect(await cases.get(review)).toMatchObject({ decision: 'partly' });
    expect(await left(review)).toEqual([]);
  });

  test('holds once: of many at the same time one does, and its value is written once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { reference } = await asCustomer(start).cases.open(move);
    const codes = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        codeOf(
          asAgent(start).caseDesk.decide({
            reference,
            decision: n % 2 ? 'granted' : 'refused',
            reason: WHY,
          }),
        ),
      ),
    );
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(codes.filter((code) => code === 'CASE_CLOSED')).toHaveLength(7);
    const { decision } = await asCustomer(start).cases.get({ reference });
    const { history } = await asCustomer(start).account.get({});
    expect(history).toHaveLength(decision === 'granted' ? 1 : 0);
    const { entries } = await asCustomer(start).audit.log({ actor: 'staff' });
    expect(entries.filter(({ action }) => action === 'case.decided')).toHaveLength(1);
  });

  test('is not made without a reason, nor one that the kind of case cannot have', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const [asked, correction] = [
      await asCustomer(start).cases.open(question()),
      await asCustomer(start).cases.open(move),
    ];
    const { decide } = asAgent(start).caseDesk;
    expect([
      await codeOf(decide({ ...correction, decision: 'granted', reason: '   because     ' })),
      await codeOf(decide({ ...correction, decision: 'answered', reason: WHY })),
      await codeOf(decide({ ...asked, decision: 'granted', reason: WHY })),
    ]).toEqual(Array(3).fill('INPUT_REFUSED'));
    for (const { reference } of [asked, correction]) {
      const seen = await asCustomer(start).cases.get({ reference });
      // Nothing came of it, not even that somebody took it.
      expect(seen).toMatchObject({ state: 'open', decision: null, workedOnBy: null });
    }
  });

  test('of a review marks the automated decision as looked at by a person', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const [about, untouched] = [
      await insertDecision(deps, ada.subjectId),
      await insertDecision(deps, ada.subjectId),
    ];
    const wish = { kind: 'human_review', about, text: 'Please look at it.' } as const;
    const { reference } = await asCustomer(start).cases.open(wish);
    await asAgent(later(MINUTE)).caseDesk.decide({ reference, decision: 'refused', reason: WHY });
    const reviewed = async (id: string) =>
      (
        await connection.db
          .select({ at: automatedDecision.reviewedAt })
          .from(automatedDecision)
          .where(and(eq(automatedDecision.id, id)))
      )[0]?.at;
    expect(await reviewed(about)).toEqual(later(MINUTE));
    expect(await reviewed(untouched)).toBeNull();
  });

  test('of a dispute is never made by the one whose act is disputed', async ({ connection }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    await asAgent(start).support.lookUp({ category: 'other', by: 'email', value: ada.email });
    const { entries } = await asCustomer(start).audit.log({ actor: 'staff' });
    const wish = { kind: 'dispute', about: entries[0]?.id ?? '', text: 'Why?' } as const;
    const { reference } = await asCustomer(start).cases.open(wish);
    const own = asAgent(start).caseDesk;
    expect(await own.get({ reference })).toMatchObject({ notTaken: 'OWN_ACT_DISPUTED' });
    expect([
      await codeOf(own.take({ reference })),
      await codeOf(own.write({ reference, text: 'I had to.' })),
      await codeOf(own.decide({ reference, decision: 'refused', reason: WHY })),
    ]).toEqual(Array(3).fill('OWN_ACT_DISPUTED'));
    const other = await colleague(deps, { label: 'Support agent S-40' });
    expect(await other.at(start).caseDesk.get({ reference })).toMatchObject({
      about: { kind: 'entry', entry: { actor: 'Support agent S-31', action: 'staff.looked_up' } },
      notTaken: null,
    });
    await other.at(start).caseDesk.decide({ reference, decision: 'granted', reason: WHY });
    expect(await asCustomer(start).cases.get({ reference })).toMatchObject({
      decision: 'granted',
      decidedBy: 'Support agent S-40',
    });
  });
});
