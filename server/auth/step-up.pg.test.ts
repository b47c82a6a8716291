import { and, eq, isNotNull } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { totpFactor } from '../../db/schema/auth.ts';
import { dataSubjectRequest } from '../../db/schema/request.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import {
  atTheDesk,
  callerFor,
  insertCustomer,
  insertStaff,
  type Jar,
  signInAs,
} from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { spendStepUp } from './sessions.ts';
import { attempt, giveRecoveryCode, later, MINUTE, start, wrongCode } from './testing.ts';
import { codeAt } from './totp.ts';

/** A person with the plan of a deletion before them, and a minute old session. */
async function aboutToDelete(deps: Deps) {
  const ada = await insertCustomer(deps);
  const jar = await signInAs(deps, ada, { now: start });
  const now = later(MINUTE);
  const { planHash } = await callerFor(deps, jar, { now }).requests.previewErasure({});
  const right = { planHash, email: ada.email, graceDays: 7, acknowledged: true } as const;
  const confirm = (change: Partial<typeof right> | { graceDays: number }) =>
    refused(callerFor(deps, jar, { now }).requests.confirmErasure({ ...right, ...change }));
  return { ada, jar, now, confirm };
}

const caller = (deps: Deps, jar: Jar, now = start) => callerFor(deps, jar, { now }).auth;

describe('a step-up', () => {
  test('counts for five minutes, under a new token', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: start });
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
    const jar = await signInAs(deps, ada, { now: start });
    const { recoveryCodes } = await caller(deps, jar).makeRecoveryCodes({});
    const now = later(60);
    const browser = await attempt(deps, ada, now);
    expect(await refused(giveRecoveryCode(deps, browser, ada.recoveryCodes[0] ?? '', now))).toEqual(
      refusal('CODE_REFUSED'),
    );
    expect(await refused(giveRecoveryCode(deps, browser, recoveryCodes[0] ?? '', now))).toBeNull();
  });

  test('for one act is not used up by an input that is refused, and then by the act', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, jar, now, confirm } = await aboutToDelete(deps);
    expect(await confirm({})).toEqual(refusal('STEP_UP_REQUIRED'));
    await caller(deps, jar, now).stepUp({
      code: codeAt(ada.totpSecret, now),
      act: 'erasure_confirm',
    });
    expect(await confirm({ email: 'ada@exmaple.test' })).toEqual(refusal('EMAIL_DOES_NOT_MATCH'));
    expect(await confirm({ planHash: '0'.repeat(64) })).toEqual(refusal('PLAN_CHANGED'));
    expect(await confirm({ graceDays: 15 })).toEqual(refusal('INPUT_REFUSED'));
    expect(await confirm({})).toBeNull();
    const [request] = await connection.db.select().from(dataSubjectRequest);
    const { requests } = callerFor(deps, jar, { now });
    await requests.cancelErasure({ reference: request?.reference ?? '' });
    expect(await confirm({})).toEqual(refusal('STEP_UP_REQUIRED'));
    expect(await connection.db.$count(dataSubjectRequest)).toBe(1);
  });

  test('for one act lets it happen once in a hundred calls at once', async ({ connection }) => {
    const deps = testDeps(connection);
    const { ada, jar, now, confirm } = await aboutToDelete(deps);
    await caller(deps, jar, now).stepUp({
      code: codeAt(ada.totpSecret, now),
      act: 'erasure_confirm',
    });
    const answers = await Promise.all(Array.from({ length: 100 }, () => confirm({})));
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    expect(await connection.db.$count(dataSubjectRequest)).toBe(1);
  });

  test('for one act is used up once by a hundred transactions at once, and by none that fails', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, jar, now } = await aboutToDelete(deps);
    await caller(deps, jar, now).stepUp({
      code: codeAt(ada.totpSecret, now),
      act: 'erasure_confirm',
    });
    const sessionId = deps.vault.hashToken('session', jar.tokens.user ?? '');
    const spend = (fails: boolean) =>
      connection.db.transaction(async (tx) => {
        const spent = await spendStepUp(tx, {
          vault: deps.vault,
          sessionId,
          act: 'erasure_confirm',
        });
        if (fails) throw new Error('refused after all');
        return spent;
      });
    const failing = await Promise.allSettled(Array.from({ length: 20 }, () => spend(true)));
    expect(failing.every(({ status }) => status === 'rejected')).toBe(true);
    const spent = await Promise.all(Array.from({ length: 100 }, () => spend(false)));
    expect(spent.filter(Boolean)).toHaveLength(1);
  });

  test('for one act serves no other act, and not after five minutes', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: start });
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
    const jar = await signInAs(deps, ada, { now: start });
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

test('an act of a page that shows one person’s account is not done in another one’s session, fresh or not', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const [ada, bob] = [await insertCustomer(deps), await insertCustomer(deps, { name: 'Bob' })];
  const jar = await signInAs(deps, bob, { now: start });
  const page = (forAccount: string | null) => callerFor(deps, jar, { now: later(30), forAccount });
  const { accountId } = await page(ada.subjectId).auth.me({});
  expect(accountId).toBe(bob.subjectId);
  const acts = [
    () => page(ada.subjectId).auth.stepUp({ code: codeAt(bob.totpSecret, later(30)) }),
    () => page(ada.subjectId).auth.makeRecoveryCodes({}),
    () => page(ada.subjectId).account.correct({ field: 'displayName', value: 'Ada Byron' }),
  ];
  for (const act of acts) expect(await refused(act())).toEqual(refusal('OTHER_ACCOUNT'));
  // None of it happened: the code is not used up, and the codes of before still work.
  const own = () => page(bob.subjectId).auth;
  expect(await refused(own().stepUp({ code: codeAt(bob.totpSecret, later(30)) }))).toBeNull();
  expect((await own().securityState({})).recoveryCodes.madeAt).not.toEqual(later(30));
  const imke = await insertStaff(deps);
  const desk = callerFor(deps, await atTheDesk(deps, imke, { now: start }), {
    now: start,
    surface: 'console',
    forAccount: ada.subjectId,
  });
  expect(await refused(desk.desk.signOut({}))).toEqual(refusal('OTHER_ACCOUNT'));
});
