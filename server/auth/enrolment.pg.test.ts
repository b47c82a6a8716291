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
  signedInAs,
} from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { attempt, giveRecoveryCode, later, MINUTE, start, wrongCode } from './testing.ts';
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
    expect(await refused(auth.beginReplacement({}))).toEqual(refusal('SIGNED_OUT'));
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

describe('a new authenticator in place of the old', () => {
  test('needs a fresh factor, works from its first code, and ends the old one and all other sessions', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const other = await signedInAs(deps, ada, { now: later(-60) });
    const jar = await signedInAs(deps, ada, { now: later(-30) });
    // The code of the sign-in is not enough: whoever holds the session then would have it too.
    expect(await refused(caller(deps, jar).beginReplacement({}))).toEqual(
      refusal('STEP_UP_REQUIRED'),
    );
    await caller(deps, jar).stepUp({ code: codeAt(ada.totpSecret, start) });
    expect(await refused(caller(deps, jar, later(5 * MINUTE + 1)).beginReplacement({}))).toEqual(
      refusal('STEP_UP_REQUIRED'),
    );
    const { secret } = await caller(deps, jar).beginReplacement({});
    const bystander = await attempt(deps, ada, later(30));
    const [still] = [
      await refused(
        caller(deps, bystander, later(30)).verifyCode({ code: codeAt(ada.totpSecret, later(30)) }),
      ),
    ];
    expect(still).toBeNull();
    const before: Jar = { tokens: { ...jar.tokens }, set: [] };
    await caller(deps, jar, later(60)).confirmReplacement({ code: codeAt(secret, later(60)) });
    expect(await refused(caller(deps, jar, later(60)).me({}))).toBeNull();
    // Its own session goes on under a new token; the old one is dead.
    expect(await refused(caller(deps, before, later(60)).me({}))).toEqual(refusal('SIGNED_OUT'));
    expect(await refused(caller(deps, other, later(60)).me({}))).toEqual(refusal('SIGNED_OUT'));
    expect(await refused(caller(deps, bystander, later(60)).me({}))).toEqual(refusal('SIGNED_OUT'));
    const old = caller(deps, await attempt(deps, ada, later(90)), later(90));
    expect(await refused(old.verifyCode({ code: codeAt(ada.totpSecret, later(90)) }))).toEqual(
      refusal('CODE_REFUSED'),
    );
    expect(
      await refused(signedInAs(deps, { ...ada, totpSecret: secret }, { now: later(90) })),
    ).toBeNull();
    expect(await templatesTo(deps, ada.subjectId)).toEqual(['factor_added']);
  });

  test('may follow a recovery code, when the old one is lost', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await attempt(deps, ada);
    await giveRecoveryCode(deps, jar, ada.recoveryCodes[0] ?? '');
    const { secret } = await caller(deps, jar).beginReplacement({});
    expect(
      await refused(caller(deps, jar).confirmReplacement({ code: codeAt(secret, start) })),
    ).toBeNull();
    expect(await connection.db.$count(totpFactor)).toBe(1);
  });

  test('forgives wrong codes once a right one came, and ends the session after five', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signedInAs(deps, ada, { now: later(-30) });
    await caller(deps, jar).stepUp({ code: codeAt(ada.totpSecret, start) });
    for (let round = 0; round < 2; round += 1) {
      const now = later(round * 30);
      const { secret } = await caller(deps, jar, now).beginReplacement({});
      const wrong = wrongCode({ ...ada, totpSecret: secret }, now);
      for (let guess = 0; guess < 4; guess += 1) {
        expect(await refused(caller(deps, jar, now).confirmReplacement({ code: wrong }))).toEqual(
          refusal('CODE_REFUSED'),
        );
      }
      expect(
        await refused(caller(deps, jar, now).confirmReplacement({ code: codeAt(secret, now) })),
      ).toBeNull();
    }
    const { secret } = await caller(deps, jar).beginReplacement({});
    const code = wrongCode({ ...ada, totpSecret: secret });
    for (let guess = 0; guess < 5; guess += 1)
      await refused(caller(deps, jar).confirmReplacement({ code }));
    expect(await refused(caller(deps, jar).confirmReplacement({ code }))).toEqual(
      refusal('ATTEMPT_ENDED'),
    );
    expect(await refused(caller(deps, jar).me({}))).toEqual(refusal('SIGNED_OUT'));
  });
});
