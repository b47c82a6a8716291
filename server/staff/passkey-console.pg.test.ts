import { describe, expect } from 'vitest';
import { session } from '../../db/schema/auth.ts';
import { addPasskey, enterWith, later, provedNow, start } from '../auth/testing.ts';
import { codeAt } from '../auth/totp.ts';
import type { Deps } from '../deps.ts';
import { softPasskey } from '../testing/authenticator.ts';
import { testDeps } from '../testing/deps.ts';
import {
  atTheDesk,
  callerFor,
  emptyJar,
  insertCustomer,
  insertStaff,
  type Jar,
} from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf } from '../testing/refused.ts';

const desk = (deps: Deps, jar: Jar, now = start) =>
  callerFor(deps, jar, { now, surface: 'console' });
const inProduction = (deps: Deps): Deps => ({
  ...deps,
  env: { ...deps.env, NODE_ENV: 'production', DEMO: false, SHOW_DEMO: false },
});

describe('the console of a portal that is no demo', () => {
  test('opens to a passkey alone: the code of an app lets its person add their first one, and does no more', async ({
    connection,
  }) => {
    const demo = testDeps(connection);
    const deps = inProduction(demo);
    const imke = await insertStaff(deps);
    const before = await atTheDesk(demo, imke, { now: later(-60) });
    expect(await codeOf(desk(deps, before).desk.me({}))).toBe('SIGNED_OUT');

    const jar = emptyJar();
    const { auth } = desk(deps, jar);
    const { email, password } = imke;
    expect(await auth.signIn({ email, password })).toEqual({ next: 'code' });
    const again = () => desk(deps, jar).auth;
    expect(await codeOf(again().beginPasskeyEnrolment({}))).toBe('NOT_ALLOWED');
    const [code = ''] = imke.recoveryCodes;
    expect(await codeOf(again().useRecoveryCode({ code }))).toBe('PASSKEY_REQUIRED');
    expect(await again().verifyCode({ code: codeAt(imke.totpSecret, start) })).toEqual({
      next: 'passkey',
    });
    expect(jar.tokens.staff).toBeUndefined();
    expect(await codeOf(desk(deps, jar).desk.me({}))).toBe('SIGNED_OUT');
    expect(await again().attempt({})).toMatchObject({ passkeyOnly: true, enrolling: true });
    expect(await codeOf(again().beginEnrolment({}))).toBe('PASSKEY_REQUIRED');
    const device = softPasskey();
    const made = device.create(await again().beginPasskeyEnrolment({}));
    // Codes would open nothing here.
    expect(await again().confirmPasskeyEnrolment({ passkey: made })).toEqual({ recoveryCodes: [] });
    expect(await desk(deps, jar).desk.me({})).toMatchObject({ factors: { apps: 0, passkeys: 1 } });

    const later30 = later(30);
    const second = emptyJar();
    await desk(deps, second, later30).auth.signIn({ email, password });
    expect(
      await codeOf(
        desk(deps, second, later30).auth.verifyCode({ code: codeAt(imke.totpSecret, later30) }),
      ),
    ).toBe('PASSKEY_REQUIRED');
    expect(await codeOf(desk(deps, second, later30).auth.beginPasskeyEnrolment({}))).toBe(
      'NOT_ALLOWED',
    );
    const asked = await desk(deps, second, later30).auth.beginPasskey({});
    await desk(deps, second, later30).auth.verifyPasskey({ passkey: device.sign(asked) });
    const code30 = { code: codeAt(imke.totpSecret, later30) };
    expect(await codeOf(desk(deps, second, later30).desk.stepUp(code30))).toBe('PASSKEY_REQUIRED');
    const step = await desk(deps, second, later30).desk.beginStepUp({});
    await desk(deps, second, later30).desk.stepUp({ passkey: device.sign(step) });
    const alone = await enterWith(deps, device, later30, 'console');
    expect(await codeOf(desk(deps, alone, later30).desk.me({}))).toBeNull();
    await connection.sql`delete from passkey`;
    expect(await codeOf(desk(deps, alone, later30).desk.me({}))).toBe('SIGNED_OUT');
  });

  test('is none of a customer’s passkey, and the portal goes on taking codes', async ({
    connection,
  }) => {
    const deps = inProduction(testDeps(connection));
    const device = await addPasskey(deps, await provedNow(deps, await insertCustomer(deps)));
    expect(await codeOf(enterWith(deps, device, start, 'console'))).toBe('PASSKEY_REFUSED');
    expect(await codeOf(enterWith(deps, device))).toBeNull();
  });
});

test('a demo’s console takes codes, also for the first factor', async ({ connection }) => {
  const deps = testDeps(connection);
  const imke = await insertStaff(deps);
  const jar = await atTheDesk(deps, imke, { now: start });
  expect(await desk(deps, jar).desk.me({})).toMatchObject({ factors: { apps: 1, passkeys: 0 } });
  expect(await connection.db.$count(session)).toBe(1);
});
