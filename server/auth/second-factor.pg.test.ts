import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { recoveryCode, session } from '../../db/schema/auth.ts';
import { testDeps } from '../testing/deps.ts';
import { templatesTo } from '../testing/letters.ts';
import { callerFor, insertCustomer, type Jar, signInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { attempt, giveRecoveryCode, later, MINUTE, start, wrongCode } from './testing.ts';
import { codeAt, STEP_SECONDS } from './totp.ts';

test('of several who make recovery codes at once the last ten stand, and no more', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  const jar = await signInAs(deps, ada, { now: start });
  const make = () => callerFor(deps, jar, { now: later(1) }).auth.makeRecoveryCodes({});
  await Promise.all([make(), make(), make(), make()]);
  expect(await connection.db.$count(recoveryCode, eq(recoveryCode.subjectId, ada.subjectId))).toBe(
    10,
  );
});

describe('the second factor', () => {
  test('accepts a code once, and tells the seconds until the next', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    await signInAs(deps, ada, { now: start });
    const now = later(12);
    const jar = await attempt(deps, ada, now);
    const again = callerFor(deps, jar, { now }).auth.verifyCode({
      code: codeAt(ada.totpSecret, start),
    });
    expect(await refused(again)).toEqual({
      code: 'CODE_ALREADY_USED',
      retryAfterSeconds: STEP_SECONDS - 12,
    });
    expect(jar.tokens.user).toBeUndefined();
  });

  test('of nine browsers with the same code at once lets in exactly one', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jars: Jar[] = [];
    for (let browser = 0; browser < 9; browser += 1) jars.push(await attempt(deps, ada));
    const code = codeAt(ada.totpSecret, start);
    const answers = await Promise.all(
      jars.map((jar) => refused(callerFor(deps, jar, { now: start }).auth.verifyCode({ code }))),
    );
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    for (const answer of answers) {
      if (answer)
        expect(answer).toEqual({ code: 'CODE_ALREADY_USED', retryAfterSeconds: STEP_SECONDS });
    }
    expect(await connection.db.$count(session, eq(session.kind, 'user'))).toBe(1);
  });

  test('of one attempt answered twice at once opens one session', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await attempt(deps, ada);
    const proofs = [
      callerFor(deps, { ...jar, tokens: { ...jar.tokens } }, { now: start }).auth.verifyCode({
        code: codeAt(ada.totpSecret, start),
      }),
      giveRecoveryCode(deps, { ...jar, tokens: { ...jar.tokens } }, ada.recoveryCodes[0] ?? ''),
    ];
    const answers = await Promise.all(proofs.map(refused));
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    expect(await connection.db.$count(session, eq(session.kind, 'user'))).toBe(1);
  });

  test('accepts the code of the step before, and none older or to come', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await attempt(deps, ada);
    const { auth } = callerFor(deps, jar, { now: start });
    expect(await refused(auth.verifyCode({ code: codeAt(ada.totpSecret, later(-60)) }))).toEqual(
      refusal('CODE_REFUSED'),
    );
    expect(await refused(auth.verifyCode({ code: codeAt(ada.totpSecret, later(30)) }))).toEqual(
      refusal('CODE_REFUSED'),
    );
    expect(await refused(auth.verifyCode({ code: codeAt(ada.totpSecret, later(-30)) }))).toBeNull();
  });

  test('ends with five wrong codes, the right one after them too', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await attempt(deps, ada);
    const { auth } = callerFor(deps, jar, { now: start });
    for (let guess = 0; guess < 5; guess += 1) {
      expect(await refused(auth.verifyCode({ code: wrongCode(ada) }))).toEqual(
        refusal('CODE_REFUSED'),
      );
    }
    expect(await refused(auth.verifyCode({ code: codeAt(ada.totpSecret, start) }))).toEqual(
      refusal('ATTEMPT_ENDED'),
    );
    expect(await connection.db.$count(session)).toBe(0);
    expect(
      await connection.db.$count(
        auditEvent,
        and(eq(auditEvent.action, 'auth.sign_in_refused'), eq(auditEvent.outcome, 'refused')),
      ),
    ).toBe(5);
  });

  test('evaluates no more than five of twenty guesses that come at once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await attempt(deps, ada);
    const guesses = Array.from({ length: 20 }, () =>
      refused(callerFor(deps, jar, { now: start }).auth.verifyCode({ code: wrongCode(ada) })),
    );
    const answers = await Promise.all(guesses);
    expect(answers.filter((answer) => answer?.code === 'CODE_REFUSED')).toHaveLength(5);
    expect(answers.filter((answer) => answer?.code === 'ATTEMPT_ENDED')).toHaveLength(15);
  });

  test('closes for fifteen minutes after ten wrong ones over attempts and both factors, and mails the person once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const first = callerFor(deps, await attempt(deps, ada), { now: start }).auth;
    const second = await attempt(deps, ada);
    for (let guess = 0; guess < 5; guess += 1) {
      expect(await refused(first.verifyCode({ code: wrongCode(ada) }))).toEqual(
        refusal('CODE_REFUSED'),
      );
      expect(await refused(giveRecoveryCode(deps, second, `WRONG-${guess}`))).toEqual(
        refusal('CODE_REFUSED'),
      );
    }
    const third = await attempt(deps, ada);
    const closed = { code: 'CODE_CHECK_CLOSED', retryAfterSeconds: 15 * MINUTE };
    const code = codeAt(ada.totpSecret, start);
    expect(await refused(callerFor(deps, third, { now: start }).auth.verifyCode({ code }))).toEqual(
      closed,
    );
    expect(await refused(giveRecoveryCode(deps, third, ada.recoveryCodes[0] ?? ''))).toEqual(
      closed,
    );
    const waited = callerFor(deps, third, { now: later(5 * MINUTE) }).auth.verifyCode({ code });
    expect(await refused(waited)).toEqual({ ...closed, retryAfterSeconds: 10 * MINUTE });
    expect(await templatesTo(deps, ada.subjectId)).toEqual(['code_check_closed']);
    expect(
      await connection.db.$count(auditEvent, eq(auditEvent.action, 'auth.code_check_closed')),
    ).toBe(1);
    expect(await refused(signInAs(deps, ada, { now: later(15 * MINUTE) }))).toBeNull();
  });

  test('takes a recovery code once, however typed, mails it, and lets it prove no fresh factor', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const code = ada.recoveryCodes[3] ?? '';
    const jar = await attempt(deps, ada);
    await giveRecoveryCode(deps, jar, ` ${code.toLowerCase().replaceAll('-', ' ')} `);
    const { auth } = callerFor(deps, jar, { now: start });
    expect(await auth.me({})).toMatchObject({ signedInWithRecoveryCode: true });
    expect(await refused(auth.makeRecoveryCodes({}))).toEqual(refusal('STEP_UP_REQUIRED'));
    expect(await templatesTo(deps, ada.subjectId)).toEqual(['recovery_code_used']);
    const again = giveRecoveryCode(deps, await attempt(deps, ada), code);
    expect(await refused(again)).toEqual(refusal('CODE_REFUSED'));
    expect(
      await connection.db.$count(recoveryCode, eq(recoveryCode.subjectId, ada.subjectId)),
    ).toBe(10);
  });

  test('takes no recovery code of somebody else', async ({ connection }) => {
    const deps = testDeps(connection);
    const [ada, bob] = [
      await insertCustomer(deps),
      await insertCustomer(deps, { name: 'Bob Noyce' }),
    ];
    const guess = giveRecoveryCode(deps, await attempt(deps, ada), bob.recoveryCodes[0] ?? '');
    expect(await refused(guess)).toEqual(refusal('CODE_REFUSED'));
  });

  test('takes no code of a factor that was put into the database by hand', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [
      await insertCustomer(deps),
      await insertCustomer(deps, { name: 'Eve Moneypenny' }),
    ];
    await owner.sql`update totp_factor set subject_id = ${ada.subjectId} where subject_id = ${eve.subjectId}`;
    const { auth } = callerFor(deps, await attempt(deps, ada), { now: start });
    expect(await refused(auth.verifyCode({ code: codeAt(eve.totpSecret, start) }))).toEqual(
      refusal('CODE_REFUSED'),
    );
  });
});
