import { describe, expect } from 'vitest';
import { session } from '../../db/schema/auth.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { templatesTo } from '../testing/letters.ts';
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
import { later, MINUTE, start } from './testing.ts';

const NEXT = 'copper meadow bicycle 19';

const signIn = (deps: Deps, { email }: Person, password: string, now = start) =>
  refused(callerFor(deps, emptyJar(), { now }).auth.signIn({ email, password }));

describe('changing the password while signed in', () => {
  test('needs the current one and a fresh second factor, and ends all other sessions', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const other = await signInAs(deps, ada, { now: later(-60) });
    const jar = await signInAs(deps, ada, { now: start });
    const { auth } = callerFor(deps, jar, { now: start });
    expect(await refused(auth.changePassword({ current: NEXT, next: NEXT }))).toEqual(
      refusal('SIGN_IN_REFUSED'),
    );
    const stale = callerFor(deps, jar, { now: later(5 * MINUTE + 1) }).auth;
    expect(await refused(stale.changePassword({ current: ada.password, next: NEXT }))).toEqual(
      refusal('STEP_UP_REQUIRED'),
    );
    await auth.changePassword({ current: ada.password, next: NEXT });
    expect(await refused(callerFor(deps, jar, { now: start }).auth.me({}))).toBeNull();
    expect(await refused(callerFor(deps, other, { now: start }).auth.me({}))).toEqual(
      refusal('SIGNED_OUT'),
    );
    expect(await templatesTo(deps, ada.subjectId)).toEqual(['password_changed']);
    expect(await signIn(deps, ada, NEXT)).toBeNull();
  });

  test('gives the session that changed it a new token; the old cookie opens nothing', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: start });
    const before: Jar = { tokens: { ...jar.tokens }, set: [] };
    const [row] = await connection.db.select().from(session);
    const { auth } = callerFor(deps, jar, { now: start });
    await auth.changePassword({ current: ada.password, next: NEXT });
    expect(await refused(callerFor(deps, before, { now: start }).auth.me({}))).toEqual(
      refusal('SIGNED_OUT'),
    );
    expect(await refused(callerFor(deps, jar, { now: start }).auth.me({}))).toBeNull();
    const renewed = await connection.db.select().from(session);
    expect(renewed.map(({ handle }) => handle)).toEqual([row?.handle]);
    expect(renewed[0]?.id).not.toBe(row?.id);
  });

  test('refused leaves the session and its cookie as they were', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: start });
    const cookies = jar.set.length;
    const { auth } = callerFor(deps, jar, { now: start });
    expect(await refused(auth.changePassword({ current: NEXT, next: NEXT }))).toEqual(
      refusal('SIGN_IN_REFUSED'),
    );
    expect(jar.set).toHaveLength(cookies);
    expect(await refused(auth.me({}))).toBeNull();
  });
});
