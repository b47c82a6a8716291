import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import type { Connection } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { job } from '../../db/schema/job.ts';
import { outboundMail } from '../../db/schema/mail.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { runWaiting } from '../testing/jobs.ts';
import { callerFor, emptyJar, insertCustomer, signInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refused } from '../testing/refused.ts';
import { later, start } from './testing.ts';

/** What a call sends to the database, in its order. */
async function statementsOf({ sql }: Connection, call: () => Promise<unknown>): Promise<string[]> {
  const sent: string[] = [];
  const { options } = sql as unknown as { options: { debug: unknown } };
  options.debug = (_connection: number, statement: string) => void sent.push(statement);
  await call();
  options.debug = false;
  return sent;
}

/** One address that nobody has, and five whose owners could be told apart by more work or less. */
async function addresses(deps: Deps): Promise<string[]> {
  const { db } = deps.connection;
  const people = [];
  for (const name of ['Ada', 'Bea', 'Cleo', 'Dora', 'Eve'])
    people.push(await insertCustomer(deps, { name, factor: name !== 'Bea' }));
  const [ada, , cleo, dora, eve] = people;
  if (!ada || !cleo || !dora || !eve) throw new Error('five people');
  await signInAs(deps, ada, { now: later(-60) });
  for (const [{ subjectId }, values] of [
    [cleo, { status: 'erasing' }],
    [dora, { role: 'support' }],
    [eve, { status: 'pending_deletion' }],
  ] as const)
    await db.update(account).set(values).where(eq(account.subjectId, subjectId));
  return ['nobody@example.test', ...people.map(({ email }) => email)];
}

const anybody = (deps: Deps) => callerFor(deps, emptyJar(), { now: start }).auth;

describe('whether an address has an account shows in no work', () => {
  test('of asking for a new password: the statements are the same, and the letter is written later', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const everybody = await addresses(deps);
    const sent: string[][] = [];
    for (const email of everybody)
      sent.push(await statementsOf(connection, () => anybody(deps).forgot({ email })));
    expect(sent[0]?.length).toBeGreaterThan(4);
    for (const statements of sent) expect(statements).toEqual(sent[0]);
    expect(await connection.db.$count(outboundMail)).toBe(0);
    expect(await runWaiting(deps, 'auth.reset_mail', start)).toBe(everybody.length);
    // Ada, Bea, and Eve whose account can still be saved.
    expect(await connection.db.$count(outboundMail)).toBe(3);
  });

  test('of asking for an account: the statements are the same, also where one was asked for already', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const everybody = ['nobody@example.test', ...(await addresses(deps))];
    const sent: string[][] = [];
    for (const email of everybody) {
      const { signUp } = callerFor(deps, emptyJar(), { now: start });
      const { ticket } = await signUp.answerAge({ day: 9, month: 12, year: 1986 });
      const wish = { ticket: ticket ?? '', email, displayName: 'Grace', country: 'US' };
      sent.push(await statementsOf(connection, () => signUp.ask(wish)));
    }
    expect(sent[0]?.length).toBeGreaterThan(8);
    for (const statements of sent) expect(statements).toEqual(sent[0]);
    expect(await connection.db.$count(outboundMail)).toBe(0);
  });

  test('of a wrong password, the first of many or one too many', async ({ connection }) => {
    const deps = testDeps(connection);
    const everybody = await addresses(deps);
    const guess = (email: string) => () =>
      refused(anybody(deps).signIn({ email, password: 'not the password' }));
    // The network's own budget is not what this is about.
    const fresh = () => connection.sql`delete from rate_limit where points > 20`;
    for (let round = 1; round <= 12; round += 1) {
      await fresh();
      const sent: string[][] = [];
      for (const email of everybody) sent.push(await statementsOf(connection, guess(email)));
      expect(sent[0]?.length).toBeGreaterThan(4);
      for (const statements of sent) expect([round, statements]).toEqual([round, sent[0]]);
    }
  });

  test('nor do jobs about nobody leave anything but themselves', async ({ connection }) => {
    const deps = testDeps(connection);
    const { forgot, signIn } = anybody(deps);
    await forgot({ email: 'nobody@example.test' });
    await refused(signIn({ email: 'nobody@example.test', password: 'not the password' }));
    await runWaiting(deps, 'auth.reset_mail', start);
    await runWaiting(deps, 'auth.password_refused', start);
    expect(await connection.db.$count(auditEvent)).toBe(0);
    expect(await connection.db.$count(outboundMail)).toBe(0);
    const rows = await connection.db.select().from(job);
    expect(rows.map(({ kind }) => kind).sort()).toEqual([
      'auth.password_refused',
      'auth.reset_mail',
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/nobody|example/);
  });
});
