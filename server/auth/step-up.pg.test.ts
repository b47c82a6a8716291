import { and, eq, isNotNull } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { totpFactor } from '../../db/schema/auth.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, insertCustomer, type Jar, signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { attempt, giveRecoveryCode, later, MINUTE, start, wrongCode } from './testing.ts';
import { codeAt } from './totp.ts';

const caller = (deps: Deps, jar: Jar, now = start) => callerFor(deps, jar, { now }).auth;

describe('a step-up', () => {
  test('counts for five minutes, under a new token', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signedInAs(deps, ada, { now: start });
    const old: Jar = { tokens: { ...jar.tokens }, set: [] };
    const now = later(10 * MINUTE);
    expect(await refused(caller(deps, jar, now).makeRecoveryCodes({}))).toEqual(
      refusal('STEP_UP_REQUIRED'),
    );
    await caller(deps, jar, now).stepUp({ code: codeAt(ada.totpSecret, now) });
    expect(await refused(caller(deps, old, now).me({}))).toEqual(refusal('SIGNED_OUT'));
    const end = later(15 * MINUTE);
    const { recoveryCodes } = await caller(deps, jar, end).makeRecoveryCodes({});
    expect(recoveryCodes).toHaveLength(10);
    const after = later(15 * MINUTE + 1);
    expect(await refused(caller(deps, jar, after).makeRecoveryCodes({}))).toEqual(
      refusal('STEP_UP_REQUIRED'),
    );
  });

  test('voids the old recovery codes when it makes new ones', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signedInAs(deps, ada, { now: start });
    const { recoveryCodes } = await caller(deps, jar).makeRecoveryCodes({});
    const now = later(60);
    const browser = await attempt(deps, ada, now);
    expect(await refused(giveRecoveryCode(deps, browser, ada.recoveryCodes[0] ?? '', now))).toEqual(
      refusal('CODE_REFUSED'),
    );
    expect(await refused(giveRecoveryCode(deps, browser, recoveryCodes[0] ?? '', now))).toBeNull();
  });

  test('for one act is used up by it, also by two calls at once', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signedInAs(deps, ada, { now: start });
    const now = later(60);
    const commit = () =>
      refused(callerFor(deps, jar, { now }).account.confirmEmailChange({ token: 'x'.repeat(43) }));
    expect(await commit()).toEqual(refusal('STEP_UP_REQUIRED'));
    await caller(deps, jar, now).stepUp({ code: codeAt(ada.totpSecret, now), act: 'email_commit' });
    const answers = (await Promise.all([commit(), commit(), commit()])).map(
      (answer) => answer?.code,
    );
    expect(answers.sort()).toEqual(['LINK_NOT_VALID', 'STEP_UP_REQUIRED', 'STEP_UP_REQUIRED']);
    expect(await commit()).toEqual(refusal('STEP_UP_REQUIRED'));
    expect(await refused(caller(deps, jar, now).me({}))).toBeNull();
  });

  test('for one act serves no other act, and not after five minutes', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signedInAs(deps, ada, { now: start });
    const commit = (now: Date) =>
      refused(callerFor(deps, jar, { now }).account.confirmEmailChange({ token: 'x'.repeat(43) }));
    await caller(deps, jar, later(60)).stepUp({
      code: codeAt(ada.totpSecret, later(60)),
      act: 'erasure_confirm',
    });
    expect(await commit(later(60))).toEqual(refusal('STEP_UP_REQUIRED'));
    await caller(deps, jar, later(90)).stepUp({
      code: codeAt(ada.totpSecret, later(90)),
      act: 'email_commit',
    });
    expect(await commit(later(90 + 5 * MINUTE + 1))).toEqual(refusal('STEP_UP_REQUIRED'));
  });

  test('ends the session after five wrong codes', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signedInAs(deps, ada, { now: start });
    for (let guess = 0; guess < 5; guess += 1) {
      expect(await refused(caller(deps, jar).stepUp({ code: wrongCode(ada) }))).toEqual(
        refusal('CODE_REFUSED'),
      );
    }
    expect(await refused(caller(deps, jar).stepUp({ code: wrongCode(ada) }))).toEqual(
      refusal('ATTEMPT_ENDED'),
    );
    expect(await refused(caller(deps, jar).me({}))).toEqual(refusal('SIGNED_OUT'));
    const confirmed = and(
      eq(totpFactor.subjectId, ada.subjectId),
      isNotNull(totpFactor.confirmedAt),
    );
    expect(await connection.db.$count(totpFactor, confirmed)).toBe(1);
  });
});
