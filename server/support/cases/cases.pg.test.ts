import { describe, expect } from 'vitest';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { start } from '../../auth/testing.ts';
import { testDeps } from '../../testing/deps.ts';
import { insertCustomer, signedInAs } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { codeOf } from '../../testing/refused.ts';
import { doors, supportAndCustomer, viewOf } from '../testing.ts';
import { country, DAY, insertDecision, move, question, WHY } from './testing.ts';

describe('a case of a customer', () => {
  test('has a clock: five days for a question, the law’s for what law asks', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asCustomer } = await supportAndCustomer(deps, start);
    const { cases } = asCustomer(start);
    const decision = await insertDecision(deps, ada.subjectId);
    const { entries } = await asCustomer(start).audit.log({ actor: 'all' });
    const asked = [
      await cases.open(question()),
      await cases.open(move),
      await cases.open({ kind: 'human_review', about: decision, text: 'Please look.' }),
      await cases.open({ kind: 'dispute', about: entries[0]?.id ?? '', text: 'Not me.' }),
    ];
    const days = await Promise.all(
      asked.map(async ({ reference }) => {
        const { dueAt } = await cases.get({ reference });
        return (dueAt.getTime() - start.getTime()) / DAY;
      }),
    );
    expect(days[0]).toBe(5);
    for (const left of days.slice(1)) {
      expect(left).toBeGreaterThanOrEqual(28);
      expect(left).toBeLessThanOrEqual(30);
    }
    expect((await cases.list({})).map(({ kind }) => kind).sort()).toEqual([
      'correction',
      'dispute',
      'human_review',
      'question',
      'question',
    ]);
  });

  test('is nobody else’s to read, write or take back, and is about nothing of anybody else', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asCustomer } = await supportAndCustomer(deps, start);
    const { reference } = await asCustomer(start).cases.open(question());
    const decision = await insertDecision(deps, ada.subjectId);
    const { entries } = await asCustomer(start).audit.log({ actor: 'all' });
    const bo = await insertCustomer(deps, { name: 'Bo' });
    const jar = await signedInAs(deps, bo, { now: start });
    const { cases } = doors(deps, jar, jar).asCustomer(start);
    const text = 'Hello';
    expect([
      await codeOf(cases.get({ reference })),
      await codeOf(cases.write({ reference, text })),
      await codeOf(cases.withdraw({ reference })),
      await codeOf(cases.open({ kind: 'human_review', about: decision, text })),
      await codeOf(cases.open({ kind: 'dispute', about: entries[0]?.id ?? '', text })),
    ]).toEqual(Array(5).fill('NOT_FOUND'));
    expect(await cases.list({})).toEqual([]);
  });

  test('is begun at what it is about: what was done, by whom, when and how it came out; of one’s own alone', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    await asCustomer(start).account.setSupportAccess({ allowed: false });
    expect(await codeOf(asAgent(start).support.startView(viewOf(ada, ticket)))).toBe(
      'SUPPORT_ACCESS_OFF',
    );
    const { entries } = await asCustomer(start).audit.log({ actor: 'staff' });
    const entry = { kind: 'dispute', about: entries[0]?.id ?? '' } as const;
    const { about } = asCustomer(start).cases;
    expect(await about(entry)).toEqual({
      kind: 'entry',
      entry: {
        actor: 'Support agent S-31',
        actorKind: 'staff',
        action: 'support.view_refused',
        outcome: 'refused',
        occurredAt: start,
      },
    });
    const decision = {
      kind: 'human_review',
      about: await insertDecision(deps, ada.subjectId),
    } as const;
    expect(await about(decision)).toMatchObject({ decision: { outcome: 'limited' } });
    const bo = await insertCustomer(deps, { name: 'Bo' });
    const jar = await signedInAs(deps, bo, { now: start });
    const asBo = doors(deps, jar, jar).asCustomer(start).cases;
    for (const wish of [entry, decision]) expect(await codeOf(asBo.about(wish))).toBe('NOT_FOUND');
  });

  test('stands in the log beside the entry that it disputes, and beside no other', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const disputes = async () =>
      (await asCustomer(start).audit.log({ actor: 'staff' })).entries.map(({ dispute }) => dispute);
    await asCustomer(start).account.setSupportAccess({ allowed: false });
    for (const _ of [1, 2]) await codeOf(asAgent(start).support.startView(viewOf(ada, ticket)));
    expect(await disputes()).toEqual([null, null]);
    const { entries } = await asCustomer(start).audit.log({ actor: 'staff' });
    const about = entries[1]?.id ?? '';
    const { cases } = asCustomer(start);
    const { reference } = await cases.open({ kind: 'dispute', about, text: 'Not me.' });
    expect(await disputes()).toEqual([null, { reference, open: true }]);
    await cases.withdraw({ reference });
    expect(await disputes()).toEqual([null, { reference, open: false }]);
  });

  test('is opened ten times a day at most', async ({ connection }) => {
    const deps = testDeps(connection);
    const { asCustomer } = await supportAndCustomer(deps, start);
    const codes = await Promise.all(
      Array.from({ length: 14 }, (_, n) =>
        codeOf(asCustomer(start).cases.open(question(`Question ${n}`))),
      ),
    );
    expect(codes.filter((code) => code === null)).toHaveLength(10);
    expect(codes.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(4);
  });

  test('about one thing is open once, of any number at once', async ({ connection }) => {
    const deps = testDeps(connection);
    const { asCustomer } = await supportAndCustomer(deps, start);
    const codes = await Promise.all(
      Array.from({ length: 8 }, () => codeOf(asCustomer(start).cases.open(move))),
    );
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(codes.filter((code) => code === 'CASE_ALREADY_OPEN')).toHaveLength(7);
    expect(await connection.db.$count(dataSubjectRequest)).toBe(1);
  });

  test.for([
    ['a field that there is not', { table: 'account', column: 'shoeSize' }, 'FR'],
    ['a secret', { table: 'account', column: 'passwordHash' }, 'FR'],
    ['a table without a person', { table: 'staffMember', column: 'label' }, 'FR'],
    ['what a decision would not change', { table: 'account', column: 'email' }, 'a@example.test'],
    ['what the portal says of the account', { table: 'account', column: 'status' }, 'closed'],
    ['what the portal recorded', { table: 'auditEvent', column: 'action' }, 'Nothing'],
    ['a value that the field cannot have', country, 'Atlantis'],
  ] as const)('is not opened for %s', async ([, about, value], { connection }) => {
    const deps = testDeps(connection);
    const { asCustomer } = await supportAndCustomer(deps, start);
    const call = asCustomer(start).cases.open({ ...move, about, value });
    expect(await codeOf(call)).toBe('INPUT_REFUSED');
    expect(await connection.db.$count(dataSubjectRequest)).toBe(0);
  });

  test('taken back is closed, and the request that it was is cancelled', async ({ connection }) => {
    const deps = testDeps(connection);
    const { asCustomer, asAgent } = await supportAndCustomer(deps, start);
    const { cases, requests } = asCustomer(start);
    const { reference } = await cases.open(move);
    await cases.withdraw({ reference });
    const seen = await cases.get({ reference });
    expect(seen).toMatchObject({ state: 'closed', decision: 'withdrawn', daysLeft: null });
    expect((await requests.list({}))[0]).toMatchObject({ state: 'cancelled', endedAt: start });
    const text = 'And?';
    expect([
      await codeOf(cases.withdraw({ reference })),
      await codeOf(cases.write({ reference, text })),
      await codeOf(asAgent(start).caseDesk.write({ reference, text })),
      await codeOf(asAgent(start).caseDesk.decide({ reference, decision: 'granted', reason: WHY })),
    ]).toEqual(Array(4).fill('CASE_CLOSED'));
    // And the same can be asked again.
    expect(await codeOf(cases.open(move))).toBeNull();
  });
});
