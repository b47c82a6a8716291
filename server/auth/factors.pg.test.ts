import { eq, sql } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { recoveryCode, session, totpFactor } from '../../db/schema/auth.ts';
import { passkey } from '../../db/schema/passkey.ts';
import type { Deps } from '../deps.ts';
import { softPasskey } from '../testing/authenticator.ts';
import { testDeps } from '../testing/deps.ts';
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
import { codeOf, refusal, refused } from '../testing/refused.ts';
import {
  addApp,
  addPasskey,
  attempt,
  enterWith,
  forget,
  giveRecoveryCode,
  later,
  MINUTE,
  provedNow,
  start,
} from './testing.ts';
import { codeAt } from './totp.ts';

const caller = (deps: Deps, jar: Jar, now = start) => callerFor(deps, jar, { now }).auth;
const copyOf = (jar: Jar): Jar => ({ tokens: { ...jar.tokens }, set: [] });

/** Signs in with the code of one app. */
const withApp = (deps: Deps, person: Person, totpSecret: string, now: Date) =>
  codeOf(signInAs(deps, { ...person, totpSecret }, { now }));

describe('several ways to prove who one is', () => {
  test('are added after a fresh factor, each signs in by itself, and each change ends the other sessions and is told', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const other = await signInAs(deps, ada, { now: later(-60) });
    const jar = await signInAs(deps, ada, { now: later(-30) });
    // The code of the sign-in is not enough: whoever holds the session then would have it too.
    expect(await codeOf(caller(deps, jar).beginNewApp({}))).toBe('STEP_UP_REQUIRED');
    expect(await codeOf(caller(deps, jar).beginNewPasskey({}))).toBe('STEP_UP_REQUIRED');
    await caller(deps, jar).stepUp({ code: codeAt(ada.totpSecret, start) });
    expect(await codeOf(caller(deps, jar, later(5 * MINUTE + 1)).beginNewApp({}))).toBe(
      'STEP_UP_REQUIRED',
    );
    const before = copyOf(jar);
    const second = await addApp(deps, jar, { name: 'Work phone' });
    expect(await codeOf(caller(deps, before).me({}))).toBe('SIGNED_OUT');
    expect(await codeOf(caller(deps, other).me({}))).toBe('SIGNED_OUT');
    const device = await addPasskey(deps, jar);
    expect(await caller(deps, jar).me({})).toMatchObject({ factors: { apps: 2, passkeys: 1 } });
    expect(await withApp(deps, ada, ada.totpSecret, later(30))).toBeNull();
    expect(await withApp(deps, ada, second, later(30))).toBeNull();
    expect(await codeOf(enterWith(deps, device))).toBeNull();
    const { apps, passkeys } = await caller(deps, jar).securityState({});
    expect(apps.map(({ name }) => name)).toEqual(['Authenticator app', 'Work phone']);
    // Called by the words for the device unless its person says otherwise.
    expect(passkeys).toMatchObject([{ name: 'Firefox on Linux', lastUsedAt: start }]);
    expect(await templatesTo(deps, ada.subjectId)).toEqual(['factor_added', 'factor_added']);
    const letters = await lettersTo(deps, ada.subjectId);
    expect(letters.map(({ to, subject }) => [to, subject]).sort()).toEqual([
      [ada.email, 'A passkey was added'],
      [ada.email, 'An authenticator app was added'],
    ]);
    const { notices } = await callerFor(deps, jar, { now: start }).overview.state({});
    expect(notices.map(({ kind }) => kind).sort()).toEqual(['factor_added', 'passkey_added']);
  });

  test('take a code of any app out of one budget, each code once', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const second = await addApp(deps, await provedNow(deps, ada));
    const now = later(30);
    const code = codeAt(second, now);
    const jars = [await attempt(deps, ada, now), await attempt(deps, ada, now)];
    const answers = await Promise.all(
      jars.map((jar) => codeOf(caller(deps, jar, now).verifyCode({ code }))),
    );
    expect(answers.sort()).toEqual(['CODE_ALREADY_USED', null]);
    const wrong = ['000000', '111111', '222222', '333333', '444444', '555555'].filter(
      (guess) =>
        ![0, -30].some((back) =>
          [ada.totpSecret, second].some((secret) => codeAt(secret, later(30 + back)) === guess),
        ),
    );
    const jar = await attempt(deps, ada, now);
    for (const guess of wrong.slice(0, 5))
      expect(await codeOf(caller(deps, jar, now).verifyCode({ code: guess }))).toBe('CODE_REFUSED');
    expect(
      await codeOf(caller(deps, jar, now).verifyCode({ code: codeAt(ada.totpSecret, now) })),
    ).toBe('ATTEMPT_ENDED');
  });

  test('may be added after a recovery code, but none is removed by one', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await attempt(deps, ada);
    await giveRecoveryCode(deps, jar, ada.recoveryCodes[0] ?? '');
    const secret = await addApp(deps, jar);
    const { apps } = await caller(deps, jar).securityState({});
    const [lost] = apps;
    const remove = () => caller(deps, jar, later(30)).removeFactor({ id: lost?.id ?? '' });
    expect(await codeOf(remove())).toBe('STEP_UP_REQUIRED');
    const late = caller(deps, jar, later(5 * MINUTE + 1));
    expect(await codeOf(late.beginNewApp({}))).toBe('STEP_UP_REQUIRED');
    await caller(deps, jar, later(30)).stepUp({ code: codeAt(secret, later(30)) });
    expect(await codeOf(remove())).toBeNull();
    expect(await withApp(deps, ada, ada.totpSecret, later(60))).toBe('CODE_REFUSED');
    expect(await withApp(deps, ada, secret, later(60))).toBeNull();
  });

  test('are renamed by their person alone; nobody is signed out for it', async ({ connection }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [await insertCustomer(deps), await insertCustomer(deps, { name: 'Eve' })];
    const jar = await provedNow(deps, ada);
    const device = await addPasskey(deps, jar);
    const other = await enterWith(deps, device);
    const { passkeys, apps } = await caller(deps, jar).securityState({});
    for (const { id } of [...passkeys, ...apps])
      await caller(deps, jar).renameFactor({ id, name: 'Kitchen drawer' });
    const named = await caller(deps, jar).securityState({});
    expect([...named.apps, ...named.passkeys].map(({ name }) => name)).toEqual([
      'Kitchen drawer',
      'Kitchen drawer',
    ]);
    expect(await codeOf(caller(deps, other).me({}))).toBeNull();
    expect(await codeOf(enterWith(deps, device))).toBeNull();
    const stranger = await provedNow(deps, eve);
    const id = passkeys[0]?.id ?? '';
    expect(await codeOf(caller(deps, stranger).renameFactor({ id, name: 'mine' }))).toBe(
      'NOT_FOUND',
    );
    expect(await codeOf(caller(deps, stranger).removeFactor({ id }))).toBe('NOT_FOUND');
  });

  test('are ten at the most, apps and passkeys together', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await provedNow(deps, ada);
    for (let added = 0; added < 9; added += 1) await addPasskey(deps, jar);
    expect(await codeOf(caller(deps, jar).beginNewPasskey({}))).toBe('FACTOR_LIMIT_REACHED');
    expect(await codeOf(caller(deps, jar).beginNewApp({}))).toBe('FACTOR_LIMIT_REACHED');
  });
});

describe('the last of them', () => {
  test.for([
    ['the apps first', ['app', 'app', 'passkey']],
    ['the passkey first', ['passkey', 'app', 'app']],
    ['one app, the passkey, the other app', ['app', 'passkey', 'app']],
  ] as const)('stays, whatever goes before it: %s', async ([, order], { connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await provedNow(deps, ada);
    await addApp(deps, jar);
    await addPasskey(deps, jar);
    for (const [index, kind] of order.entries()) {
      const { apps, passkeys } = await caller(deps, jar).securityState({});
      const id = (kind === 'app' ? apps : passkeys)[0]?.id ?? '';
      expect(await codeOf(caller(deps, jar).removeFactor({ id }))).toBe(
        index === 2 ? 'LAST_FACTOR' : null,
      );
    }
    expect(
      (await templatesTo(deps, ada.subjectId)).filter((one) => one === 'factor_removed'),
    ).toHaveLength(2);
    const log = await connection.db.select({ action: auditEvent.action }).from(auditEvent);
    expect(log.filter(({ action }) => /(factor|passkey)_removed/.test(action))).toHaveLength(2);
    // Recovery codes are no factor of their own.
    expect(await connection.db.$count(recoveryCode)).toBe(10);
  });

  test('stays when a hundred removals of all of them come at once, from sessions of their own', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await provedNow(deps, ada);
    const device = await addPasskey(deps, jar, { device: softPasskey({ synced: true }) });
    const { apps, passkeys } = await caller(deps, jar).securityState({});
    const ids = [...apps, ...passkeys].map(({ id }) => id);
    const jars: Jar[] = [];
    for (let browser = 0; browser < 4; browser += 1) {
      const one = await enterWith(deps, device);
      const asked = await caller(deps, one).beginStepUp({});
      await caller(deps, one).stepUp({ passkey: device.sign(asked) });
      jars.push(one);
    }
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        codeOf(
          caller(deps, copyOf(jars[n % 4] ?? emptyJar())).removeFactor({ id: ids[n % 2] ?? '' }),
        ),
      ),
    );
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    const left = (await connection.db.$count(totpFactor)) + (await connection.db.$count(passkey));
    expect(left).toBe(1);
  });
});

describe('what was put into the database by hand', () => {
  test('is no factor: not an app that was moved, confirmed, or set back, nor a recovery code that was moved or made unused', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [await insertCustomer(deps), await insertCustomer(deps, { name: 'Eve' })];
    const jar = await provedNow(deps, ada);
    const { secret } = await caller(deps, jar).beginNewApp({});
    await owner.sql`update totp_factor set confirmed_at = now() where confirmed_at is null`;
    await owner.sql`update totp_factor set subject_id = ${ada.subjectId} where subject_id = ${eve.subjectId}`;
    expect((await caller(deps, jar).me({})).factors).toEqual({ apps: 1, passkeys: 0 });
    expect((await caller(deps, jar).securityState({})).apps).toHaveLength(1);
    for (const other of [secret, eve.totpSecret])
      expect(await withApp(deps, ada, other, later(30))).toBe('CODE_REFUSED');
    await owner.sql`update recovery_code set subject_id = ${ada.subjectId} where subject_id = ${eve.subjectId}`;
    const used = ada.recoveryCodes[0] ?? '';
    await giveRecoveryCode(deps, await attempt(deps, ada), used);
    await owner.sql`update recovery_code set used_at = null where used_at is not null`;
    for (const code of [used, eve.recoveryCodes[0] ?? ''])
      expect(await codeOf(giveRecoveryCode(deps, await attempt(deps, ada), code))).toBe(
        'CODE_REFUSED',
      );
    expect((await caller(deps, jar).securityState({})).recoveryCodes).toMatchObject({
      left: 9,
      total: 9,
    });
  });

  test.for([
    ['app', sql`update totp_factor set row_mac = repeat('0', 64)`],
    ['passkey', sql`update passkey set counter = 9`],
  ] as const)(
    'makes its account none without a factor: no first one is added by the password, and a mailed link alone sets no password (%s)',
    async ([kind, edit], { connection }) => {
      const deps = testDeps(connection);
      const ada = await insertCustomer(deps);
      if (kind === 'passkey') {
        const own = await provedNow(deps, ada);
        await addPasskey(deps, own);
        const [app] = (await caller(deps, own).securityState({})).apps;
        await caller(deps, own).removeFactor({ id: app?.id ?? '' });
      }
      await connection.db.execute(edit);
      const jar = emptyJar();
      const { email, password } = ada;
      expect(await caller(deps, jar).signIn({ email, password })).toEqual({ next: 'code' });
      expect((await caller(deps, jar).attempt({})).enrolling).toBe(false);
      for (const begun of [
        () => caller(deps, jar).beginEnrolment({}),
        () => caller(deps, jar).beginPasskeyEnrolment({}),
      ])
        expect(await codeOf(begun())).toBe('NOT_ALLOWED');
      await forget(deps, email);
      const mailed = emptyJar();
      const token = await mailedToken(deps, ada.subjectId, 'reset_password');
      await caller(deps, mailed).beginRecovery({ token });
      const wish = { password: 'marble orchard telescope 58' };
      expect(await codeOf(caller(deps, mailed).finishRecovery(wish))).toBe('FACTOR_REQUIRED');
      expect(await connection.db.$count(session, eq(session.kind, 'user'))).toBe(
        kind === 'passkey' ? 1 : 0,
      );
    },
  );

  test('carries no session: with the factors of its account altered, nobody is signed in', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: start });
    await owner.sql`update totp_factor set last_step = 0`;
    expect(await refused(caller(deps, jar).me({}))).toEqual(refusal('SIGNED_OUT'));
    // And the code that was used once is not taken again because its step was set back.
    const again = caller(deps, await attempt(deps, ada)).verifyCode({
      code: codeAt(ada.totpSecret, start),
    });
    expect(await codeOf(again)).toBe('CODE_REFUSED');
    expect(await connection.db.$count(session, eq(session.kind, 'user'))).toBe(1);
  });
});
