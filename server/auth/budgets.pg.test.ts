import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { job } from '../../db/schema/job.ts';
import { outboundMail } from '../../db/schema/mail.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { ask as askForAccount } from '../sign-up/testing.ts';
import { testDeps } from '../testing/deps.ts';
import { runWaiting } from '../testing/jobs.ts';
import { lettersTo, templatesTo } from '../testing/letters.ts';
import { fromOurPage, listening } from '../testing/listening.ts';
import {
  callerFor,
  emptyJar,
  insertCustomer,
  insertStaff,
  type Person,
  signInAs,
} from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf, refused } from '../testing/refused.ts';
import type { Context } from '../trpc/context.ts';
import { budgets, takenOf, takePoint } from './limits.ts';
import { verifyPassword } from './password.ts';
import { takePassword } from './password-budget.ts';
import { forget, later, MINUTE, start } from './testing.ts';

const HOUR = 60 * MINUTE;
const networkOf = (index: number) => `10.${index >> 8}.${index & 255}.0/24`;

/** One password for an address from a network of its own, up to where it would be looked at. */
async function tryOne(
  deps: Deps,
  {
    subjectId,
    emailIndex,
    network,
    now,
  }: { subjectId: string; emailIndex: string; network: number; now: Date },
): Promise<boolean> {
  const ctx = {
    deps,
    now,
    ipPrefix: networkOf(network),
    cookie: () => null,
  } as unknown as Context;
  const attempt = await takePassword(ctx, { subjectId, emailIndex });
  await attempt.refused();
  return attempt.may;
}

test('budgets are what SECURITY.md gives them, or less, and none is missing from this table', async () => {
  const per = Object.fromEntries(
    Object.values(budgets).map(({ name, points, seconds }) => [
      name,
      `${points} / ${seconds / 60} min`,
    ]),
  );
  expect(per).toEqual({
    'password-account': '10 / 15 min',
    'password-account-day': '30 / 1440 min',
    'password-place': '10 / 15 min',
    'password-refused': '1 / 15 min',
    'password-closed': '1 / 15 min',
    'password-network': '30 / 5 min',
    'addresses-tried': '100 / 1440 min',
    'addresses-tried-told': '1 / 1440 min',
    'anonymous-network': '300 / 1 min',
    'mail-address': '5 / 60 min',
    'mail-network': '20 / 60 min',
    'search-account': '60 / 1 min',
    'alarm-customer': '10 / 1440 min',
    'unsubscribe-account': '20 / 1 min',
    'sign-up-network': '20 / 60 min',
    'look-up-agent': '30 / 60 min',
    'case-staff': '60 / 60 min',
    'case-for-agent': '20 / 1440 min',
    'ask-for-agent': '10 / 60 min',
    'find-officer': '60 / 60 min',
    'view-agent': '20 / 1440 min',
    'case-customer': '10 / 1440 min',
    'staff-limit-told': '1 / 1440 min',
    'answer-refused': '5 / 60 min',
    'receipt-network': '30 / 5 min',
  });
});

test('of 200 that take at once from a budget of 5 exactly 5 get one, by the moment of the caller and no other clock', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const { mailByAddress } = budgets;
  const take = () => takePoint(deps, mailByAddress, 'one', start);
  const answers = await Promise.all(Array.from({ length: 200 }, take));
  expect(answers.filter((wait) => wait === null)).toHaveLength(5);
  expect(answers.filter((wait) => wait === HOUR)).toHaveLength(195);
  // The moment is the caller's, whatever the clock of the process or of the library says.
  expect(await takePoint(deps, mailByAddress, 'one', later(HOUR - 1))).toBe(1);
  expect(await takePoint(deps, mailByAddress, 'one', later(HOUR))).toBeNull();
  expect(await takePoint(deps, mailByAddress, 'two', later(-HOUR))).toBeNull();
});

describe('a list of stolen passwords', () => {
  test('that is tried from 400 networks reaches the hash of one account 10 times in 15 minutes, 30 in a day, and then no more', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = { subjectId: crypto.randomUUID(), emailIndex: 'ada' };
    const reached: number[] = [];
    for (let window = 0; window < 5; window += 1) {
      const tries = Array.from({ length: 80 }, (_, index) =>
        tryOne(deps, { ...ada, network: window * 80 + index, now: later(window * 15 * MINUTE) }),
      );
      reached.push((await Promise.all(tries)).filter(Boolean).length);
    }
    expect(reached).toEqual([10, 10, 10, 0, 0]);
    const at = (seconds: number) => tryOne(deps, { ...ada, network: 9_000, now: later(seconds) });
    expect(await at(24 * HOUR - 1)).toBe(false);
    expect(await at(24 * HOUR + 15 * MINUTE)).toBe(true);
  });

  test('that is tried an hour apart at 110 addresses is told to officers by one letter, and shows in the metrics before', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const officer = await insertStaff(deps, { role: 'officer', label: 'Officer O-1' });
    const agent = await insertStaff(deps, { label: 'Support agent S-1' });
    const alerts = () => connection.db.$count(job, eq(job.kind, 'auth.addresses_tried'));
    const tried = (now: Date) => takenOf(deps, budgets.addressesTried, 'all', now);
    for (let hour = 0; hour < 5; hour += 1) {
      const now = later(hour * HOUR);
      const tries = Array.from({ length: 110 }, (_, index) =>
        tryOne(deps, {
          subjectId: crypto.randomUUID(),
          emailIndex: `address ${index}`,
          network: hour * 110 + index,
          now,
        }),
      );
      // None of them is held back by what an account allows.
      expect((await Promise.all(tries)).every(Boolean)).toBe(true);
      expect([hour, await tried(now), await alerts()]).toEqual([
        hour,
        hour < 2 ? 0 : 110,
        hour < 2 ? 0 : 1,
      ]);
    }
    const now = later(4 * HOUR);
    await runWaiting(deps, 'auth.addresses_tried', now);
    const letters = await lettersTo(deps, officer.subjectId);
    expect(letters.map(({ subject }) => subject)).toEqual([
      'Passwords are being tried at many addresses',
    ]);
    expect(letters[0]?.text).not.toMatch(/\{|undefined|address \d/);
    expect(await templatesTo(deps, agent.subjectId)).toEqual([]);
    expect(await tried(later(28 * HOUR))).toBe(0);
  });

  test('is not what 100 people are who forget their passwords on one day', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    for (let time = 0; time < 4; time += 1)
      await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          tryOne(deps, {
            subjectId: crypto.randomUUID(),
            emailIndex: `person ${index}`,
            network: index,
            now: later(time),
          }),
        ),
      );
    expect(await connection.db.$count(job)).toBe(0);
    expect(await takenOf(deps, budgets.addressesTried, 'all', later(5))).toBe(100);
  });
});

const signIn = (
  deps: Deps,
  { email, password }: Pick<Person, 'email' | 'password'>,
  more: Partial<Context> = {},
) => refused(callerFor(deps, emptyJar(), { now: start, ...more }).auth.signIn({ email, password }));

test('thirty wrong passwords of any accounts close a network for five minutes, and right ones count for nothing', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  const { passwordByNetwork } = budgets;
  expect(await signIn(deps, ada)).toBeNull();
  expect(await takenOf(deps, passwordByNetwork, '203.0.113.0/24', start)).toBe(0);
  for (let guess = 0; guess < 29; guess += 1)
    await takePoint(deps, passwordByNetwork, '203.0.113.0/24', start);
  expect(await signIn(deps, { email: 'one@example.test', password: 'wrong' })).toMatchObject({
    code: 'SIGN_IN_REFUSED',
  });
  expect(await signIn(deps, ada)).toEqual({ code: 'TOO_MANY_ATTEMPTS', retryAfterSeconds: 300 });
  expect(await signIn(deps, ada, { ipPrefix: '198.51.100.0/24' })).toBeNull();
});

test('who is asked 100 times for a new password from 100 networks gets five letters an hour, and nobody is told which', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  const ask = (index: number, now = start) =>
    refused(
      callerFor(deps, emptyJar(), { now, ipPrefix: networkOf(index) }).auth.forgot({
        email: ada.email,
      }),
    );
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => ask(index)));
  expect(answers.filter((answer) => answer !== null)).toEqual([]);
  await runWaiting(deps, 'auth.reset_mail', start);
  expect(await connection.db.$count(outboundMail)).toBe(5);
  // One network asks for others at most twenty times.
  const victims = Array.from({ length: 21 }, (_, index) => `victim${index}@example.test`);
  const asked: (string | null)[] = [];
  for (const email of victims)
    asked.push(
      await codeOf(
        callerFor(deps, emptyJar(), { now: start, ipPrefix: '192.0.2.0/24' }).auth.forgot({
          email,
        }),
      ),
    );
  expect(asked.filter((code) => code === null)).toHaveLength(20);
  expect(asked.at(-1)).toBe('TOO_MANY_ATTEMPTS');
});

describe('calls of nobody who is signed in', () => {
  const few = (deps: Deps): Deps => ({ ...deps, env: { ...deps.env, ANONYMOUS_CALLS: 40 } });

  test('are counted for each network by what they cost, a password as five, and begin anew after a minute', async ({
    connection,
  }) => {
    const deps = few(testDeps(connection));
    const call = (more: Partial<Context> = {}) =>
      refused(callerFor(deps, emptyJar(), { now: start, ...more }).consent.cookies({}));
    const wrong = { email: 'nobody@example.test', password: 'not the password' };
    for (let guess = 0; guess < 4; guess += 1)
      expect(await signIn(deps, wrong)).toMatchObject({ code: 'SIGN_IN_REFUSED' });
    const answers = await Promise.all(Array.from({ length: 30 }, () => call()));
    expect(answers.filter((answer) => answer === null)).toHaveLength(20);
    expect(answers.filter((answer) => answer !== null)[0]).toEqual({
      code: 'TOO_MANY_ATTEMPTS',
      retryAfterSeconds: 60,
    });
    expect(await signIn(deps, wrong)).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
    expect(await call({ ipPrefix: '198.51.100.0/24' })).toBeNull();
    expect(await call({ now: later(MINUTE) })).toBeNull();
  });

  test('cannot be made to look like those of somebody: a session is not counted, a cookie that opens nothing is', async ({
    connection,
  }) => {
    const deps = few(testDeps(connection));
    const jar = await signInAs(deps, await insertCustomer(deps), { now: start });
    const made = { tokens: { user: 'A'.repeat(43) }, set: [] };
    const call = (one: typeof jar) =>
      refused(callerFor(deps, one, { now: later(MINUTE) }).consent.cookies({}));
    for (let count = 0; count < 45; count += 1) expect(await call(jar)).toBeNull();
    const answers = await Promise.all(Array.from({ length: 45 }, () => call(made)));
    expect(answers.filter((answer) => answer === null)).toHaveLength(40);
    expect(await call(jar)).toBeNull();
    // What hashes a password costs its network the same with a session, the right one too.
    const ada = await insertCustomer(deps);
    const own = await signInAs(deps, ada, { now: later(5 * MINUTE) });
    const { email, password } = ada;
    const hashes = () =>
      codeOf(
        callerFor(deps, { ...own, set: [] }, { now: later(7 * MINUTE) }).auth.signIn({
          email,
          password,
        }),
      );
    const hashed: (string | null)[] = [];
    for (let count = 0; count < 12; count += 1) hashed.push(await hashes());
    expect(hashed.filter((code) => code === null)).toHaveLength(8);
    expect(hashed.at(-1)).toBe('TOO_MANY_ATTEMPTS');
  });

  test('mails that strangers bring about are five an hour to an address, of whatever kind', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    for (let turn = 0; turn < 5; turn += 1) {
      await forget(deps, ada.email, later(turn));
      await askForAccount(deps, later(turn), { email: ada.email });
    }
    expect(await lettersTo(deps, ada.subjectId)).toHaveLength(5);
    await forget(deps, ada.email, later(HOUR + 1));
    expect(await lettersTo(deps, ada.subjectId)).toHaveLength(6);
  });

  test('are counted one by one in a batch, and the form that needs no script with them; the answer says when', async ({
    connection,
  }) => {
    const deps = { ...few(testDeps(connection)), clock: () => start };
    const ask = await listening(deps);
    const batch = Array.from({ length: 8 }, () => 'consent.cookies').join(',');
    const body = JSON.stringify(Object.fromEntries(Array.from({ length: 8 }, (_, at) => [at, {}])));
    const post = () =>
      ask(`/trpc/${batch}?batch=1`, {
        method: 'POST',
        headers: fromOurPage('http://localhost:3000'),
        body,
      });
    for (let times = 0; times < 5; times += 1) expect((await post()).status).toBe(200);
    const over = await post();
    expect([over.status, over.headers['retry-after']]).toEqual([429, '60']);
    const form = await ask('/cookies/choice', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
      },
      body: 'functional=no&statistics=no',
    });
    expect([form.status, form.headers['retry-after']]).toEqual([429, '60']);
    expect(form.headers['set-cookie']).toBeUndefined();
  });
});

test('of 200 passwords at once 66 are hashed, the others told at once to come back in five seconds, and nothing else waits for them', async () => {
  await verifyPassword(null, 'the one that nobody has is made first');
  let turns = 0;
  let hashing = true;
  const turn = () => {
    turns += 1;
    if (hashing) setImmediate(turn);
  };
  setImmediate(turn);
  const answers = await Promise.all(
    Array.from({ length: 200 }, () =>
      verifyPassword(null, 'x'.repeat(256)).then(
        () => 'hashed',
        (cause: unknown) =>
          cause instanceof DomainError ? `${cause.code} ${cause.retryAfterSeconds}` : 'failed',
      ),
    ),
  );
  hashing = false;
  expect(answers.filter((answer) => answer === 'hashed')).toHaveLength(66);
  expect(answers.filter((answer) => answer === 'BUSY 5')).toHaveLength(134);
  // Hashed on this thread, the loop would turn once for each of them.
  expect(turns).toBeGreaterThan(1_000);
});
