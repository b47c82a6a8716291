import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { outboundMail } from '../../../db/schema/mail.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { supportMessage, supportTicket } from '../../../db/schema/support.ts';
import { later, MINUTE, start } from '../../auth/testing.ts';
import { newId } from '../../crypto/token.ts';
import { testDeps } from '../../testing/deps.ts';
import { test } from '../../testing/pg.ts';
import { codeOf } from '../../testing/refused.ts';
import { supportAndCustomer } from '../testing.ts';
import { colleague, DAY, move, question, WHY } from './testing.ts';

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

  test('says what a question is about in the customer’s own words to whoever reads the messages, and to nobody else', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const asked = await asCustomer(start).cases.open(question('My illness and my invoice'));
    const correction = await asCustomer(start).cases.open(move);
    const line = async ({ reference }: { reference: string }) =>
      (await asAgent(start).caseDesk.get({ reference })).subjectLine;
    expect(await line(asked)).toBeNull();
    // This line is ours, from the data map.
    expect(await line(correction)).toBe('Correction: Account, Country');
    await asAgent(start).caseDesk.take(asked);
    expect(await line(asked)).toBe('My illness and my invoice');
    await asAgent(start).caseDesk.giveBack(asked);
    expect(await line(asked)).toBeNull();
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

  test('is opened for the customer whose id was typed, however that is written', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const call = { ...question('Your call'), subjectId: ada.subjectId.toUpperCase() };
    const { reference } = await asAgent(start).caseDesk.openFor(call);
    expect(await asCustomer(start).cases.get({ reference })).toMatchObject({
      subjectLine: 'Your call',
    });
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
