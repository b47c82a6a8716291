import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { account, emailChange } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { session } from '../../db/schema/auth.ts';
import { codeAt } from '../auth/totp.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { lettersTo, mailedToken } from '../testing/letters.ts';
import {
  callerFor,
  emptyJar,
  insertCustomer,
  type Jar,
  type Person,
  signedInAs,
} from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';

const start = new Date(Math.floor(Date.now() / 30_000) * 30_000);
const later = (seconds: number) => new Date(start.getTime() + seconds * 1_000);
const HOUR = 3_600;
type SignedIn = Person & { jar: Jar };

const at = (deps: Deps, { jar }: { jar: Jar }, seconds: number) =>
  callerFor(deps, jar, { now: later(seconds) });
const stranger = (deps: Deps, seconds: number) => at(deps, { jar: emptyJar() }, seconds);

async function signedIn(deps: Deps, name = 'Ada Lovelace', seconds = 0): Promise<SignedIn> {
  const person = await insertCustomer(deps, { name });
  return { ...person, jar: await signedInAs(deps, person, { now: later(seconds) }) };
}

/** Proves the factor for the one act, at a step no code was used in. */
const proveFor = (deps: Deps, person: SignedIn, seconds: number) =>
  at(deps, person, seconds).auth.stepUp({
    code: codeAt(person.totpSecret, later(seconds)),
    act: 'email_commit',
  });

async function confirm(deps: Deps, person: SignedIn, seconds: number, token?: string) {
  await proveFor(deps, person, seconds);
  const mailed = token ?? (await mailedToken(deps, person.subjectId, 'email_change_confirm'));
  return refused(at(deps, person, seconds).account.confirmEmailChange({ token: mailed }));
}

const addressOf = async (deps: Deps, { subjectId }: Person) => {
  const { db } = deps.connection;
  const [row] = await db.select().from(account).where(eq(account.subjectId, subjectId));
  const email = deps.vault.unseal(
    await deps.vault.subjectKey(db, subjectId),
    'account.email',
    row?.email ?? ('' as never),
  );
  expect(row?.emailIndex).toBe(deps.vault.emailIndex(email));
  return email;
};

describe('a new e-mail address', () => {
  test('is asked for with a fresh second factor, confirmed from its own mailbox, and both mailboxes are told', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    const stale = at(deps, ada, 301).account.askEmailChange({ email: 'new@example.test' });
    expect(await refused(stale)).toEqual(refusal('STEP_UP_REQUIRED'));
    await at(deps, ada, 60).account.askEmailChange({ email: 'new@example.test' });
    expect(
      (await lettersTo(deps, ada.subjectId)).map(({ template, to }) => [template, to]),
    ).toEqual([
      ['email_change_confirm', 'new@example.test'],
      ['email_change_notice', ada.email],
    ]);
    expect(await addressOf(deps, ada)).toBe(ada.email);
    const { email } = await at(deps, ada, 61).account.get({});
    expect(email).toMatchObject({ value: ada.email, pending: { address: 'new@example.test' } });
    expect(await confirm(deps, ada, 90)).toBeNull();
    expect(await addressOf(deps, ada)).toBe('new@example.test');
    expect((await lettersTo(deps, ada.subjectId)).at(-1)).toMatchObject({
      template: 'email_changed',
      to: ada.email,
    });
    const { history } = await at(deps, ada, 91).account.get({});
    expect(history).toMatchObject([
      { field: 'email', before: ada.email, after: 'new@example.test' },
    ]);
    expect(
      await refused(
        stranger(deps, 92).auth.signIn({ email: 'new@example.test', password: ada.password }),
      ),
    ).toBeNull();
    expect(await refused(stranger(deps, 92).auth.signIn(ada))).not.toBeNull();
  });

  test('is not in force without a factor for this act alone, whoever holds the link', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [await signedIn(deps), await signedIn(deps, 'Eve Moneypenny')];
    await at(deps, ada, 1).account.askEmailChange({ email: 'new@example.test' });
    const token = await mailedToken(deps, ada.subjectId, 'email_change_confirm');
    expect(await refused(stranger(deps, 2).account.confirmEmailChange({ token }))).toEqual(
      refusal('SIGNED_OUT'),
    );
    expect(await refused(at(deps, ada, 2).account.confirmEmailChange({ token }))).toEqual(
      refusal('STEP_UP_REQUIRED'),
    );
    expect(await confirm(deps, eve, 60, token)).toEqual(refusal('LINK_NOT_VALID'));
    expect(await addressOf(deps, ada)).toBe(ada.email);
    expect(await confirm(deps, ada, 60, token)).toBeNull();
    expect(await confirm(deps, ada, 90, token)).toEqual(refusal('LINK_NOT_VALID'));
  });

  test('can be confirmed for an hour, and only the last one asked for', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'first@example.test' });
    const first = await mailedToken(deps, ada.subjectId, 'email_change_confirm');
    await at(deps, ada, 2).account.askEmailChange({ email: 'second@example.test' });
    expect(await confirm(deps, ada, 60, first)).toEqual(refusal('LINK_NOT_VALID'));
    for (let used = 0; used < HOUR; used += 1_200) await at(deps, ada, used).auth.me({});
    expect(await confirm(deps, ada, HOUR + 2)).toEqual(refusal('LINK_NOT_VALID'));
    expect(await addressOf(deps, ada)).toBe(ada.email);
  });

  test('that somebody else has is refused only to whoever reads its mailbox', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [await signedIn(deps), await signedIn(deps, 'Eve Moneypenny')];
    expect(
      await refused(at(deps, eve, 1).account.askEmailChange({ email: ada.email.toUpperCase() })),
    ).toBeNull();
    expect(await confirm(deps, eve, 60)).toEqual(refusal('EMAIL_NOT_AVAILABLE'));
    expect(await addressOf(deps, eve)).toBe(eve.email);
    expect(await addressOf(deps, ada)).toBe(ada.email);
    expect(
      await connection.db.$count(auditEvent, eq(auditEvent.action, 'account.email_changed')),
    ).toBe(0);
  });

  test('that two want at once goes to one of them', async ({ connection }) => {
    const deps = testDeps(connection);
    const people = [
      await signedIn(deps),
      await signedIn(deps, 'Eve Moneypenny'),
      await signedIn(deps, 'Bob Noyce'),
    ];
    for (const person of people) {
      await at(deps, person, 1).account.askEmailChange({ email: 'same@example.test' });
      await proveFor(deps, person, 60);
    }
    const answers = await Promise.all(
      people.map(async (person) => {
        const token = await mailedToken(deps, person.subjectId, 'email_change_confirm');
        return refused(at(deps, person, 60).account.confirmEmailChange({ token }));
      }),
    );
    expect(answers.map((answer) => answer?.code ?? 'done').sort()).toEqual([
      'EMAIL_NOT_AVAILABLE',
      'EMAIL_NOT_AVAILABLE',
      'done',
    ]);
  });

  test('is none when it is the address one has, and five times an hour at most', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    const ask = (email: string) => refused(at(deps, ada, 1).account.askEmailChange({ email }));
    expect(await ask(ada.email.toUpperCase())).toEqual(refusal('EMAIL_NOT_AVAILABLE'));
    for (let time = 0; time < 4; time += 1) expect(await ask(`new${time}@example.test`)).toBeNull();
    expect(await ask('another@example.test')).toEqual({
      code: 'TOO_MANY_ATTEMPTS',
      retryAfterSeconds: HOUR,
    });
    for (const bad of [
      '',
      'ada',
      'ada@localhost',
      'a b@example.test',
      'ada@example..test',
      '"a"@example.test',
    ]) {
      expect(await ask(bad)).toEqual(refusal('INPUT_REFUSED'));
    }
  });

  test('ends all other sessions and the links mailed to the old one', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    const other = { jar: await signedInAs(deps, ada, { now: later(30) }) };
    await stranger(deps, 31).auth.forgot({ email: ada.email });
    const reset = await mailedToken(deps, ada.subjectId, 'reset_password');
    await at(deps, ada, 31).account.askEmailChange({ email: 'new@example.test' });
    expect(await confirm(deps, ada, 60)).toBeNull();
    expect(await refused(at(deps, ada, 61).auth.me({}))).toBeNull();
    expect(await refused(at(deps, other, 61).auth.me({}))).toEqual(refusal('SIGNED_OUT'));
    expect(await refused(stranger(deps, 61).auth.beginRecovery({ token: reset }))).toEqual(
      refusal('LINK_NOT_VALID'),
    );
  });
});

describe('the old mailbox', () => {
  const undo = (deps: Deps, token: string, seconds: number) =>
    stranger(deps, seconds).account.undoEmailChange({ token });

  test('stops a change before it is in force, and every session ends', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'thief@example.test' });
    const way = await mailedToken(deps, ada.subjectId, 'email_change_notice');
    expect(await undo(deps, way, 2)).toEqual({ restored: false });
    expect(await refused(at(deps, ada, 3).auth.me({}))).toEqual(refusal('SIGNED_OUT'));
    const again = { ...ada, jar: await signedInAs(deps, ada, { now: later(60) }) };
    expect(await confirm(deps, again, 90)).toEqual(refusal('LINK_NOT_VALID'));
    expect(await refused(undo(deps, way, 91))).toEqual(refusal('LINK_NOT_VALID'));
    expect(await addressOf(deps, ada)).toBe(ada.email);
  });

  test.for(['email_change_notice', 'email_changed'] as const)(
    'takes a change back after it is in force, by the link of %s',
    async (template, { connection }) => {
      const deps = testDeps(connection);
      const ada = await signedIn(deps);
      await at(deps, ada, 1).account.askEmailChange({ email: 'thief@example.test' });
      expect(await confirm(deps, ada, 60)).toBeNull();
      const way = await mailedToken(deps, ada.subjectId, template);
      expect(await undo(deps, way, 120)).toEqual({ restored: true });
      expect(await addressOf(deps, ada)).toBe(ada.email);
      expect(await refused(at(deps, ada, 121).auth.me({}))).toEqual(refusal('SIGNED_OUT'));
      expect(await refused(undo(deps, way, 122))).toEqual(refusal('LINK_NOT_VALID'));
      const back = { jar: await signedInAs(deps, ada, { now: later(150) }) };
      const { history } = await at(deps, back, 151).account.get({});
      expect(history[0]).toMatchObject({
        field: 'email',
        before: 'thief@example.test',
        after: ada.email,
      });
    },
  );

  test('takes back every later change with it, and the thief’s mailbox cannot return', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'thief@example.test' });
    const hers = await mailedToken(deps, ada.subjectId, 'email_change_notice');
    expect(await confirm(deps, ada, 60)).toBeNull();
    await at(deps, ada, 61).account.askEmailChange({ email: 'fence@example.test' });
    const thiefs = await mailedToken(deps, ada.subjectId, 'email_change_notice');
    expect(await confirm(deps, ada, 90)).toBeNull();
    expect(await undo(deps, hers, 120)).toEqual({ restored: true });
    expect(await refused(undo(deps, thiefs, 121))).toEqual(refusal('LINK_NOT_VALID'));
    expect(await addressOf(deps, ada)).toBe(ada.email);
  });

  test('can do so for 72 hours after the change', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'thief@example.test' });
    expect(await confirm(deps, ada, 60)).toBeNull();
    const way = await mailedToken(deps, ada.subjectId, 'email_changed');
    expect(await refused(undo(deps, way, 60 + 72 * HOUR))).toEqual(refusal('LINK_NOT_VALID'));
    expect(await refused(undo(deps, way, 60 + 72 * HOUR - 1))).toBeNull();
  });

  test('holds the only way back: nothing in the database opens it, nor does the way forward', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'new@example.test' });
    const [forward, way] = [
      await mailedToken(deps, ada.subjectId, 'email_change_confirm'),
      await mailedToken(deps, ada.subjectId, 'email_change_notice'),
    ];
    const stored = JSON.stringify(await connection.db.select().from(emailChange));
    expect([stored.includes(forward), stored.includes(way)]).toEqual([false, false]);
    expect(await refused(undo(deps, forward, 2))).toEqual(refusal('LINK_NOT_VALID'));
    expect(await confirm(deps, ada, 60, way)).toEqual(refusal('LINK_NOT_VALID'));
    expect(await connection.db.$count(session)).toBe(1);
  });
});
