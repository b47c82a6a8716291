import { Writable } from 'node:stream';
import { eq, sql } from 'drizzle-orm';
import { pino } from 'pino';
import { describe, expect } from 'vitest';
import { nameOf, subjectIs } from '../../db/data-map/erase.ts';
import { subjectTables } from '../../db/data-map/index.ts';
import { account } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { rateLimit } from '../../db/schema/auth.ts';
import { consentEvent } from '../../db/schema/consent.ts';
import { subjectKey } from '../../db/schema/key.ts';
import { outboundMail } from '../../db/schema/mail.ts';
import { signUp } from '../../db/schema/sign-up.ts';
import { later, start } from '../auth/testing.ts';
import { codeAt } from '../auth/totp.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { runWaiting } from '../testing/jobs.ts';
import { lettersTo, mailedToken } from '../testing/letters.ts';
import { callerFor, emptyJar, insertCustomer } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf, refusal, refused } from '../testing/refused.ts';
import { fingerprint } from '../testing/renew.ts';
import { ask, grown, lastAsked, open, PASSWORD, visitor } from './testing.ts';

const HOUR = 3_600;
const wish = { email: 'grace@example.test', displayName: 'Grace Hopper', country: 'US' };

async function rowsOf({ connection }: Deps, subjectId: string): Promise<string[]> {
  const found: string[] = [];
  for (const table of subjectTables) {
    const [row] = await connection.db.execute<{ n: string }>(
      sql`select count(*) as n from ${nameOf(table)} as t where t.${subjectIs(table, subjectId)}`,
    );
    if (row?.n !== '0') found.push(table.sqlName);
  }
  return found.sort();
}

describe('the question about age', () => {
  test('leaves nothing of a child: no row, no line in a log, and in the browser a cookie without a date', async ({
    connection,
    owner,
  }) => {
    const lines: string[] = [];
    const into = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        done();
      },
    });
    const deps = testDeps(connection, { log: pino({ level: 'trace' }, into) });
    const jar = emptyJar();
    const before = await fingerprint(connection.sql);
    const child = { day: 17, month: 5, year: start.getUTCFullYear() - 10 };
    expect(await visitor(deps, start, { jar }).signUp.answerAge(child)).toEqual({ ticket: null });
    // That somebody on this network called is counted for a minute, whatever the call was.
    expect(await connection.db.select({ points: rateLimit.points }).from(rateLimit)).toEqual([
      { points: 1 },
    ]);
    await owner.sql`truncate rate_limit`;
    expect(await fingerprint(connection.sql)).toEqual(before);
    expect(lines).toEqual([]);
    expect(jar.set).toEqual(['no_sign_up=1; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400']);
  });

  test('is answered alike for a day once it was refused, whatever is said then and whatever ticket is at hand', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ticket } = await visitor(deps, start).signUp.answerAge(grown);
    const again = visitor(deps, start, { refused: true }).signUp;
    expect(await again.answerAge(grown)).toEqual({ ticket: null });
    expect(await refused(again.ask({ ticket: ticket ?? '', ...wish }))).toEqual(
      refusal('SIGN_UP_CLOSED'),
    );
    expect(await connection.db.$count(signUp)).toBe(0);
  });

  test('gives a ticket of ours that lasts half an hour; without one nothing can be asked for', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ticket } = await visitor(deps, start).signUp.answerAge(grown);
    const asking = (sent: string, seconds: number) =>
      codeOf(visitor(deps, later(seconds)).signUp.ask({ ticket: sent, ...wish }));
    const [until, ...rest] = (ticket ?? '').split('.');
    expect(await asking([Number(until) + 1, ...rest].join('.'), 1)).toBe('SIGN_UP_OVER');
    expect(await asking(ticket ?? '', 1_800)).toBe('SIGN_UP_OVER');
    expect(await asking('', 1)).toBe('INPUT_REFUSED');
    expect(await asking(ticket ?? '', 1_799)).toBeNull();
    expect(ticket).not.toMatch(/1986/);
    expect(await codeOf(visitor(deps, start).signUp.answerAge({ ...grown, day: 32 }))).toBe(
      'INPUT_REFUSED',
    );
    expect(
      await codeOf(visitor(deps, start).signUp.answerAge({ day: 30, month: 2, year: 1990 })),
    ).toBe('INPUT_REFUSED');
    const desk = callerFor(deps, emptyJar(), { now: start, surface: 'console' });
    expect(await codeOf(desk.signUp.answerAge(grown))).toBe('NOT_FOUND');
  });
});

describe('an account', () => {
  test('is none before its mailbox is proved, and can do nothing before its second factor', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    await ask(deps, start);
    expect(await connection.db.$count(account)).toBe(0);
    expect(
      await codeOf(visitor(deps, start).auth.signIn({ email: wish.email, password: PASSWORD })),
    ).toBe('SIGN_IN_REFUSED');
    const subjectId = await lastAsked(deps);
    const [letter] = await lettersTo(deps, subjectId);
    expect(letter?.to).toBe(wish.email);
    // What somebody else may have entered stands in no letter to a mailbox that nobody has proved.
    expect(letter?.text).not.toContain('Grace');
    const token = await mailedToken(deps, subjectId, 'sign_up');
    expect(await visitor(deps, later(5)).signUp.look({ token })).toEqual(wish);
    expect(await connection.db.$count(account)).toBe(0);

    const { jar } = await open(deps, later(10));
    const [row] = await connection.db.select().from(account);
    expect(row).toMatchObject({ subjectId, role: 'customer', country: 'US', language: 'en' });
    expect(row).toMatchObject({ emailVerifiedAt: later(10), timeZone: 'America/New_York' });
    expect(await connection.db.$count(consentEvent)).toBe(0);
    expect(await codeOf(callerFor(deps, jar, { now: later(11) }).auth.me({}))).toBe('SIGNED_OUT');

    const enrolling = () => callerFor(deps, jar, { now: later(12) }).auth;
    const { secret } = await enrolling().beginEnrolment({});
    await enrolling().confirmEnrolment({ code: codeAt(secret, later(12)) });
    const me = await callerFor(deps, jar, { now: later(13) }).auth.me({});
    expect(me).toMatchObject({ displayName: 'Grace Hopper', role: 'customer' });
    const events = await connection.db
      .select({ action: auditEvent.action, kind: auditEvent.actorKind })
      .from(auditEvent)
      .where(eq(auditEvent.subjectId, subjectId));
    expect(events).toContainEqual({ action: 'account.signed_up', kind: 'subject' });
    expect(await rowsOf(deps, subjectId)).not.toContain('sign_up');
  });

  test('comes once of any number of presses and of sign-ups for one address; the others leave nothing', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    await ask(deps, start, { displayName: 'Somebody else', ipPrefix: '198.51.100.0/24' });
    const other = await lastAsked(deps);
    const otherLink = await mailedToken(deps, other, 'sign_up');
    await ask(deps, later(1), { email: 'ＧＲＡＣＥ@example.test' });
    const subjectId = await lastAsked(deps);
    const link = await mailedToken(deps, subjectId, 'sign_up');
    const press = (token: string) =>
      codeOf(visitor(deps, later(2)).signUp.complete({ token, password: PASSWORD }));
    const answers = await Promise.all([
      ...Array.from({ length: 12 }, () => press(link)),
      ...Array.from({ length: 4 }, () => press(otherLink)),
    ]);
    expect(answers.filter((code) => code === null)).toHaveLength(1);
    const [opened, ...more] = await connection.db.select().from(account);
    expect(more).toEqual([]);
    const left = opened?.subjectId === subjectId ? other : subjectId;
    await runWaiting(deps, 'sign_up.lapse', later(3));
    expect(await rowsOf(deps, left)).toEqual([]);
    expect(await press(link)).toBe('LINK_NOT_VALID');
    expect(await press(otherLink)).toBe('LINK_NOT_VALID');
    expect(await connection.db.$count(account)).toBe(1);
  });

  test('is not opened for an address that has one: its owner is told, and nothing of the attempt stays', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    await ask(deps, start, { email: ada.email.toUpperCase(), displayName: 'Mallory' });
    expect(await connection.db.$count(account)).toBe(1);
    expect(await connection.db.$count(signUp)).toBe(0);
    expect(await connection.db.$count(subjectKey)).toBe(1);
    const letters = await lettersTo(deps, ada.subjectId);
    expect(letters.map(({ template, to }) => [template, to])).toEqual([
      ['sign_up_known', ada.email],
    ]);
    expect(letters[0]?.text).not.toMatch(/Mallory|#[A-Za-z0-9_-]{43}/);
    const [event] = await connection.db.select().from(auditEvent);
    expect(event).toMatchObject({
      subjectId: ada.subjectId,
      action: 'account.sign_up_tried',
      outcome: 'refused',
    });
  });

  test('that came meanwhile by another way stays as it is, and a password that is refused uses no link up', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    await ask(deps, start);
    const subjectId = await lastAsked(deps);
    const token = await mailedToken(deps, subjectId, 'sign_up');
    const press = (password: string) =>
      codeOf(visitor(deps, later(2)).signUp.complete({ token, password }));
    expect(await press('Grace Hopper 1906')).toBe('PASSWORD_NAMES_YOU');
    const ada = await insertCustomer(deps);
    await connection.db
      .update(account)
      .set({ emailIndex: deps.vault.emailIndex(wish.email) })
      .where(eq(account.subjectId, ada.subjectId));
    expect(await press(PASSWORD)).toBe('EMAIL_NOT_AVAILABLE');
    expect(await connection.db.$count(account)).toBe(1);
    expect(await rowsOf(deps, subjectId)).toContain('sign_up');
  });
});

describe('a sign-up that nobody finishes', () => {
  test('goes after a day with all that hangs on it: letter, link, key', async ({ connection }) => {
    const deps = testDeps(connection);
    await ask(deps, start);
    const subjectId = await lastAsked(deps);
    const token = await mailedToken(deps, subjectId, 'sign_up');
    expect(await rowsOf(deps, subjectId)).toEqual([
      'mail_token',
      'outbound_mail',
      'sign_up',
      'subject_key',
    ]);
    const press = (now: Date) =>
      codeOf(visitor(deps, now).signUp.complete({ token, password: PASSWORD }));
    expect(await press(later(24 * HOUR))).toBe('LINK_NOT_VALID');
    await runWaiting(deps, 'sign_up.lapse', later(24 * HOUR));
    expect(await rowsOf(deps, subjectId)).toEqual([]);
    expect(await connection.db.$count(auditEvent)).toBe(0);
    await expect(deps.vault.subjectKey(connection.db, subjectId)).rejects.toThrow('key');
  });

  test('cannot be kept longer by anybody: the database refuses', async ({ connection }) => {
    const deps = testDeps(connection);
    await ask(deps, start);
    const longer = connection.sql`update sign_up set expires_at = expires_at + interval '1 second'`;
    await expect(longer).rejects.toThrow('sign_up_a_day');
  });
});

test('letters to one address stop after five in an hour without a word; a network waits after twenty, and is told', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  for (let time = 0; time < 7; time += 1) await ask(deps, later(time));
  expect(await connection.db.$count(outboundMail)).toBe(5);
  expect(await connection.db.$count(signUp)).toBe(5);
  for (let time = 7; time < 20; time += 1)
    await ask(deps, later(time), { email: `person${time}@example.test` });
  const { ticket } = await visitor(deps, later(30)).signUp.answerAge(grown);
  const more = refused(visitor(deps, later(30)).signUp.ask({ ticket: ticket ?? '', ...wish }));
  expect(await more).toEqual({ code: 'TOO_MANY_ATTEMPTS', retryAfterSeconds: HOUR - 30 });
});
