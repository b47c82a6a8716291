import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asc, eq, sql } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import type { Connection } from '../../db/connect.ts';
import { consentEvent } from '../../db/schema/consent.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, insertCustomer, signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';

const start = new Date(Math.floor(Date.now() / 30_000) * 30_000);
const EVENTS = { topic: 'events', channel: 'email' } as const;

async function choosing(connection: Connection) {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  const jar = await signedInAs(deps, ada, { now: start });
  /** Every call of it happens in the same millisecond. */
  const { consent } = callerFor(deps, jar, { now: start });
  const isOn = async () =>
    (await consent.communication({})).choices.find(
      ({ topic, channel }) => topic === 'events' && channel === 'email',
    )?.granted;
  return { ada, consent, isOn };
}

describe('of choices on one topic', () => {
  test('in one millisecond the one that came last holds, whatever their ids', async ({
    connection,
  }) => {
    const { consent, isOn } = await choosing(connection);
    // By random ids, twenty turns would all come out right once in a million.
    for (let turn = 1; turn <= 20; turn += 1) {
      const granted = turn % 2 === 1;
      await consent.set({ ...EVENTS, granted });
      expect([turn, await isOn()]).toEqual([turn, granted]);
    }
    const said = await connection.db
      .select()
      .from(consentEvent)
      .orderBy(asc(consentEvent.sequence));
    expect(said.map(({ granted }) => granted)).toEqual(said.map((_, index) => index % 2 === 0));
    expect(new Set(said.map(({ occurredAt }) => occurredAt.getTime())).size).toBe(1);
  });

  test('the one that came last holds, also when the clock of its process was behind', async ({
    connection,
  }) => {
    const { consent, isOn, ada } = await choosing(connection);
    await consent.set({ ...EVENTS, granted: true });
    await connection.db.insert(consentEvent).values({
      ...EVENTS,
      id: crypto.randomUUID(),
      subjectId: ada.subjectId,
      granted: false,
      actorKind: 'system',
      source: 'gpc_signal',
      policyVersion: '2025-01',
      occurredAt: new Date(start.getTime() - 60_000),
    });
    expect(await isOn()).toBe(false);
  });

  test('no writer can give itself a later place', async ({ connection, owner }) => {
    const { ada, consent } = await choosing(connection);
    await consent.set({ ...EVENTS, granted: false });
    const forged = sql`
      insert into consent_event (id, subject_id, topic, channel, granted, actor_kind, session_handle, source, policy_version, occurred_at, sequence)
      values (gen_random_uuid(), ${ada.subjectId}, 'events', 'email', true, 'subject', gen_random_uuid(), 'preferences_page', '2025-01', now(), 9000000000)`;
    for (const { db } of [connection, owner])
      await expect(db.execute(forged)).rejects.toMatchObject({ cause: { code: '428C9' } });
    expect(await connection.db.$count(consentEvent, eq(consentEvent.granted, true))).toBe(0);
  });

  test('and of “stop all” at the same time none stays on that came before it', async ({
    connection,
  }) => {
    const { consent } = await choosing(connection);
    for (let round = 0; round < 15; round += 1) {
      await Promise.all([
        consent.set({ ...EVENTS, granted: true }),
        consent.set({ topic: 'surveys', channel: 'email', granted: true }),
        consent.stopAll({}),
      ]);
      const said = await connection.db
        .select()
        .from(consentEvent)
        .orderBy(asc(consentEvent.sequence));
      const lastNo = said.findLastIndex(({ granted }) => !granted);
      for (const topic of ['events', 'surveys'] as const) {
        const last = said.findLastIndex((row) => row.topic === topic);
        const stopped = lastNo === -1 || last > lastNo || said[last]?.granted === false;
        expect([round, topic, stopped]).toEqual([round, topic, true]);
      }
      await consent.stopAll({});
    }
  });
});

test('what was said before choices had numbers keeps the order of its time, and later ones follow', async ({
  connection,
  owner,
}) => {
  const { ada, consent, isOn } = await choosing(connection);
  await owner.sql`alter table consent_event drop column sequence`;
  await owner.sql`create index consent_event_current on consent_event (subject_id)`;
  for (const [minutes, granted] of [
    [-1, false],
    [-3, false],
    [-2, true],
  ] as const)
    await owner.sql`
      insert into consent_event (id, subject_id, topic, channel, granted, actor_kind, session_handle, source, policy_version, occurred_at)
      values (gen_random_uuid(), ${ada.subjectId}, 'events', 'email', ${granted}, 'subject', gen_random_uuid(), 'preferences_page', '2025-01', ${new Date(start.getTime() + minutes * 60_000).toISOString()})`;
  const migration = join(import.meta.dirname, '../../db/migrations/0005_consent_order.sql');
  await owner.sql.begin((tx) => tx.unsafe(readFileSync(migration, 'utf8')).simple());
  const numbered = await owner.db.select().from(consentEvent).orderBy(asc(consentEvent.sequence));
  expect(numbered.map(({ sequence, granted }) => [sequence, granted])).toEqual([
    [1, false],
    [2, true],
    [3, false],
  ]);
  expect(await isOn()).toBe(false);
  await consent.set({ ...EVENTS, granted: true });
  expect(await isOn()).toBe(true);
  await expect(owner.sql`update consent_event set topic = 'surveys'`).rejects.toThrow(
    /never changed/,
  );
});
