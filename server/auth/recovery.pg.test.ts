import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { account } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { mailToken, session } from '../../db/schema/auth.ts';
import { outboundMail } from '../../db/schema/mail.ts';
import { notice } from '../../db/schema/policy.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { runWaiting } from '../testing/jobs.ts';
import { lettersTo, mailedToken, templatesTo } from '../testing/letters.ts';
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
import { forget, later, MINUTE, start, wrongCode } from './testing.ts';
import { codeAt } from './totp.ts';

const NEXT = 'copper meadow bicycle 19';

async function mailedLink(deps: Deps, { subjectId, email }: Person, now = start): Promise<string> {
  await forget(deps, email, now);
  return mailedToken(deps, subjectId, 'reset_password');
}

/** A browser that has followed the link of a mail. */
async function recovering(deps: Deps, person: Person): Promise<Jar> {
  const jar = emptyJar();
  const token = await mailedLink(deps, person);
  await callerFor(deps, jar, { now: start }).auth.beginRecovery({ token });
  return jar;
}

const signIn = (deps: Deps, { email }: Person, password: string, now = start) =>
  refused(callerFor(deps, emptyJar(), { now }).auth.signIn({ email, password }));

describe('a forgotten password', () => {
  test('is answered alike for every address, and mails only its person', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { auth } = callerFor(deps, emptyJar(), { now: start });
    const known = await auth.forgot({ email: ada.email });
    const unknown = await auth.forgot({ email: 'nobody@example.test' });
    expect(unknown).toEqual(known);
    expect(await runWaiting(deps, 'auth.reset_mail', start)).toBe(2);
    expect(
      (await lettersTo(deps, ada.subjectId)).map(({ to, template }) => [to, template]),
    ).toEqual([[ada.email, 'reset_password']]);
    expect(await connection.db.$count(outboundMail)).toBe(1);
    expect(await connection.db.$count(auditEvent, eq(auditEvent.action, 'auth.reset_asked'))).toBe(
      1,
    );
  });

  test('mails nobody whose account is being erased or belongs to staff', async ({ connection }) => {
    const deps = testDeps(connection);
    const [ada, sam] = [
      await insertCustomer(deps),
      await insertCustomer(deps, { name: 'Sam Support' }),
    ];
    await connection.db
      .update(account)
      .set({ status: 'erasing' })
      .where(eq(account.subjectId, ada.subjectId));
    await connection.db
      .update(account)
      .set({ role: 'support' })
      .where(eq(account.subjectId, sam.subjectId));
    const { auth } = callerFor(deps, emptyJar(), { now: start });
    await auth.forgot({ email: ada.email });
    await auth.forgot({ email: sam.email });
    expect(await runWaiting(deps, 'auth.reset_mail', start)).toBe(2);
    expect(await connection.db.$count(outboundMail)).toBe(0);
  });

  test('mails five times an hour at most, and does not say that it stopped', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { auth } = callerFor(deps, emptyJar(), { now: start });
    for (let time = 0; time < 8; time += 1)
      expect(await refused(auth.forgot({ email: ada.email }))).toBeNull();
    await runWaiting(deps, 'auth.reset_mail', start);
    expect(await templatesTo(deps, ada.subjectId)).toHaveLength(5);
  });
});

describe('a mailed link', () => {
  test('works once, also when it is opened ten times at once', async ({ connection }) => {
    const deps = testDeps(connection);
    const token = await mailedLink(deps, await insertCustomer(deps));
    const open = () =>
      refused(callerFor(deps, emptyJar(), { now: start }).auth.beginRecovery({ token }));
    const answers = await Promise.all(Array.from({ length: 10 }, open));
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    expect(answers.filter((answer) => answer?.code === 'LINK_NOT_VALID')).toHaveLength(9);
    expect(await connection.db.$count(session)).toBe(1);
  });

  test('works for ten minutes and not a second longer', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const late = await mailedLink(deps, ada);
    const at = (token: string, seconds: number) =>
      refused(callerFor(deps, emptyJar(), { now: later(seconds) }).auth.beginRecovery({ token }));
    expect(await at(late, 10 * MINUTE)).toEqual(refusal('LINK_NOT_VALID'));
    expect(await at(late, 10 * MINUTE - 1)).toBeNull();
  });

  test('ends when a newer one is mailed', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const token = await mailedLink(deps, ada);
    await mailedLink(deps, ada, later(1));
    const { auth } = callerFor(deps, emptyJar(), { now: later(2) });
    expect(await refused(auth.beginRecovery({ token }))).toEqual(refusal('LINK_NOT_VALID'));
  });

  test('is not stored in a form that opens anything', async ({ connection }) => {
    const deps = testDeps(connection);
    const token = await mailedLink(deps, await insertCustomer(deps));
    const [row] = await connection.db.select().from(mailToken);
    expect(JSON.stringify(row)).not.toContain(token);
    const { auth } = callerFor(deps, emptyJar(), { now: start });
    expect(await refused(auth.verifyEmail({ token }))).toEqual(refusal('LINK_NOT_VALID'));
  });

  test('opens no signed-in session, and says whether a second factor is asked for', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const bare = await insertCustomer(deps, { name: 'Bob Noyce', factor: false });
    for (const [person, app] of [
      [await insertCustomer(deps), true],
      [bare, false],
    ] as const) {
      const jar = emptyJar();
      const token = await mailedLink(deps, person);
      expect(await callerFor(deps, jar, { now: start }).auth.beginRecovery({ token })).toEqual({
        app,
        passkey: false,
      });
      const moved = {
        tokens: { user: jar.tokens.recovery ?? null, pending: jar.tokens.recovery ?? null },
        set: [],
      };
      const { auth } = callerFor(deps, moved, { now: start });
      expect(await refused(auth.me({}))).toEqual(refusal('SIGNED_OUT'));
      expect(await refused(auth.attempt({}))).toEqual(refusal('ATTEMPT_ENDED'));
    }
  });
});

describe('a new password by mail', () => {
  test('needs the second factor too: the mailbox alone changes nothing', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { auth } = callerFor(deps, await recovering(deps, ada), { now: start });
    expect(await refused(auth.finishRecovery({ password: NEXT }))).toEqual(
      refusal('FACTOR_REQUIRED'),
    );
    expect(await refused(auth.finishRecovery({ password: NEXT, code: wrongCode(ada) }))).toEqual(
      refusal('CODE_REFUSED'),
    );
    expect(await signIn(deps, ada, NEXT)).toEqual(refusal('SIGN_IN_REFUSED'));
    expect(await signIn(deps, ada, ada.password)).toBeNull();
  });

  test('ends every session, tells the person, and signs nobody in', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const elsewhere = await signInAs(deps, ada, { now: later(-60) });
    const jar = await recovering(deps, ada);
    await callerFor(deps, jar, { now: start }).auth.finishRecovery({
      password: NEXT,
      code: codeAt(ada.totpSecret, start),
    });
    expect(await refused(callerFor(deps, elsewhere, { now: start }).auth.me({}))).toEqual(
      refusal('SIGNED_OUT'),
    );
    expect(jar.tokens).toEqual({ recovery: null });
    expect(await connection.db.$count(session)).toBe(0);
    expect(await templatesTo(deps, ada.subjectId)).toEqual(['password_changed', 'reset_password']);
    expect(await signIn(deps, ada, ada.password)).toEqual(refusal('SIGN_IN_REFUSED'));
    expect(await signIn(deps, ada, NEXT)).toBeNull();
  });

  test('is recorded with the session that set it', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await recovering(deps, ada);
    const [opened] = await connection.db.select().from(session);
    await callerFor(deps, jar, { now: start }).auth.finishRecovery({
      password: NEXT,
      code: codeAt(ada.totpSecret, start),
    });
    const changed = and(
      eq(auditEvent.action, 'auth.password_changed'),
      eq(auditEvent.subjectId, ada.subjectId),
    );
    const events = await connection.db.select().from(auditEvent).where(changed);
    expect(events.map(({ sessionHandle }) => sessionHandle)).toEqual([opened?.handle]);
  });

  test('takes a recovery code in place of the second factor', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { auth } = callerFor(deps, await recovering(deps, ada), { now: start });
    await auth.finishRecovery({ password: NEXT, recoveryCode: ada.recoveryCodes[0] ?? '' });
    expect(await signIn(deps, ada, NEXT)).toBeNull();
    expect(await templatesTo(deps, ada.subjectId)).toContain('recovery_code_used');
    const used = and(
      eq(auditEvent.action, 'auth.recovery_code_used'),
      eq(auditEvent.subjectId, ada.subjectId),
    );
    expect(await connection.db.select().from(auditEvent).where(used)).toMatchObject([
      { actorKind: 'subject', outcome: 'done' },
    ]);
    const told = eq(notice.kind, 'recovery_code_used');
    expect(await connection.db.$count(notice, told)).toBe(1);
  });

  test('by an authenticator code is no use of a recovery code', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { auth } = callerFor(deps, await recovering(deps, ada), { now: start });
    await auth.finishRecovery({ password: NEXT, code: codeAt(ada.totpSecret, start) });
    const used = eq(auditEvent.action, 'auth.recovery_code_used');
    expect(await connection.db.$count(auditEvent, used)).toBe(0);
  });

  test('is refused when it is short or well known, and spends neither code nor attempt', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { auth } = callerFor(deps, await recovering(deps, ada), { now: start });
    const code = codeAt(ada.totpSecret, start);
    expect(await refused(auth.finishRecovery({ password: 'short 1', code }))).toEqual(
      refusal('PASSWORD_TOO_SHORT'),
    );
    expect(await refused(auth.finishRecovery({ password: 'easellmpassword1', code }))).toEqual(
      refusal('PASSWORD_NAMES_US'),
    );
    expect(await refused(auth.finishRecovery({ password: NEXT, code }))).toBeNull();
  });

  test('can be set for fifteen minutes after opening the link', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await recovering(deps, ada);
    const { auth } = callerFor(deps, jar, { now: later(15 * MINUTE) });
    const code = codeAt(ada.totpSecret, later(15 * MINUTE));
    expect(await refused(auth.finishRecovery({ password: NEXT, code }))).toEqual(
      refusal('ATTEMPT_ENDED'),
    );
  });
});
