import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { knownPlace } from '../../db/schema/known-place.ts';
import { passkey, webauthnChallenge } from '../../db/schema/passkey.ts';
import type { Deps } from '../deps.ts';
import { softPasskey } from '../testing/authenticator.ts';
import { testDeps } from '../testing/deps.ts';
import { lettersTo, mailedToken, templatesTo } from '../testing/letters.ts';
import { callerFor, emptyJar, insertCustomer, type Jar, signInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf } from '../testing/refused.ts';
import {
  addPasskey,
  attempt,
  enterWith,
  forget,
  later,
  provedNow,
  start,
  wrongCode,
} from './testing.ts';
import { codeAt } from './totp.ts';

const caller = (deps: Deps, jar: Jar, now = start) => callerFor(deps, jar, { now }).auth;

describe('a passkey', () => {
  test('is asked for with its person verified, kept on the device, by the site’s own name, and not where there is one already', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await provedNow(deps, ada);
    const device = await addPasskey(deps, jar);
    const asked = await caller(deps, jar).beginNewPasskey({});
    expect(asked).toMatchObject({
      rp: { id: 'localhost', name: 'EaseLLM Privacy' },
      user: { name: ada.email },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [{ id: device.id, transports: ['internal'] }],
    });
    expect(Buffer.from(asked.challenge, 'base64url')).toHaveLength(32);
    expect(await caller(deps, emptyJar()).beginPasskeySignIn({})).toMatchObject({
      rpId: 'localhost',
      userVerification: 'required',
    });
    // Nothing that tells of the passkey or of a challenge stands in the rows as it is.
    const rows = JSON.stringify([
      await connection.db.select().from(passkey),
      await connection.db.select().from(webauthnChallenge),
    ]);
    expect(rows).not.toContain(device.id);
    expect(rows).not.toContain(asked.challenge);
  });

  test('alone signs in with both factors’ strength, and makes the place known', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const device = await addPasskey(deps, await provedNow(deps, ada));
    await connection.db.delete(knownPlace);
    const jar = await enterWith(deps, device);
    expect(await caller(deps, jar).me({})).toMatchObject({ displayName: 'Ada Lovelace' });
    const sessions = await caller(deps, jar).sessions({});
    expect(sessions.find(({ current }) => current)?.methods).toEqual(['hwk', 'user']);
    // Fresh for the ordinary class, as a sign-in with a code is; for a new factor it is asked anew.
    expect(await codeOf(caller(deps, jar).makeRecoveryCodes({}))).toBeNull();
    expect(await codeOf(caller(deps, jar).beginNewPasskey({}))).toBe('STEP_UP_REQUIRED');
    expect(await connection.db.$count(knownPlace)).toBe(2);
  });

  test('is not kept out by wrong passwords or by wrong codes of others', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const device = await addPasskey(deps, await provedNow(deps, ada));
    for (let round = 0; round < 3; round += 1) {
      const stranger = await attempt(deps, ada);
      for (let guess = 0; guess < 5; guess += 1)
        await codeOf(caller(deps, stranger).verifyCode({ code: wrongCode(ada) }));
    }
    for (let guess = 0; guess < 12; guess += 1)
      await codeOf(caller(deps, emptyJar()).signIn({ email: ada.email, password: 'wrong' }));
    const pending = await codeOf(signInAs(deps, ada, { now: start }));
    expect(pending).toBe('SIGN_IN_PAUSED');
    expect(await codeOf(enterWith(deps, device))).toBeNull();
  });

  test('is counted where the network’s sign-ins are', async ({ connection }) => {
    const deps = testDeps(connection);
    const device = await addPasskey(deps, await provedNow(deps, await insertCustomer(deps)));
    for (let guess = 0; guess < 29; guess += 1) {
      const sent = device.sign({ challenge: 'A'.repeat(43) });
      expect(await codeOf(caller(deps, emptyJar()).signInWithPasskey({ passkey: sent }))).toBe(
        'PASSKEY_REFUSED',
      );
    }
    // Right ones count for nothing.
    expect(await codeOf(enterWith(deps, device))).toBeNull();
    expect(await codeOf(enterWith(deps, device))).toBeNull();
    const sent = device.sign({ challenge: 'A'.repeat(43) });
    const wrong = () => codeOf(caller(deps, emptyJar()).signInWithPasskey({ passkey: sent }));
    expect([await wrong(), await wrong()]).toEqual(['PASSKEY_REFUSED', 'TOO_MANY_ATTEMPTS']);
  });

  test('is the second factor behind a password, and lets a recovery of lost ones stop', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const device = await addPasskey(deps, await provedNow(deps, ada));
    const jar = await attempt(deps, ada);
    await caller(deps, jar)
      .me({})
      .catch(() => null);
    expect(await caller(deps, jar).attempt({})).toMatchObject({
      factors: { apps: 1, passkeys: 1 },
      enrolling: false,
    });
    await callerFor(deps, jar, { now: start }).lostFactors.ask({});
    await callerFor(deps, emptyJar(), { now: start }).lostFactors.open({
      token: await mailedToken(deps, ada.subjectId, 'lost_factors_link'),
      statement: 'It is all gone.',
    });
    const asked = await caller(deps, jar).beginPasskey({});
    expect(asked.allowCredentials?.map(({ id }) => id)).toEqual([device.id]);
    await caller(deps, jar).verifyPasskey({ passkey: device.sign(asked) });
    const sessions = await caller(deps, jar).sessions({});
    expect(sessions.find(({ current }) => current)?.methods).toEqual(['pwd', 'hwk', 'user']);
    expect(await templatesTo(deps, ada.subjectId)).toContain('lost_factors_stopped');
  });

  test('proves one act alone where a code would have to: signed for one it is good for no other', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const device = await addPasskey(deps, await provedNow(deps, ada));
    const jar = await enterWith(deps, device);
    const ordinary = device.sign(await caller(deps, jar).beginStepUp({}));
    const other = { passkey: ordinary, act: 'erasure_confirm' } as const;
    expect(await codeOf(caller(deps, jar).stepUp(other))).toBe('PASSKEY_REFUSED');
    const email = await caller(deps, jar).beginStepUp({ act: 'email_commit' });
    const wrong = { passkey: device.sign(email), act: 'erasure_confirm' } as const;
    expect(await codeOf(caller(deps, jar).stepUp(wrong))).toBe('PASSKEY_REFUSED');
    const asked = await caller(deps, jar).beginStepUp({ act: 'erasure_confirm' });
    await caller(deps, jar).stepUp({ passkey: device.sign(asked), act: 'erasure_confirm' });
    const [row] =
      await connection.sql`select step_up_for from session where step_up_for is not null`;
    expect(row).toEqual({ step_up_for: 'erasure_confirm' });
    const both = { passkey: device.sign(asked), code: '000000' };
    expect(await codeOf(caller(deps, jar).stepUp(both))).toBe('INPUT_REFUSED');
    expect(await codeOf(caller(deps, jar).stepUp({}))).toBe('INPUT_REFUSED');
  });

  test('sets a new password after a mailed link; the link alone does not', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const own = await provedNow(deps, ada);
    const device = await addPasskey(deps, own);
    // The passkey is all that is left to protect the account.
    const [app] = (await caller(deps, own).securityState({})).apps;
    await caller(deps, own).removeFactor({ id: app?.id ?? '' });
    await forget(deps, ada.email);
    const jar = emptyJar();
    const token = await mailedToken(deps, ada.subjectId, 'reset_password');
    expect(await caller(deps, jar).beginRecovery({ token })).toEqual({ app: false, passkey: true });
    const password = 'marble orchard telescope 58';
    expect(await codeOf(caller(deps, jar).finishRecovery({ password }))).toBe('FACTOR_REQUIRED');
    const asked = await caller(deps, jar).beginRecoveryPasskey({});
    const signed = device.sign(asked);
    await caller(deps, jar).finishRecovery({ password, passkey: signed });
    expect(await codeOf(attempt(deps, { ...ada, password }))).toBeNull();
    expect(await codeOf(attempt(deps, ada))).toBe('SIGN_IN_REFUSED');
  });

  test('is the first factor of an account, with ten recovery codes, and none without the mailbox', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps, { factor: false });
    const jar = await attempt(deps, ada);
    expect(await codeOf(caller(deps, jar).beginPasskeyEnrolment({}))).toBe('NOT_ALLOWED');
    await caller(deps, jar).sendVerification({});
    await caller(deps, emptyJar()).verifyEmail({
      token: await mailedToken(deps, ada.subjectId, 'verify_email'),
    });
    const [device, late] = [softPasskey({ synced: true }), softPasskey()];
    const passkeys = [
      device.create(await caller(deps, jar).beginPasskeyEnrolment({})),
      late.create(await caller(deps, jar).beginPasskeyEnrolment({})),
    ];
    const before: Jar = { tokens: { ...jar.tokens }, set: [] };
    const { recoveryCodes } = await caller(deps, jar).confirmPasskeyEnrolment({
      passkey: passkeys[0] ?? device.create(await caller(deps, jar).beginPasskeyEnrolment({})),
      name: 'My laptop',
    });
    expect(new Set(recoveryCodes).size).toBe(10);
    const second = { passkey: passkeys[1] ?? device.create({ challenge: '', user: { id: '' } }) };
    expect(await codeOf(caller(deps, before).confirmPasskeyEnrolment(second))).toBe(
      'ATTEMPT_ENDED',
    );
    // A second method is offered at once: nothing is asked for again that was given a minute ago.
    expect(await codeOf(caller(deps, jar, later(60)).beginNewApp({}))).toBeNull();
    expect(await caller(deps, jar).securityState({})).toMatchObject({
      passkeys: [{ name: 'My laptop', synced: true }],
      apps: [],
    });
    const [letter] = (await lettersTo(deps, ada.subjectId)).filter(
      ({ template }) => template === 'factor_added',
    );
    expect(letter?.text).toContain('A passkey was added to your account: My laptop.');
    expect(await codeOf(enterWith(deps, device, later(60)))).toBeNull();
    expect(
      await codeOf(
        caller(deps, await attempt(deps, ada)).verifyCode({ code: codeAt(ada.totpSecret, start) }),
      ),
    ).toBe('CODE_REFUSED');
  });
});

describe('a device that counts its uses and counts back', () => {
  test.for([
    {
      synced: false,
      expected: 'PASSKEY_REFUSED',
      outcome: 'refused',
      says: 'We did not accept it',
    },
    { synced: true, expected: null, outcome: 'done', says: 'so that we accepted it' },
  ] as const)(
    'is told of, and is %o',
    async ({ synced, expected, outcome, says }, { connection }) => {
      const deps = testDeps(connection);
      const ada = await insertCustomer(deps);
      const device = await addPasskey(deps, await provedNow(deps, ada), {
        device: softPasskey({ synced }),
      });
      const use = async (counter: number) => {
        const asked = await caller(deps, emptyJar()).beginPasskeySignIn({});
        const signed = { passkey: device.sign(asked, { counter }) };
        return codeOf(caller(deps, emptyJar()).signInWithPasskey(signed));
      };
      expect(await use(7)).toBeNull();
      expect(await use(7)).toBe(expected);
      expect(await use(8)).toBeNull();
      const alerts = await connection.db
        .select({ outcome: auditEvent.outcome })
        .from(auditEvent)
        .where(eq(auditEvent.action, 'auth.passkey_suspected'));
      expect(alerts).toEqual([{ outcome }]);
      const letters = await lettersTo(deps, ada.subjectId);
      expect(letters.find(({ template }) => template === 'passkey_suspected')?.text).toContain(
        says,
      );
    },
  );
});
