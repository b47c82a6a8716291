import { and, eq, sql } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { account } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { session } from '../../db/schema/auth.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import {
  atTheDesk,
  callerFor,
  insertCustomer,
  insertStaff,
  type Jar,
  type Person,
  signInAs,
} from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { raiseSession } from './sessions.ts';
import { attempt, later, MINUTE, start } from './testing.ts';

const HOUR = 60 * MINUTE;
const signedOut = refusal('SIGNED_OUT');
const look = (deps: Deps, jar: Jar, now = start) =>
  refused(callerFor(deps, jar, { now }).auth.me({}));

/** As many browsers as wished, each signed in with a code of its own. */
async function browsers(deps: Deps, person: Person, count: number): Promise<Jar[]> {
  const jars: Jar[] = [];
  for (let step = count; step > 0; step -= 1) {
    jars.push(await signInAs(deps, person, { now: later(-30 * step) }));
  }
  return jars;
}

async function handleOf(deps: Deps, jar: Jar): Promise<string> {
  const sessions = await callerFor(deps, jar, { now: start }).auth.sessions({});
  return sessions.find(({ current }) => current)?.handle ?? '';
}

describe('a session row', () => {
  test.for([
    ['kind', sql`kind = 'user'`],
    ['kind and assurance', sql`kind = 'user', aal = 2, aal2_at = now()`],
    ['idle end', sql`kind = 'user', expires_at = now() + interval '1 year'`],
  ] as const)(
    'of an attempt is no signed-in session when its %s is edited by SQL',
    async ([, edit], { connection }) => {
      const deps = testDeps(connection);
      const jar = await attempt(deps, await insertCustomer(deps));
      await connection.db.execute(sql`update session set ${edit}`);
      expect(await look(deps, { ...jar, tokens: { user: jar.tokens.pending ?? null } })).toEqual(
        signedOut,
      );
    },
  );

  test.for([
    ['idle end', sql`expires_at = now() + interval '11 hours'`],
    ['absolute end', sql`absolute_expires_at = now() + interval '1 year'`],
    ['second factor', sql`step_up_at = now()`],
    ['act', sql`step_up_for = 'erasure_confirm', step_up_at = now()`],
    ['MAC', sql`row_mac = repeat('0', 64)`],
    ['generation', sql`epoch = 1`],
  ] as const)('is not accepted when its %s is edited by SQL', async ([, edit], { connection }) => {
    const deps = testDeps(connection);
    const jar = await signInAs(deps, await insertCustomer(deps), { now: start });
    expect(await look(deps, jar)).toBeNull();
    await connection.db.execute(sql`update session set ${edit}`);
    expect(await look(deps, jar)).toEqual(signedOut);
  });

  test.for([
    ['absolute end', sql`absolute_expires_at = now() + interval '1 year'`],
    ['kind', sql`kind = 'user'`],
    ['MAC', sql`row_mac = repeat('0', 64)`],
  ] as const)(
    'gets no new token once its %s is edited by SQL, so that the edit gets no MAC of ours',
    async ([, edit], { connection }) => {
      const deps = testDeps(connection);
      const { vault } = deps;
      const jar = await attempt(deps, await insertCustomer(deps));
      const sessionId = vault.hashToken('session', jar.tokens.pending ?? '');
      const raise = (id: string) =>
        connection.db.transaction((tx) =>
          raiseSession(tx, { vault, now: start, sessionId: id, changes: { failures: 1 } }),
        );
      await connection.db.execute(sql`update session set ${edit}`);
      expect(await raise(sessionId)).toBeNull();
      const untouched = await attempt(deps, await insertCustomer(deps));
      expect(
        await raise(vault.hashToken('session', untouched.tokens.pending ?? '')),
      ).not.toBeNull();
    },
  );

  test('does not open another account when its subject is edited by SQL', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [
      await insertCustomer(deps),
      await insertCustomer(deps, { name: 'Eve Moneypenny' }),
    ];
    const jar = await signInAs(deps, eve, { now: start });
    await connection.db.execute(sql`update session set subject_id = ${ada.subjectId}`);
    expect(await look(deps, jar)).toEqual(signedOut);
  });

  test('holds nothing that works as a cookie', async ({ connection }) => {
    const deps = testDeps(connection);
    await signInAs(deps, await insertCustomer(deps), { now: start });
    const [row] = await connection.db.select().from(session);
    const texts = Object.values(row ?? {}).filter((value) => typeof value === 'string');
    for (const text of texts) {
      expect(await look(deps, { tokens: { user: text }, set: [] })).toEqual(signedOut);
    }
  });
});

describe('a session ends', () => {
  test('with the generation of its account, and so do all', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jars = await browsers(deps, ada, 3);
    const pending = await attempt(deps, ada);
    await connection.db.update(account).set({ sessionEpoch: sql`session_epoch + 1` });
    for (const jar of jars) expect(await look(deps, jar)).toEqual(signedOut);
    expect(await refused(callerFor(deps, pending, { now: start }).auth.attempt({}))).toEqual(
      refusal('ATTEMPT_ENDED'),
    );
  });

  test('after thirty idle minutes', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: start });
    expect(await look(deps, jar, later(30 * MINUTE))).toEqual(signedOut);
  });

  test('after twelve hours, however much it is used', async ({ connection }) => {
    const deps = testDeps(connection);
    const jar = await signInAs(deps, await insertCustomer(deps), { now: start });
    for (let minute = 20; minute < 12 * 60; minute += 20) {
      expect(await look(deps, jar, later(minute * MINUTE))).toBeNull();
    }
    expect(await look(deps, jar, later(12 * HOUR - 1))).toBeNull();
    expect(await look(deps, jar, later(12 * HOUR))).toEqual(signedOut);
  });

  test('at the time it says', async ({ connection }) => {
    const deps = testDeps(connection);
    const jar = await signInAs(deps, await insertCustomer(deps), { now: start });
    const endAt = async (now: Date) => (await callerFor(deps, jar, { now }).auth.me({})).idleEndsAt;
    expect(await endAt(later(20 * MINUTE))).toEqual(later(50 * MINUTE));
    expect(await endAt(later(21 * MINUTE))).toEqual(later(50 * MINUTE));
    expect(await look(deps, jar, later(50 * MINUTE))).toEqual(signedOut);
  });

  test('not for a hundred calls that use it at once', async ({ connection }) => {
    const deps = testDeps(connection);
    const jar = await signInAs(deps, await insertCustomer(deps), { now: start });
    const calls = Array.from({ length: 100 }, () => look(deps, jar, later(20 * MINUTE)));
    expect((await Promise.all(calls)).filter((answer) => answer !== null)).toEqual([]);
    expect(await look(deps, jar, later(49 * MINUTE))).toBeNull();
  });

  test('when it is the oldest of more than ten', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jars: Jar[] = [];
    for (let index = 0; index < 11; index += 1) {
      jars.push(await signInAs(deps, ada, { now: later(index * 2 * MINUTE) }));
    }
    const [oldest, ...others] = jars;
    const now = later(21 * MINUTE);
    if (oldest) expect(await look(deps, oldest, now)).toEqual(signedOut);
    for (const jar of others) expect(await look(deps, jar, now)).toBeNull();
  });

  test('of staff too, when it is the oldest of more than ten', async ({ connection }) => {
    const deps = testDeps(connection);
    const agent = await insertStaff(deps);
    const desks: Jar[] = [];
    for (let index = 0; index < 11; index += 1) {
      desks.push(await atTheDesk(deps, agent, { now: later(index * MINUTE) }));
    }
    const enter = (jar: Jar) =>
      refused(callerFor(deps, jar, { now: later(11 * MINUTE), surface: 'console' }).desk.me({}));
    const [oldest, ...others] = desks;
    if (oldest) expect(await enter(oldest)).toEqual(signedOut);
    for (const jar of others) expect(await enter(jar)).toBeNull();
  });

  test('with sign-out, at the server too, and the browser is told to forget', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const jar = await signInAs(deps, await insertCustomer(deps), { now: start });
    const kept: Jar = { tokens: { ...jar.tokens }, set: [] };
    const headers: [string, string][] = [];
    const setHeader = (name: string, value: string) => void headers.push([name, value]);
    await callerFor(deps, jar, { now: start, setHeader }).auth.signOut({});
    expect(jar.tokens.user).toBeNull();
    expect(headers).toEqual([['Clear-Site-Data', '"cache", "storage"']]);
    expect(await look(deps, kept)).toEqual(signedOut);
    expect(await connection.db.$count(session)).toBe(0);
    expect(await connection.db.$count(auditEvent, eq(auditEvent.action, 'auth.signed_out'))).toBe(
      1,
    );
  });

  test('from another browser, one by one, but not the one in use', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const [mine, other, third] = await browsers(deps, ada, 3);
    if (!mine || !other || !third) throw new Error('three browsers');
    const { auth } = callerFor(deps, mine, { now: start });
    expect(await refused(auth.endSession({ handle: await handleOf(deps, mine) }))).toEqual(
      refusal('THIS_SESSION'),
    );
    await auth.endSession({ handle: await handleOf(deps, other) });
    expect([await look(deps, mine), await look(deps, other), await look(deps, third)]).toEqual([
      null,
      signedOut,
      null,
    ]);
    expect(await auth.endOtherSessions({})).toEqual({ ended: 1 });
    expect([await look(deps, mine), await look(deps, third)]).toEqual([null, signedOut]);
  });

  test('only by its own person', async ({ connection }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [
      await insertCustomer(deps),
      await insertCustomer(deps, { name: 'Eve Moneypenny' }),
    ];
    const [hers, eves] = [
      await signInAs(deps, ada, { now: start }),
      await signInAs(deps, eve, { now: start }),
    ];
    const { auth } = callerFor(deps, eves, { now: start });
    expect(await refused(auth.endSession({ handle: await handleOf(deps, hers) }))).toEqual(
      refusal('NOT_FOUND'),
    );
    await auth.endOtherSessions({});
    expect(await look(deps, hers)).toBeNull();
    const ended = and(
      eq(auditEvent.action, 'auth.session_ended'),
      eq(auditEvent.subjectId, ada.subjectId),
    );
    expect(await connection.db.$count(auditEvent, ended)).toBe(0);
  });

  test('when the deletion of its account runs', async ({ connection }) => {
    const deps = testDeps(connection);
    const jar = await signInAs(deps, await insertCustomer(deps), { now: start });
    await connection.db.update(account).set({ status: 'erasing' });
    expect(await look(deps, jar)).toEqual(signedOut);
  });
});

describe('a call that a page makes by itself', () => {
  test('keeps nobody signed in, at neither door, and is answered as any other', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const jar = await signInAs(deps, await insertCustomer(deps), { now: start });
    const desk = await atTheDesk(deps, await insertStaff(deps), { now: start });
    const ends = async () =>
      (await connection.db.select({ at: session.expiresAt }).from(session)).map(({ at }) =>
        at.getTime(),
      );
    const before = await ends();
    const now = later(14 * MINUTE);
    const watching = { now, watching: true };
    const atDesk = { ...watching, surface: 'console' } as const;
    const seen = await callerFor(deps, jar, { ...watching, now: later(20 * MINUTE) }).auth.me({});
    await callerFor(deps, desk, atDesk).desk.me({});
    expect(await ends()).toEqual(before);
    expect(seen.idleEndsAt).toEqual(later(30 * MINUTE));
    await callerFor(deps, desk, { ...atDesk, watching: false }).desk.me({});
    expect(await ends()).not.toEqual(before);
  });
});
