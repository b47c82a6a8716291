import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { account } from '../../db/schema/account.ts';
import { type SessionKind, session } from '../../db/schema/auth.ts';
import { newToken } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { insertCustomer } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import type { Surface } from '../trpc/context.ts';
import { luciaOf } from './lucia.ts';
import { ownCoreOf } from './session-core.ts';
import { limits, type SessionRow, sessionMac } from './session-rules.ts';
import { later, MINUTE, start } from './testing.ts';

type At = { now?: Date; kind?: SessionKind; surface?: Surface; watching?: boolean };

/** Lucia, and what would take its place: whoever calls cannot tell one from the other. */
describe.each([
  ['lucia', luciaOf],
  ['the core of our own', ownCoreOf],
] as const)('a session kept by %s', (_name, coreOf) => {
  const at = (
    { connection: { db }, vault }: Deps,
    { now = start, kind = 'user', surface = 'portal', watching = false }: At = {},
  ) => coreOf({ db, vault, kind, now, surface, watching });

  /** A session of a customer, as `sessions.ts` makes one; the change is part of what is signed. */
  async function opened(deps: Deps, change: Partial<SessionRow> = {}) {
    const { subjectId } = await insertCustomer(deps);
    const id = deps.vault.hashToken('session', newToken());
    const { idleMinutes, absoluteMinutes } = limits.user;
    const row = {
      id,
      handle: crypto.randomUUID(),
      kind: 'user',
      subjectId,
      actorId: null,
      grantId: null,
      aal: 2,
      methods: ['pwd', 'otp'],
      failures: 0,
      createdAt: start,
      authAt: start,
      aal2At: start,
      stepUpAt: null,
      stepUpFor: null,
      lastSeenAt: start,
      expiresAt: later(idleMinutes * MINUTE),
      absoluteExpiresAt: later(absoluteMinutes * MINUTE),
      epoch: 0,
      userAgentFamily: 'Firefox on Linux',
      ipPrefix: '203.0.113.0/24',
      ...change,
    } satisfies Omit<SessionRow, 'rowMac'>;
    const complete = { ...row, rowMac: sessionMac(deps.vault, row) };
    await at(deps).createSession(subjectId, { row: complete }, { sessionId: id });
    return { id, subjectId };
  }
  const standing = async (deps: Deps, id: string, when: At = {}) =>
    (await at(deps, when).validateSession(id)).session?.row.id ?? null;
  const ends = async ({ connection: { db } }: Deps, id: string) =>
    (await db.select().from(session).where(eq(session.id, id)))[0]?.expiresAt;

  test('is found by its id alone, of its kind and at its door, with what is known of its person', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { id, subjectId } = await opened(deps);
    const found = await at(deps).validateSession(id);
    expect(found).toMatchObject({
      session: { fresh: false, row: { id, subjectId, aal: 2 } },
      user: {
        role: 'customer',
        status: 'active',
        factors: { apps: 1, passkeys: 0 },
        emailVerified: true,
        staff: null,
      },
    });
    for (const wrong of ['', 'nothing', id.slice(0, -1), `${id}0`, subjectId])
      expect(await standing(deps, wrong)).toBeNull();
    for (const kind of ['pending', 'recovery', 'staff', 'impersonation'] as const)
      expect(await standing(deps, id, { kind })).toBeNull();
    expect(await standing(deps, id, { surface: 'console' })).toBeNull();
    expect(await standing(deps, id)).toBe(id);
  });

  test('is extended once half of its idle time is over, by use and not by a page that watches, to its absolute end and no further', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { id } = await opened(deps, { absoluteExpiresAt: later(40 * MINUTE) });
    const end = (minutes: number) => later(minutes * MINUTE);
    await at(deps, { now: end(14) }).validateSession(id);
    expect(await ends(deps, id)).toEqual(end(30));
    await at(deps, { now: end(20), watching: true }).validateSession(id);
    expect(await ends(deps, id)).toEqual(end(30));
    const used = await at(deps, { now: end(20) }).validateSession(id);
    expect(used.session?.fresh).toBe(true);
    expect(await ends(deps, id)).toEqual(end(40));
    // Its row is signed anew with its new end.
    expect(await standing(deps, id, { now: end(39) })).toBe(id);
    expect(await standing(deps, id, { now: end(40) })).toBeNull();
  });

  test('that is over is over for good: a clock that is put back brings none to life', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const idle = await opened(deps);
    const absolute = await opened(deps, { absoluteExpiresAt: later(10 * MINUTE) });
    expect(await standing(deps, idle.id, { now: later(29 * MINUTE), watching: true })).toBe(
      idle.id,
    );
    expect(await standing(deps, idle.id, { now: later(30 * MINUTE) })).toBeNull();
    expect(await standing(deps, absolute.id, { now: later(10 * MINUTE) })).toBeNull();
    for (const { id } of [idle, absolute]) {
      expect(await standing(deps, id)).toBeNull();
      expect(await ends(deps, id)).toBeUndefined();
    }
  });

  test('is none any more after any of its fields was altered, its generation ended, or its account is erased', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { db } = connection;
    const changes: Partial<SessionRow>[] = [
      { aal: 1 },
      { epoch: 1 },
      { methods: ['pwd'] },
      { stepUpAt: start },
      { stepUpFor: 'erasure_confirm' },
      { handle: crypto.randomUUID() },
      { subjectId: (await insertCustomer(deps)).subjectId },
      { expiresAt: later(60 * MINUTE) },
      { absoluteExpiresAt: later(9_999 * MINUTE) },
      { rowMac: 'made up' },
    ];
    for (const change of changes) {
      const { id } = await opened(deps);
      await db.update(session).set(change).where(eq(session.id, id));
      expect([Object.keys(change), await standing(deps, id)]).toEqual([Object.keys(change), null]);
    }
    for (const change of [
      { sessionEpoch: 1 },
      { status: 'erasing' as const },
      { role: 'support' as const },
    ]) {
      const { id, subjectId } = await opened(deps);
      expect(await standing(deps, id)).toBe(id);
      await db.update(account).set(change).where(eq(account.subjectId, subjectId));
      expect([change, await standing(deps, id)]).toEqual([change, null]);
    }
  });
});
