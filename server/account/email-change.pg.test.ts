import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { session } from '../../db/schema/auth.ts';
import { forget } from '../auth/testing.ts';
import { testDeps } from '../testing/deps.ts';
import { lettersTo, mailedToken } from '../testing/letters.ts';
import { signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { addressOf, at, confirm, HOUR, later, proveFor, signedIn, stranger } from './testing.ts';

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
    const { email: former, password } = ada;
    expect(await refused(stranger(deps, 92).auth.signIn({ email: former, password }))).toEqual(
      refusal('SIGN_IN_REFUSED'),
    );
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

  test('refused for its link costs neither the code nor the link that is right', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'new@example.test' });
    await proveFor(deps, ada, 60);
    const commit = (token: string) =>
      refused(at(deps, ada, 61).account.confirmEmailChange({ token }));
    expect(await commit('x'.repeat(43))).toEqual(refusal('LINK_NOT_VALID'));
    expect(await commit(await mailedToken(deps, ada.subjectId, 'email_change_confirm'))).toBeNull();
    expect(await addressOf(deps, ada)).toBe('new@example.test');
    expect(await commit('x'.repeat(43))).toEqual(refusal('STEP_UP_REQUIRED'));
  });

  test('is put in force once by a hundred calls at once', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'new@example.test' });
    const token = await mailedToken(deps, ada.subjectId, 'email_change_confirm');
    await proveFor(deps, ada, 60);
    const browser = { jar: { ...ada.jar, tokens: { ...ada.jar.tokens } } };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        refused(at(deps, browser, 60).account.confirmEmailChange({ token })),
      ),
    );
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    expect(
      await connection.db.$count(auditEvent, eq(auditEvent.action, 'account.email_changed')),
    ).toBe(1);
    expect(await connection.db.$count(session)).toBe(1);
  });

  test('gives the session that put it in force a new token; the old cookie opens nothing', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'new@example.test' });
    await proveFor(deps, ada, 60);
    const before = { jar: { ...ada.jar, tokens: { ...ada.jar.tokens } } };
    const [row] = await connection.db.select().from(session);
    const token = await mailedToken(deps, ada.subjectId, 'email_change_confirm');
    await at(deps, ada, 60).account.confirmEmailChange({ token });
    expect(await refused(at(deps, before, 61).auth.me({}))).toEqual(refusal('SIGNED_OUT'));
    expect(await refused(at(deps, ada, 61).auth.me({}))).toBeNull();
    const renewed = await connection.db.select().from(session);
    expect(renewed.map(({ handle }) => handle)).toEqual([row?.handle]);
    expect(renewed[0]?.id).not.toBe(row?.id);
  });

  test('ends all other sessions and the links mailed to the old one', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    const other = { jar: await signedInAs(deps, ada, { now: later(30) }) };
    await forget(deps, ada.email, later(31));
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
