import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { session } from '../../db/schema/auth.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, emptyJar, insertCustomer } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { attempt, later, MINUTE, start } from './testing.ts';
import { codeAt } from './totp.ts';

describe('the first step', () => {
  test('password, then code, opens a session that is recorded once', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = emptyJar();
    const { auth } = callerFor(deps, jar, { now: start });
    expect(await auth.signIn({ email: ada.email, password: ada.password })).toEqual({
      next: 'code',
    });
    expect(jar.tokens.user).toBeUndefined();
    await callerFor(deps, jar, { now: start }).auth.verifyCode({
      code: codeAt(ada.totpSecret, start),
    });
    const me = await callerFor(deps, jar, { now: start }).auth.me({});
    expect(me).toMatchObject({ displayName: 'Ada Lovelace', signedInWithRecoveryCode: false });
    expect(await connection.db.$count(auditEvent, eq(auditEvent.action, 'auth.signed_in'))).toBe(1);
    expect((await connection.db.select().from(session)).map(({ kind }) => kind)).toEqual(['user']);
  });

  test('finds an address however it is written', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { auth } = callerFor(deps, emptyJar(), { now: start });
    expect(
      await auth.signIn({ email: ` ${ada.email.toUpperCase()} `, password: ada.password }),
    ).toEqual({ next: 'code' });
  });

  test('answers a wrong password and an unknown address alike, and sets no cookie', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = emptyJar();
    const { auth } = callerFor(deps, jar, { now: start });
    const wrong = await refused(auth.signIn({ email: ada.email, password: 'not the password 1' }));
    const unknown = await refused(
      auth.signIn({ email: 'nobody@example.test', password: ada.password }),
    );
    expect(wrong).toEqual(refusal('SIGN_IN_REFUSED'));
    expect(unknown).toEqual(wrong);
    expect(jar.set).toEqual([]);
    expect(await connection.db.$count(session)).toBe(0);
  });

  test('is closed after ten passwords in fifteen minutes, the right one too, and says for how long', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { auth } = callerFor(deps, emptyJar(), { now: start });
    for (let guess = 0; guess < 10; guess += 1) {
      expect(await refused(auth.signIn({ email: ada.email, password: `wrong ${guess}` }))).toEqual(
        refusal('SIGN_IN_REFUSED'),
      );
    }
    const right = { email: ada.email, password: ada.password };
    expect(await refused(auth.signIn(right))).toEqual({
      code: 'SIGN_IN_PAUSED',
      retryAfterSeconds: 15 * MINUTE,
    });
    const after = callerFor(deps, emptyJar(), { now: later(15 * MINUTE) });
    expect(await refused(after.auth.signIn(right))).toBeNull();
  });

  test('reaches no procedure of a signed-in person, wherever its token is put', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { tokens } = await attempt(deps, ada);
    const moved = {
      tokens: { user: tokens.pending ?? null, recovery: tokens.pending ?? null },
      set: [],
    };
    for (const jar of [{ tokens, set: [] }, moved]) {
      const caller = callerFor(deps, jar, { now: start });
      expect(await refused(caller.auth.me({}))).toEqual(refusal('SIGNED_OUT'));
      expect(await refused(caller.auth.sessions({}))).toEqual(refusal('SIGNED_OUT'));
      expect(await refused(caller.account.get({}))).toEqual(refusal('SIGNED_OUT'));
      expect(await refused(caller.access.overview({}))).toEqual(refusal('SIGNED_OUT'));
    }
    const recovery = callerFor(deps, moved, { now: start });
    expect(await refused(recovery.auth.finishRecovery({ password: 'violet harbour 77' }))).toEqual(
      refusal('ATTEMPT_ENDED'),
    );
  });

  test('lasts ten minutes and not a second longer', async ({ connection }) => {
    const deps = testDeps(connection);
    const jar = await attempt(deps, await insertCustomer(deps));
    const at = (seconds: number) =>
      refused(callerFor(deps, jar, { now: later(seconds) }).auth.attempt({}));
    expect(await at(10 * MINUTE - 1)).toBeNull();
    expect(await at(10 * MINUTE)).toEqual(refusal('ATTEMPT_ENDED'));
  });
});
