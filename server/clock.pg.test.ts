import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { account } from '../db/schema/account.ts';
import { job } from '../db/schema/job.ts';
import { later, MINUTE, start } from './auth/testing.ts';
import { codeAt } from './auth/totp.ts';
import type { Deps } from './deps.ts';
import { allJobs } from './jobs/all.ts';
import { runNext } from './jobs/runner.ts';
import { confirmDeletion } from './requests/behalf/testing.ts';
import { testDeps } from './testing/deps.ts';
import { callerFor, emptyJar, insertCustomer, signInAs } from './testing/people.ts';
import { test } from './testing/pg.ts';
import { codeOf } from './testing/refused.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** By how much the clock of a process may jump, in seconds. */
const JUMPS = [-DAY, -HOUR, -90, HOUR, DAY];
const words = (seconds: number) => `${seconds / HOUR} h`;

/** The same process, whose clock is wrong by so much from now on. */
const jumped = (deps: Deps, seconds: number): Deps => ({ ...deps, clock: () => later(seconds) });

describe('when the clock of a process jumps', () => {
  test('no deletion begins before its day: the work goes by the clock of the database', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: start });
    await confirmDeletion(deps, { person: ada, jar, now: later(30) });
    await connection.db.delete(job).where(eq(job.kind, 'mail.send'));
    const kinds = new Map(allJobs.map((definition) => [definition.kind, definition]));
    const work = (seconds: number) =>
      runNext(jumped(deps, seconds), kinds, ['erasure.run'], new AbortController().signal);
    const status = async () =>
      (await connection.db.select().from(account).where(eq(account.subjectId, ada.subjectId)))[0]
        ?.status;
    for (const seconds of [...JUMPS, 8 * DAY])
      expect([words(seconds), await work(seconds)]).toEqual([words(seconds), false]);
    // Not even where somebody woke the work before its time.
    for (const seconds of [DAY, 8 * DAY]) {
      // Columns keep milliseconds, and would round up what is now into what comes.
      await connection.sql`update job set run_at = date_trunc('milliseconds', now()) where kind = 'erasure.run'`;
      expect(await work(seconds)).toBe(true);
      expect([words(seconds), await status()]).toEqual([words(seconds), 'pending_deletion']);
    }
  });

  test('no session that has ended comes to life: neither by sign-out, nor by all others ending, nor by time', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const me = (jar: Awaited<ReturnType<typeof signInAs>>, seconds: number) =>
      codeOf(callerFor(deps, jar, { now: later(seconds) }).auth.me({}));
    const people = await Promise.all([1, 2, 3].map(() => insertCustomer(deps)));
    const [left, revoked, idle] = (await Promise.all(
      people.map((person) => signInAs(deps, person, { now: start })),
    )) as [Jar, Jar, Jar];
    const kept = { tokens: { ...left.tokens }, set: [] };
    await callerFor(deps, left, { now: later(1) }).auth.signOut({});
    await connection.db
      .update(account)
      .set({ sessionEpoch: 1 })
      .where(eq(account.subjectId, people[1]?.subjectId ?? ''));
    expect(await me(idle, DAY)).toBe('SIGNED_OUT');
    for (const [what, jar] of Object.entries({ kept, revoked, idle }))
      for (const seconds of [0, ...JUMPS])
        expect([what, words(seconds), await me(jar, seconds)]).toEqual([
          what,
          words(seconds),
          'SIGNED_OUT',
        ]);
  });

  test('no code is accepted that was none: none of another hour, and none a second time', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    await signInAs(deps, ada, { now: start });
    const enter = async (seconds: number, code: string) => {
      const now = later(seconds);
      const jar = emptyJar();
      const { email, password } = ada;
      await callerFor(deps, jar, { now }).auth.signIn({ email, password });
      return codeOf(callerFor(deps, jar, { now }).auth.verifyCode({ code }));
    };
    for (const seconds of JUMPS) {
      // The code that the person's own device shows, whose clock is right.
      expect([words(seconds), await enter(seconds, codeAt(ada.totpSecret, later(60)))]).not.toEqual(
        [words(seconds), null],
      );
      if (seconds < 0)
        // One that somebody noted down at that time: an older step than the last that was used.
        expect(await enter(seconds, codeAt(ada.totpSecret, later(seconds)))).not.toBeNull();
    }
    expect(await enter(60, codeAt(ada.totpSecret, later(60)))).toBeNull();
    expect(await enter(0, codeAt(ada.totpSecret, later(60)))).not.toBeNull();
  });
});

type Jar = Awaited<ReturnType<typeof signInAs>>;
