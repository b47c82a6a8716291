import { eq, isNotNull } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { recoveryCode, session, totpFactor } from '../../db/schema/auth.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { mailedToken, templatesTo } from '../testing/letters.ts';
import {
  callerFor,
  emptyJar,
  insertCustomer,
  type Jar,
  type Person,
  signInAs,
} from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { attempt, giveRecoveryCode, later, start, wrongCode } from './testing.ts';
import { codeAt } from './totp.ts';

const caller = (deps: Deps, jar: Jar, now = start) => callerFor(deps, jar, { now }).auth;

/** Proves the mailbox, as a press on the mailed page does. */
async function verified(deps: Deps, jar: Jar, { subjectId }: Person): Promise<void> {
  await caller(deps, jar).sendVerification({});
  const token = await mailedToken(deps, subjectId, 'verify_email');
  await caller(deps, emptyJar()).verifyEmail({ token });
}

describe('the first second factor', () => {
  test('comes after the mailbox is proved, with ten recovery codes, and opens the session', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps, { factor: false });
    const jar = emptyJar();
    expect(await caller(deps, jar).signIn({ email: ada.email, password: ada.password })).toEqual({
      next: 'enrol',
    });
    expect(await refused(caller(deps, jar).beginEnrolment({}))).toEqual(refusal('NOT_ALLOWED'));
    await verified(deps, jar, ada);
    const { secret, otpauthUrl } = await caller(deps, jar).beginEnrolment({});
    expect(otpauthUrl).toContain(`secret=${secret}`);
    const { recoveryCodes } = await caller(deps, jar).confirmEnrolment({
      code: codeAt(secret, start),
    });
    expect(new Set(recoveryCodes).size).toBe(10);
    expect(await caller(deps, jar).me({})).toMatchObject({ displayName: 'Ada Lovelace' });
    expect(await templatesTo(deps, ada.subjectId)).toContain('factor_added');
    const browser = await attempt(deps, ada, later(60));
    expect(
      await refused(giveRecoveryCode(deps, browser, recoveryCodes[9] ?? '', later(60))),
    ).toBeNull();
  });

  test('is not begun by the mailed link: proving the mailbox signs nobody in', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps, { factor: false });
    const jar = await attempt(deps, ada);
    await caller(deps, jar).sendVerification({});
    const token = await mailedToken(deps, ada.subjectId, 'verify_email');
    const stranger = emptyJar();
    await caller(deps, stranger).verifyEmail({ token });
    expect(stranger.set).toEqual([]);
    expect(await refused(caller(deps, stranger).verifyEmail({ token }))).toEqual(
      refusal('LINK_NOT_VALID'),
    );
    expect(await refused(caller(deps, jar).me({}))).toEqual(refusal('SIGNED_OUT'));
  });

  test('is not confirmed by a wrong code, and five of them end the attempt', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps, { factor: false });
    const jar = await attempt(deps, ada);
    await verified(deps, jar, ada);
    const { secret } = await caller(deps, jar).beginEnrolment({});
    const code = wrongCode({ ...ada, totpSecret: secret });
    for (let guess = 0; guess < 5; guess += 1) {
      expect(await refused(caller(deps, jar).confirmEnrolment({ code }))).toEqual(
        refusal('CODE_REFUSED'),
      );
    }
    expect(
      await refused(caller(deps, jar).confirmEnrolment({ code: codeAt(secret, start) })),
    ).toEqual(refusal('ATTEMPT_ENDED'));
    expect(await connection.db.$count(totpFactor, isNotNull(totpFactor.confirmedAt))).toBe(0);
    expect(await connection.db.$count(recoveryCode)).toBe(0);
  });

  test('is one: begun in several browsers, only one of them gets in', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps, { factor: false });
    const jars = [await attempt(deps, ada), await attempt(deps, ada), await attempt(deps, ada)];
    if (jars[0]) await verified(deps, jars[0], ada);
    const begun = await Promise.all(jars.map((jar) => caller(deps, jar).beginEnrolment({})));
    const answers = await Promise.all(
      jars.map((jar, index) =>
        refused(
          caller(deps, jar).confirmEnrolment({ code: codeAt(begun[index]?.secret ?? '', start) }),
        ),
      ),
    );
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    expect(await connection.db.$count(totpFactor)).toBe(1);
    expect(await connection.db.$count(session, eq(session.kind, 'user'))).toBe(1);
    expect(await connection.db.$count(recoveryCode)).toBe(10);
  });

  test('cannot be added from the password alone when there is one', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await attempt(deps, ada);
    const { auth } = callerFor(deps, jar, { now: start });
    expect(await refused(auth.beginEnrolment({}))).toEqual(refusal('NOT_ALLOWED'));
    expect(await refused(auth.confirmEnrolment({ code: codeAt(ada.totpSecret, start) }))).toEqual(
      refusal('NOT_ALLOWED'),
    );
    expect(await refused(auth.sendVerification({}))).toEqual(refusal('NOT_ALLOWED'));
    expect(await refused(auth.beginNewApp({}))).toEqual(refusal('SIGNED_OUT'));
    expect(await connection.db.$count(totpFactor)).toBe(1);
  });

  test('cannot be finished by an attempt that began before another one did', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps, { factor: false });
    const [mine, eves] = [await attempt(deps, ada), await attempt(deps, ada)];
    await verified(deps, mine, ada);
    const { secret } = await caller(deps, eves).beginEnrolment({});
    // The other attempt's factor, as it stood before ours replaced it.
    const rows = await owner.db.select().from(totpFactor);
    const own = await caller(deps, mine).beginEnrolment({});
    await caller(deps, mine).confirmEnrolment({ code: codeAt(own.secret, start) });
    await owner.db.insert(totpFactor).values(rows);
    const late = caller(deps, eves).confirmEnrolment({ code: codeAt(secret, start) });
    expect(await refused(late)).toEqual(refusal('NOT_ALLOWED'));
    expect(await connection.db.$count(totpFactor, isNotNull(totpFactor.confirmedAt))).toBe(1);
  });
});

describe('a further app', () => {
  test('forgives wrong codes once a right one came, and ends the session after five', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: later(-30) });
    await caller(deps, jar).stepUp({ code: codeAt(ada.totpSecret, start) });
    for (let round = 0; round < 2; round += 1) {
      const now = later(round * 30);
      const { secret } = await caller(deps, jar, now).beginNewApp({});
      const wrong = wrongCode({ ...ada, totpSecret: secret }, now);
      for (let guess = 0; guess < 4; guess += 1) {
        expect(await refused(caller(deps, jar, now).confirmNewApp({ code: wrong }))).toEqual(
          refusal('CODE_REFUSED'),
        );
      }
      expect(
        await refused(caller(deps, jar, now).confirmNewApp({ code: codeAt(secret, now) })),
      ).toBeNull();
    }
    const { secret } = await caller(deps, jar).beginNewApp({});
    const code = wrongCode({ ...ada, totpSecret: secret });
    for (let guess = 0; guess < 5; guess += 1)
      await refused(caller(deps, jar).confirmNewApp({ code }));
    expect(await refused(caller(deps, jar).confirmNewApp({ code }))).toEqual(
      refusal('ATTEMPT_ENDED'),
    );
    expect(await refused(caller(deps, jar).me({}))).toEqual(refusal('SIGNED_OUT'));
  });
});
