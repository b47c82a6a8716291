import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { automatedDecision } from '../../../db/schema/decision.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { staffMember } from '../../../db/schema/staff.ts';
import { supportMessage, supportTicket } from '../../../db/schema/support.ts';
import { later, MINUTE, start } from '../../auth/testing.ts';
import { newId } from '../../crypto/token.ts';
import type { Deps } from '../../deps.ts';
import { answer, claimAll, connectHolders } from '../../services/tasks/testing.ts';
import { testDeps } from '../../testing/deps.ts';
import { atTheDesk, insertCustomer, insertStaff, signedInAs } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { codeOf } from '../../testing/refused.ts';
import { doors, supportAndCustomer } from '../testing.ts';

const DAY = 86_400_000;
const WHY = 'Your bank confirmed the address that you gave us.';
const country = { table: 'account', column: 'country' };
const move = { kind: 'correction', about: country, value: 'FR', text: 'I have moved.' } as const;
const question = (about = 'My invoice') => ({ kind: 'question', about, text: 'Why?' }) as const;

/** Another member of staff at the console. */
async function colleague(deps: Deps, person: Parameters<typeof insertStaff>[1]) {
  const staff = await insertStaff(deps, person);
  const jar = await atTheDesk(deps, staff, { now: start });
  return { staff, at: doors(deps, jar, jar).asAgent };
}

async function insertDecision({ connection }: Deps, subjectId: string): Promise<string> {
  const id = newId(start);
  await connection.db.insert(automatedDecision).values({
    id,
    subjectId,
    kind: 'quota',
    outcome: 'limited',
    effect: 'Two GPUs at once',
    decidedAt: start,
  });
  return id;
}

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

describe('a case at the console', () => {
  test('stands in the queue without a name or account, those due first, page by page', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    await connection.sql`delete from support_ticket`;
    const key = await deps.vault.subjectKey(connection.db, ada.subjectId);
    const rows = Array.from({ length: 120 }, (_, n) => ({
      id: newId(start),
      subjectId: ada.subjectId,
      reference: `T-${n}`,
      kind: 'question' as const,
      subjectLine: deps.vault.seal(key, 'support_ticket.subject_line', 'Ada Lovelace asks'),
      state: 'open' as const,
      openedAt: start,
      // Several are due at the same moment.
      dueAt: later(DAY * (1 + (n % 7))),
    }));
    await connection.db.insert(supportTicket).values(rows);
    const seen: { reference: string; dueAt: Date }[] = [];
    let cursor: string | undefined;
    do {
      const page = await asAgent(start).caseDesk.list({ state: 'open', mine: false, cursor });
      expect(JSON.stringify(page)).not.toContain(ada.subjectId);
      expect(JSON.stringify(page)).not.toContain('Lovelace');
      seen.push(...page.cases);
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(new Set(seen.map(({ reference }) => reference)).size).toBe(120);
    const due = seen.map(({ dueAt }) => dueAt.getTime());
    expect(due).toEqual([...due].sort((a, b) => a - b));
    await asAgent(start).caseDesk.take({ reference: 'T-5' });
    const { cases } = await asAgent(start).caseDesk.list({ state: 'open', mine: true });
    expect(cases.map(({ reference }) => reference)).toEqual(['T-5']);
    expect((await asCustomer(start).cases.get({ reference: 'T-5' })).workedOnBy).toBe(
      'Support agent S-31',
    );
    const call = asAgent(start).caseDesk.list({ state: 'open', mine: false, cursor: 'bm9uZQ' });
    expect(await codeOf(call)).toBe('INPUT_REFUSED');
  });

  test('is read with the name masked, and never unrecorded', async ({ connection, owner }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { reference } = await asCustomer(start).cases.open(move);
    const look = () => asAgent(start).caseDesk.get({ reference });
    const seen = await look();
    expect(seen).toMatchObject({ name: 'A•••', kind: 'correction', assigned: null });
    expect(JSON.stringify(seen)).not.toContain('Lovelace');
    expect(JSON.stringify(seen)).not.toContain(ada.email);
    const { entries } = await asCustomer(start).audit.log({ actor: 'staff' });
    expect(entries.map(({ action, reference: of }) => [action, of])).toEqual([
      ['case.read', reference],
    ]);
    await owner.sql.unsafe(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no record'; end $$;
      create trigger refuse before insert on audit_event for each row execute function refuse();`);
    await expect(look()).rejects.toThrow();
    await owner.sql.unsafe('drop trigger refuse on audit_event; drop function refuse();');
  });

  test('shows what was written to whoever works on it and to officers, and to nobody else of staff', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { reference } = await asCustomer(start).cases.open(move);
    const other = await colleague(deps, { label: 'Support agent S-32' });
    const officer = await colleague(deps, { role: 'officer', label: 'Privacy officer P-31' });
    const written = { messages: [{ text: 'I have moved.' }], proposedValue: 'FR', nowValue: 'DE' };
    const hidden = { messages: null, proposedValue: null, nowValue: null, decisionReason: null };
    const seen = (at: typeof asAgent) => at(start).caseDesk.get({ reference });
    expect(await seen(asAgent)).toMatchObject(hidden);
    expect(JSON.stringify(await seen(asAgent))).not.toContain('I have moved.');
    await asAgent(start).caseDesk.take({ reference });
    expect(await seen(asAgent)).toMatchObject(written);
    expect(await seen(other.at)).toMatchObject(hidden);
    expect(await seen(officer.at)).toMatchObject(written);
    await asAgent(start).caseDesk.decide({ reference, decision: 'refused', reason: WHY });
    expect(await seen(asAgent)).toMatchObject({ decisionReason: WHY });
    expect(await seen(other.at)).toMatchObject(hidden);
  });

  test('moves between the two sides, and no letter says what was written', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { reference } = await asCustomer(start).cases.open(question('A secret matter'));
    const state = async () => (await asCustomer(start).cases.get({ reference })).state;
    expect(await state()).toBe('open');
    await asAgent(start).caseDesk.write({ reference, text: 'A confidential answer' });
    expect(await state()).toBe('waiting');
    await asCustomer(later(MINUTE)).cases.write({ reference, text: 'A private reply' });
    expect(await state()).toBe('open');
    await asAgent(later(MINUTE)).caseDesk.decide({ reference, decision: 'answered', reason: WHY });
    expect(await asCustomer(start).cases.get({ reference })).toMatchObject({
      state: 'closed',
      decision: 'answered',
      decisionReason: WHY,
      decidedBy: 'Support agent S-31',
    });
    const key = await deps.vault.subjectKey(connection.db, ada.subjectId);
    const letters = await connection.db
      .select()
      .from(outboundMail)
      .where(eq(outboundMail.subjectId, ada.subjectId));
    const kinds = letters.map(({ template }) => template).filter((kind) => /^case/.test(kind));
    expect(kinds.sort()).toEqual(['case_answered', 'case_decided', 'case_received']);
    const said = letters
      .map(
        ({ subjectLine, bodyText }) =>
          deps.vault.unseal(key, 'outbound_mail.subject_line', subjectLine) +
          deps.vault.unseal(key, 'outbound_mail.body_text', bodyText),
      )
      .join('\n');
    expect(said).toContain(`/cases/${reference}`);
    for (const words of ['secret', 'confidential', 'private', 'bank']) {
      expect(said).not.toContain(words);
    }
    const { entries } = await asCustomer(later(MINUTE)).audit.log({ actor: 'all' });
    expect(
      entries
        .filter(({ reference: of }) => of === reference)
        .map(({ action }) => action)
        .sort(),
    ).toEqual(['case.decided', 'case.opened', 'case.taken', 'case.written', 'case.written']);
  });

  test('is sealed: nothing that was written stands readable in the database', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { reference } = await asCustomer(start).cases.open({ ...move, text: 'lighthouse' });
    await asAgent(start).caseDesk.decide({
      reference,
      decision: 'refused',
      reason: 'a lighthouse is no country of the world',
    });
    const rows = JSON.stringify([
      await connection.db.select().from(supportTicket),
      await connection.db.select().from(supportMessage),
      await connection.db.select().from(dataSubjectRequest),
    ]);
    expect(rows).not.toContain('lighthouse');
    expect(rows).not.toContain('"FR"');
  });

  test('is one person’s: a colleague is refused, an officer may take it over, anybody may when that person has left', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { agent, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { reference } = await asCustomer(start).cases.open(question());
    const other = await colleague(deps, { label: 'Support agent S-40' });
    await asAgent(start).caseDesk.take({ reference });
    await asAgent(start).caseDesk.take({ reference });
    const text = 'Me too';
    expect([
      await codeOf(other.at(start).caseDesk.take({ reference })),
      await codeOf(other.at(start).caseDesk.write({ reference, text })),
      await codeOf(
        other.at(start).caseDesk.decide({ reference, decision: 'answered', reason: WHY }),
      ),
    ]).toEqual(Array(3).fill('CASE_TAKEN'));
    const who = async () => (await asCustomer(start).cases.get({ reference })).workedOnBy;
    expect(await who()).toBe('Support agent S-31');
    await connection.db
      .update(staffMember)
      .set({ disabledAt: start })
      .where(eq(staffMember.accountId, agent.subjectId));
    await other.at(start).caseDesk.take({ reference });
    expect(await who()).toBe('Support agent S-40');
    const officer = await colleague(deps, { role: 'officer', label: 'Officer O-9' });
    await officer.at(start).caseDesk.take({ reference });
    expect(await who()).toBe('Officer O-9');
  });

  test('is taken by one of many who reach for it at once', async ({ connection }) => {
    const deps = testDeps(connection);
    const { asCustomer } = await supportAndCustomer(deps, start);
    const { reference } = await asCustomer(start).cases.open(question());
    const agents = await Promise.all(
      Array.from({ length: 6 }, (_, n) => colleague(deps, { label: `Support agent S-5${n}` })),
    );
    const codes = await Promise.all(
      agents.map(({ at }) => codeOf(at(start).caseDesk.take({ reference }))),
    );
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(codes.filter((code) => code === 'CASE_TAKEN')).toHaveLength(5);
  });

  test('is not written in, decided or opened once the deletion of its customer has begun', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { reference } = await asCustomer(start).cases.open(move);
    const to = (status: string) =>
      connection.sql`update account set status = ${status} where subject_id = ${ada.subjectId}`;
    const { take, write, decide, openFor } = asAgent(start).caseDesk;
    const call = { ...question('Your call'), subjectId: ada.subjectId };
    // It only waits: what was asked is still answered, and nothing new is begun.
    await to('pending_deletion');
    expect(await codeOf(write({ reference, text: 'Hello' }))).toBeNull();
    expect(await codeOf(openFor(call))).toBe('NOT_FOUND');
    await to('erasing');
    const messages = await connection.db.$count(supportMessage);
    expect([
      await codeOf(take({ reference })),
      await codeOf(write({ reference, text: 'Hello' })),
      await codeOf(decide({ reference, decision: 'granted', reason: WHY })),
      await codeOf(openFor(call)),
    ]).toEqual(Array(4).fill('NOT_FOUND'));
    expect(await connection.db.$count(supportMessage)).toBe(messages);
  });

  test('is opened for a customer who called: they are told at once, and read it', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, agent, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const wish = { kind: 'question', about: 'Your call', text: 'You asked about GPUs.' } as const;
    const { reference } = await asAgent(start).caseDesk.openFor({
      subjectId: ada.subjectId,
      ...wish,
    });
    expect(await asCustomer(start).cases.get({ reference })).toMatchObject({
      kind: 'question',
      state: 'waiting',
      subjectLine: 'Your call',
      workedOnBy: 'Support agent S-31',
      messages: [{ author: 'support', text: 'You asked about GPUs.' }],
    });
    const { notices } = await asCustomer(start).overview.state({});
    expect(notices[0]).toMatchObject({ kind: 'case_opened', reference });
    for (const subjectId of [agent.subjectId, crypto.randomUUID()])
      expect(await codeOf(asAgent(start).caseDesk.openFor({ subjectId, ...wish }))).toBe(
        'NOT_FOUND',
      );
  });
});

describe('a correction that staff open for a customer', () => {
  test('is a request under law from that moment, and is granted neither before the customer has answered nor by who opened it', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { caseDesk } = asAgent(start);
    const { reference } = await caseDesk.openFor({ ...move, subjectId: ada.subjectId });
    const { cases, requests, account } = asCustomer(start);
    const seen = await cases.get({ reference });
    expect(seen).toMatchObject({ kind: 'correction', state: 'waiting', proposedValue: 'FR' });
    expect(await requests.get({ reference: seen.requestReference ?? '' })).toMatchObject({
      kind: 'rectification',
    });
    for (const decision of ['granted', 'partly'] as const)
      expect(await codeOf(caseDesk.decide({ reference, decision, reason: WHY }))).toBe(
        'CASE_UNANSWERED',
      );
    const country = async () =>
      (await account.get({})).fields.find(({ field }) => field === 'country')?.value;
    expect(await country()).toBe('DE');
    await cases.write({ reference, text: 'Yes, I did move.' });
    // Whether that is a yes is not for whoever opened it to judge.
    expect(await codeOf(caseDesk.decide({ reference, decision: 'granted', reason: WHY }))).toBe(
      'FOUR_EYES_NEEDED',
    );
    expect(await country()).toBe('DE');
    const officer = await colleague(deps, { role: 'officer', label: 'Privacy officer P-31' });
    await officer.at(start).caseDesk.decide({ reference, decision: 'granted', reason: WHY });
    expect(await country()).toBe('FR');
  });

  test('is refused without an answer, and is of a field that there is', async ({ connection }) => {
    const deps = testDeps(connection);
    const { ada, asAgent } = await supportAndCustomer(deps, start);
    const { caseDesk } = asAgent(start);
    const ofAda = { ...move, subjectId: ada.subjectId };
    const about = { table: 'account', column: 'emailIndex' };
    expect(await codeOf(caseDesk.openFor({ ...ofAda, about }))).toBe('INPUT_REFUSED');
    expect(await codeOf(caseDesk.openFor({ ...ofAda, value: 'France' }))).toBe('INPUT_REFUSED');
    const { reference } = await caseDesk.openFor(ofAda);
    expect(await codeOf(caseDesk.openFor(ofAda))).toBe('CASE_ALREADY_OPEN');
    expect(
      await codeOf(caseDesk.decide({ reference, decision: 'refused', reason: WHY })),
    ).toBeNull();
  });
});

describe('what one member of staff does with cases', () => {
  test('is reading sixty an hour and opening twenty a day for customers, of any number at once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { reference } = await asCustomer(start).cases.open(question());
    const { caseDesk } = asAgent(start);
    const wish = { ...question('A call'), subjectId: ada.subjectId };
    const all = (count: number, call: () => Promise<unknown>) =>
      Promise.all(Array.from({ length: count }, () => codeOf(call())));
    const read = await all(63, () => caseDesk.get({ reference }));
    expect(read.filter((code) => code === null)).toHaveLength(60);
    expect(read.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(3);
    const opened = await all(22, () => caseDesk.openFor(wish));
    expect(opened.filter((code) => code === null)).toHaveLength(20);
    expect(opened.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(2);
  });
});

describe('a decision', () => {
  test('to grant makes the correction, in the history as support’s, and ends the request', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { cases, account, requests } = asCustomer(start);
    const { reference } = await cases.open(move);
    const { requestReference } = await cases.get({ reference });
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

  test.for(['partly', 'refused'] as const)(
    'other than to grant (%s) changes nothing by itself; the reason stands word for word',
    async (decision, { connection }) => {
      const deps = testDeps(connection);
      const { asAgent, asCustomer } = await supportAndCustomer(deps, start);
      const { cases, account, requests } = asCustomer(start);
      const { reference } = await cases.open(move);
      const before = (await account.get({})).fields;
      await asAgent(start).caseDesk.decide({ reference, decision, reason: WHY });
      expect((await account.get({})).fields).toEqual(before);
      expect(await cases.get({ reference })).toMatchObject({ decision, decisionReason: WHY });
      expect((await requests.list({}))[0]).toMatchObject({ state: 'completed' });
    },
  );

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
    expect([
      await codeOf(own.take({ reference })),
      await codeOf(own.write({ reference, text: 'I had to.' })),
      await codeOf(own.decide({ reference, decision: 'refused', reason: WHY })),
    ]).toEqual(Array(3).fill('OWN_ACT_DISPUTED'));
    const other = await colleague(deps, { label: 'Support agent S-40' });
    expect(await other.at(start).caseDesk.get({ reference })).toMatchObject({
      about: { kind: 'entry', entry: { actor: 'Support agent S-31', action: 'staff.looked_up' } },
    });
    await other.at(start).caseDesk.decide({ reference, decision: 'granted', reason: WHY });
    expect(await asCustomer(start).cases.get({ reference })).toMatchObject({
      decision: 'granted',
      decidedBy: 'Support agent S-40',
    });
  });
});
