import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { job } from '../../db/schema/job.ts';
import { knownPlace } from '../../db/schema/known-place.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import {
  callerFor,
  emptyJar,
  insertCustomer,
  type Jar,
  type Person,
  signInAs,
} from '../testing/people.ts';
import { testOfYears as test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { later, MINUTE, start } from './testing.ts';

const HOME = '203.0.113.0/24';
const AWAY = '198.51.100.0/24';
const DAY = 24 * 60 * MINUTE;

type Where = { jar?: Jar; ipPrefix?: string; now?: Date };

/** One password from somewhere: the refusal, or null. */
const enter = (
  deps: Deps,
  { email, password }: { email: string; password: string },
  { jar = emptyJar(), ipPrefix = AWAY, now = start }: Where = {},
) => refused(callerFor(deps, jar, { now, ipPrefix }).auth.signIn({ email, password }));

/** As many wrong passwords as wished, each from a network of its own. */
const flood = (deps: Deps, { email }: Person, times: number, now = start) =>
  Promise.all(
    Array.from({ length: times }, (_, index) =>
      enter(deps, { email, password: `wrong ${index}` }, { ipPrefix: `10.0.${index}.0/24`, now }),
    ),
  );

const paused = (seconds = 15 * MINUTE) => ({ code: 'SIGN_IN_PAUSED', retryAfterSeconds: seconds });

/** A person who signed in at home once; the jar is their browser. */
async function known(deps: Deps, name?: string) {
  const person = await insertCustomer(deps, name ? { name } : {});
  const jar = await signInAs(deps, person, { now: later(-60) });
  return { ...person, jar };
}

const deviceCookie = ({ set }: Jar) => set.findLast((header) => header.startsWith('device='));

describe('ten wrong passwords of an account in a quarter of an hour', () => {
  test('are looked at from all strangers together, however many try at once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const answers = await flood(deps, ada, 24);
    expect(answers.filter((answer) => answer?.code === 'SIGN_IN_REFUSED')).toHaveLength(10);
    expect(answers.filter((answer) => answer?.code === 'SIGN_IN_PAUSED')).toHaveLength(14);
    expect(await enter(deps, ada)).toEqual(paused());
    expect(await enter(deps, ada, { now: later(5 * MINUTE) })).toEqual(paused(10 * MINUTE));
    expect(await enter(deps, ada, { now: later(15 * MINUTE) })).toBeNull();
  });

  test('lock nobody out of a browser they signed in from, wherever it is now', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await known(deps);
    await flood(deps, ada, 20);
    expect(await enter(deps, ada)).toEqual(paused());
    expect(await enter(deps, ada, { jar: ada.jar })).toBeNull();
  });

  test('lock nobody out of a network they signed in from, without any cookie', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await known(deps);
    await flood(deps, ada, 20);
    expect(await enter(deps, ada, { ipPrefix: AWAY })).toEqual(paused());
    expect(await enter(deps, ada, { ipPrefix: HOME })).toBeNull();
  });

  test('from a known place close that place alone, the right one after them too', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await known(deps);
    for (let guess = 0; guess < 10; guess += 1)
      await enter(deps, { email: ada.email, password: `wrong ${guess}` }, { jar: ada.jar });
    expect(await enter(deps, ada, { jar: ada.jar })).toEqual(paused());
    expect(await enter(deps, ada, { ipPrefix: HOME })).toBeNull();
    expect(await enter(deps, ada, { jar: ada.jar, now: later(15 * MINUTE) })).toBeNull();
  });

  test('are counted anew at one moment everywhere: nobody is told that the right one is wrong', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await known(deps);
    await enter(deps, { email: ada.email, password: 'wrong' });
    const now = later(10 * MINUTE);
    for (let guess = 0; guess < 10; guess += 1)
      await enter(deps, { email: ada.email, password: `wrong ${guess}` }, { jar: ada.jar, now });
    expect(await enter(deps, ada, { jar: ada.jar, now })).toEqual(paused(5 * MINUTE));
    expect(await enter(deps, ada, { jar: ada.jar, now: later(15 * MINUTE) })).toBeNull();
  });

  test('are noted for the log at each door by itself: what is refused at one hides nothing at the other', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await known(deps);
    const wrong = { email: ada.email, password: 'wrong' };
    const atDesk = () =>
      refused(callerFor(deps, emptyJar(), { now: start, surface: 'console' }).auth.signIn(wrong));
    const noted = () => connection.db.$count(job, eq(job.kind, 'auth.password_refused'));
    for (let time = 0; time < 3; time += 1) await atDesk();
    expect(await noted()).toBe(1);
    for (let time = 0; time < 3; time += 1) await enter(deps, wrong);
    expect(await noted()).toBe(2);
  });

  test('are not used up by right ones', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await known(deps);
    for (let time = 0; time < 12; time += 1) {
      expect(await enter(deps, ada, { jar: ada.jar })).toBeNull();
      expect(await enter(deps, ada)).toBeNull();
    }
  });

  test('tell nobody on the same network who has an account there', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await known(deps);
    const script = async (email: string) => {
      const answers = [];
      for (const [times, ipPrefix, minutes] of [
        [12, HOME, 0],
        [2, AWAY, 0],
        [2, HOME, 14],
        [3, HOME, 15],
        [1, AWAY, 15],
        [9, HOME, 16],
        [2, HOME, 30],
      ] as const) {
        for (let time = 0; time < times; time += 1) {
          const now = later(minutes * MINUTE);
          answers.push(await enter(deps, { email, password: 'wrong' }, { ipPrefix, now }));
        }
      }
      return answers;
    };
    const answers = await script(ada.email);
    expect(answers).toContainEqual(refusal('SIGN_IN_REFUSED'));
    expect(answers).toContainEqual(paused());
    expect(await script('nobody@example.test')).toEqual(answers);
  });
});

describe('a known place', () => {
  test('is one only where both factors were given', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = emptyJar();
    expect(await enter(deps, ada, { jar, ipPrefix: HOME })).toBeNull();
    expect(deviceCookie(jar)).toBeUndefined();
    expect(await connection.db.$count(knownPlace)).toBe(0);
    await flood(deps, ada, 10);
    expect(await enter(deps, ada, { jar, ipPrefix: HOME })).toEqual(paused());
  });

  test('of somebody else is none, nor is a cookie that was made up', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await known(deps);
    const eve = await insertCustomer(deps, { name: 'Eve Moneypenny' });
    const eves = emptyJar();
    await signInAs(deps, eve, { now: later(-60), jar: eves });
    await flood(deps, ada, 10);
    const madeUp: Jar = { tokens: {}, set: [`device=${'x'.repeat(43)}`] };
    for (const jar of [eves, madeUp]) expect(await enter(deps, ada, { jar })).toEqual(paused());
    expect(await enter(deps, ada, { jar: ada.jar })).toBeNull();
  });

  test('does not become one by a cookie that was planted before the sign-in', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const planted = `device=${'p'.repeat(43)}`;
    const jar: Jar = { tokens: {}, set: [planted] };
    await signInAs(deps, ada, { now: later(-60), jar });
    expect(deviceCookie(jar)).not.toContain('p'.repeat(43));
    await flood(deps, ada, 10);
    expect(await enter(deps, ada, { jar: { tokens: {}, set: [planted] } })).toEqual(paused());
    expect(await enter(deps, ada, { jar })).toBeNull();
  });

  test('keeps its cookie from one sign-in to the next, and is forgotten after 180 days without one', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: later(-300 * DAY) });
    const [, first] = /^device=([^;]+)/.exec(deviceCookie(jar) ?? '') ?? [];
    expect(deviceCookie(jar)).toBe(
      `device=${first}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${180 * DAY}`,
    );
    await signInAs(deps, ada, { now: later(-200 * DAY), jar });
    expect(deviceCookie(jar)).toContain(`device=${first};`);
    expect(await connection.db.$count(knownPlace)).toBe(2);
    expect(JSON.stringify(await connection.db.select().from(knownPlace))).not.toContain(first);
    for (const [days, answer] of [
      [-21, null],
      [-19, paused()],
    ] as const) {
      const now = later(days * DAY);
      await flood(deps, ada, 10, now);
      expect([days, await enter(deps, ada, { jar, now })]).toEqual([days, answer]);
      expect([days, await enter(deps, ada, { ipPrefix: HOME, now })]).toEqual([days, answer]);
    }
  });

  test('is shown to its person, without what would open it', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await known(deps);
    const page = await callerFor(deps, ada.jar, { now: start }).access.table({
      table: 'knownPlace',
    });
    expect(page.rows.map(({ values }) => values[0]).sort()).toEqual(['browser', 'network']);
    const hashes = (await connection.db.select().from(knownPlace)).map(
      ({ placeHash }) => placeHash,
    );
    for (const hash of hashes) expect(JSON.stringify(page)).not.toContain(hash);
  });
});
