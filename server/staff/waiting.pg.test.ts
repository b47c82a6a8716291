import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { supportTicket } from '../../db/schema/support.ts';
import { later, MINUTE, start } from '../auth/testing.ts';
import { colleague, move, question } from '../support/cases/testing.ts';
import { supportAndCustomer } from '../support/testing.ts';
import { testDeps } from '../testing/deps.ts';
import { test } from '../testing/pg.ts';

describe('what waits at the console', () => {
  test('is counted for each role by what it finds there: what waits for us, what is late, what is theirs', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { asAgent, asCustomer } = await supportAndCustomer(deps, start);
    await connection.sql`delete from support_ticket`;
    const { cases } = asCustomer(start);
    const [asked, correction] = [await cases.open(question()), await cases.open(move)];
    const officer = await colleague(deps, { role: 'officer', label: 'Officer O-9' });
    const administrator = await colleague(deps, { role: 'administrator', label: 'Admin A-9' });
    await asAgent(start).caseDesk.take(asked);
    await connection.db
      .update(supportTicket)
      .set({ dueAt: start })
      .where(eq(supportTicket.reference, correction.reference));
    const at = (who: typeof asAgent) => who(later(MINUTE)).desk.waiting({});
    expect(await at(asAgent)).toEqual({
      cases: { open: 2, late: 1, mine: 1 },
      requests: null,
      holds: null,
    });
    expect(await at(officer.at)).toEqual({
      cases: { open: 2, late: 1, mine: 0 },
      requests: { open: 1, late: 0 },
      holds: { open: 0 },
    });
    expect(await at(administrator.at)).toEqual({
      cases: null,
      requests: null,
      holds: { open: 0 },
    });
  });

  test('is no case that waits for the customer', async ({ connection }) => {
    const deps = testDeps(connection);
    const { asAgent, asCustomer } = await supportAndCustomer(deps, start);
    await connection.sql`delete from support_ticket`;
    const { reference } = await asCustomer(start).cases.open(question());
    await asAgent(start).caseDesk.write({ reference, text: 'Which invoice?' });
    const { cases } = await asAgent(start).desk.waiting({});
    expect(cases).toEqual({ open: 0, late: 0, mine: 0 });
  });
});
