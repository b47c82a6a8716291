import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { staffMember } from '../../../db/schema/staff.ts';
import { later, MINUTE, start } from '../../auth/testing.ts';
import { testDeps } from '../../testing/deps.ts';
import { test } from '../../testing/pg.ts';
import { codeOf } from '../../testing/refused.ts';
import { supportAndCustomer } from '../testing.ts';
import { colleague, question, WHY } from './testing.ts';

describe('work on a case', () => {
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
    const why = async (at: typeof asAgent) =>
      (await at(start).caseDesk.get({ reference })).notTaken;
    const officer = await colleague(deps, { role: 'officer', label: 'Officer O-9' });
    expect(await why(other.at)).toBe('CASE_TAKEN');
    expect([await why(asAgent), await why(officer.at)]).toEqual([null, null]);
    const who = async () => (await asCustomer(start).cases.get({ reference })).workedOnBy;
    expect(await who()).toBe('Support agent S-31');
    await connection.db
      .update(staffMember)
      .set({ disabledAt: start })
      .where(eq(staffMember.accountId, agent.subjectId));
    expect(await why(other.at)).toBeNull();
    await other.at(start).caseDesk.take({ reference });
    expect(await who()).toBe('Support agent S-40');
    await officer.at(start).caseDesk.take({ reference });
    expect(await who()).toBe('Officer O-9');
  });

  test('is given back by whoever has it, and by nobody else; the customer sees it, and a colleague takes it', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { asAgent, asCustomer } = await supportAndCustomer(deps, start);
    const { reference } = await asCustomer(start).cases.open(question());
    const other = await colleague(deps, { label: 'Support agent S-40' });
    const officer = await colleague(deps, { role: 'officer', label: 'Officer O-9' });
    const own = asAgent(start).caseDesk;
    await own.take({ reference });
    await asAgent(later(MINUTE)).caseDesk.write({ reference, text: 'I look into it.' });
    for (const { at } of [other, officer])
      expect(await codeOf(at(start).caseDesk.giveBack({ reference }))).toBe('CASE_TAKEN');
    await own.giveBack({ reference });
    await own.giveBack({ reference });
    expect(await asCustomer(start).cases.get({ reference })).toMatchObject({
      workedOnBy: null,
      messages: [{ author: 'customer' }, { text: 'I look into it.' }],
    });
    expect(await own.get({ reference })).toMatchObject({ assigned: null, messages: null });
    await other.at(start).caseDesk.take({ reference });
    const { entries } = await asCustomer(start).audit.log({ actor: 'staff' });
    const seen = entries.filter(({ reference: of }) => of === reference);
    expect(seen.filter(({ action }) => action === 'case.given_back')).toHaveLength(1);
    await other.at(start).caseDesk.decide({ reference, decision: 'answered', reason: WHY });
    expect(await codeOf(other.at(start).caseDesk.giveBack({ reference }))).toBe('CASE_CLOSED');
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
});
