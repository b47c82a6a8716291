import { and, asc, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { withSubject } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { consentEvent } from '../../db/schema/consent.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, insertCustomer, type Jar, signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';

const start = new Date(Math.floor(Date.now() / 30_000) * 30_000);
const later = (seconds: number) => new Date(start.getTime() + seconds * 1_000);

async function signedIn(deps: Deps) {
  const person = await insertCustomer(deps);
  const jar = await signedInAs(deps, person, { now: start });
  return {
    ...person,
    jar,
    at: (seconds: number) => callerFor(deps, jar, { now: later(seconds) }).consent,
  };
}

/** Topics and channels that are on. */
async function onFor(deps: Deps, jar: Jar, seconds: number): Promise<string[]> {
  const { choices } = await callerFor(deps, jar, { now: later(seconds) }).consent.communication({});
  return choices
    .filter(({ granted }) => granted)
    .map(({ topic, channel }) => `${topic}/${channel}`);
}

describe('optional messages', () => {
  test('are all off until somebody says yes, each for itself', async ({ connection }) => {
    const deps = testDeps(connection);
    const { jar, at } = await signedIn(deps);
    const { choices } = await at(0).communication({});
    expect(choices).toHaveLength(8);
    expect(choices.every(({ granted, said }) => !granted && said === null)).toBe(true);
    await at(1).set({ topic: 'events', channel: 'email', granted: true });
    expect(await onFor(deps, jar, 2)).toEqual(['events/email']);
  });

  test('a choice is an event with a receipt and a record of who acted', async ({ connection }) => {
    const deps = testDeps(connection);
    const { subjectId, at } = await signedIn(deps);
    const { receiptId } = await at(1).set({ topic: 'surveys', channel: 'in_app', granted: true });
    const receipt = await at(2).receipt({ id: receiptId ?? '' });
    expect(receipt).toMatchObject({
      id: receiptId,
      topic: 'surveys',
      channel: 'in_app',
      granted: true,
      source: 'preferences_page',
      policyVersion: '2025-01',
      occurredAt: later(1),
      controller: 'EaseLLM',
    });
    expect(JSON.stringify(receipt)).not.toContain(subjectId);
    expect(receipt).not.toHaveProperty('sequence');
    const [event] = await connection.db
      .select()
      .from(auditEvent)
      .where(eq(auditEvent.action, 'consent.changed'));
    expect(event).toMatchObject({ subjectId, actorKind: 'subject', outcome: 'done' });
  });

  test('a no after a yes leaves both on record', async ({ connection }) => {
    const deps = testDeps(connection);
    const { jar, at } = await signedIn(deps);
    await at(1).set({ topic: 'events', channel: 'email', granted: true });
    await at(2).set({ topic: 'events', channel: 'email', granted: false });
    expect(await onFor(deps, jar, 3)).toEqual([]);
    const events = await connection.db
      .select()
      .from(consentEvent)
      .orderBy(asc(consentEvent.occurredAt));
    expect(events.map(({ granted }) => granted)).toEqual([true, false]);
  });

  test('one press stops all of them and no cookie', async ({ connection }) => {
    const deps = testDeps(connection);
    const { jar, at } = await signedIn(deps);
    await at(1).set({ topic: 'events', channel: 'email', granted: true });
    await at(1).set({ topic: 'research', channel: 'in_app', granted: true });
    await at(1).chooseCookies({ functional: true, statistics: false, source: 'cookie_page' });
    expect(await at(2).stopAll({})).toEqual({ stopped: 2 });
    expect(await onFor(deps, jar, 3)).toEqual([]);
    expect(await at(3).stopAll({})).toEqual({ stopped: 0 });
    const cookies = eq(consentEvent.topic, 'cookies_functional');
    expect(
      (await connection.db.select().from(consentEvent).where(cookies)).map(
        ({ granted }) => granted,
      ),
    ).toEqual([true]);
  });

  test('cannot be switched on, but can be switched off, while the account waits for its deletion', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { jar, at } = await signedIn(deps);
    await at(1).set({ topic: 'events', channel: 'email', granted: true });
    await connection.db.update(account).set({ status: 'pending_deletion' });
    const yes = at(2).set({ topic: 'surveys', channel: 'email', granted: true });
    expect(await refused(yes)).toEqual(refusal('ACCOUNT_READ_ONLY'));
    expect(await at(2).stopAll({})).toEqual({ stopped: 1 });
    expect(await onFor(deps, jar, 3)).toEqual([]);
  });

  test('a receipt is shown to nobody else', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    const eve = await signedIn(deps);
    const { receiptId } = await ada.at(1).set({ topic: 'events', channel: 'email', granted: true });
    expect(await refused(eve.at(2).receipt({ id: receiptId ?? '' }))).toEqual(refusal('NOT_FOUND'));
    expect(await onFor(deps, eve.jar, 2)).toEqual([]);
  });
});

describe('the database itself', () => {
  test.for([
    ['no session', { actorKind: 'subject', sessionHandle: null, source: 'preferences_page' }],
    [
      'staff',
      { actorKind: 'staff', sessionHandle: crypto.randomUUID(), source: 'preferences_page' },
    ],
    ['a service', { actorKind: 'service', sessionHandle: null, source: 'preferences_page' }],
    ['a job', { actorKind: 'system', sessionHandle: null, source: 'preferences_page' }],
    [
      'a signal',
      { actorKind: 'subject', sessionHandle: crypto.randomUUID(), source: 'gpc_signal' },
    ],
    [
      'a deletion',
      { actorKind: 'subject', sessionHandle: crypto.randomUUID(), source: 'account_deletion' },
    ],
  ] as const)(
    'refuses a yes behind which stands %s, and takes the same as a no',
    async ([, who], { connection, owner }) => {
      const { subjectId } = await insertCustomer(testDeps(connection));
      const row = (granted: boolean) => ({
        ...who,
        id: crypto.randomUUID(),
        subjectId,
        topic: 'events' as const,
        channel: 'email' as const,
        granted,
        policyVersion: '2025-01',
        occurredAt: start,
      });
      const writers = [
        (granted: boolean) =>
          withSubject(connection.db, subjectId, 'write', (tx) =>
            tx.insert(consentEvent).values(row(granted)),
          ),
        (granted: boolean) => connection.db.insert(consentEvent).values(row(granted)),
        (granted: boolean) => owner.db.insert(consentEvent).values(row(granted)),
      ];
      for (const write of writers) {
        await expect(write(true)).rejects.toMatchObject({
          cause: { constraint_name: 'consent_raise_needs_the_person' },
        });
        await write(false);
      }
      expect(await connection.db.$count(consentEvent, eq(consentEvent.granted, true))).toBe(0);
    },
  );

  test('changes no event for anybody, its owner included', async ({ connection, owner }) => {
    const deps = testDeps(connection);
    const { subjectId, at } = await signedIn(deps);
    await at(1).set({ topic: 'events', channel: 'email', granted: false });
    const edits = [
      withSubject(connection.db, subjectId, 'write', (tx) =>
        tx.update(consentEvent).set({ topic: 'surveys' }),
      ),
      withSubject(connection.db, subjectId, 'write', (tx) => tx.delete(consentEvent)),
      connection.db.update(consentEvent).set({ topic: 'surveys' }),
      owner.db.update(consentEvent).set({ topic: 'surveys' }),
    ];
    for (const edit of await Promise.allSettled(edits)) expect(edit.status).toBe('rejected');
    expect(await connection.db.$count(consentEvent, eq(consentEvent.topic, 'events'))).toBe(1);
  });

  test('writes nobody’s choice for another person', async ({ connection }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [await signedIn(deps), await signedIn(deps)];
    const forged = withSubject(connection.db, eve.subjectId, 'write', (tx) =>
      tx.insert(consentEvent).values({
        id: crypto.randomUUID(),
        subjectId: ada.subjectId,
        topic: 'events',
        channel: 'email',
        granted: true,
        actorKind: 'subject',
        sessionHandle: crypto.randomUUID(),
        source: 'preferences_page',
        policyVersion: '2025-01',
        occurredAt: start,
      }),
    );
    await expect(forged).rejects.toThrow();
    expect(
      await connection.db.$count(consentEvent, and(eq(consentEvent.subjectId, ada.subjectId))),
    ).toBe(0);
  });
});
