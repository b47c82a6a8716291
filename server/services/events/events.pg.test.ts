import { and, eq, sql } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { type Connection, withSubject } from '../../../db/connect.ts';
import { account } from '../../../db/schema/account.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { erasedAccount, subjectEvent } from '../../../db/schema/event.ts';
import { disclosure } from '../../../db/schema/service.ts';
import { correct } from '../../account/personal.ts';
import { changeConsent } from '../../consent/change.ts';
import type { Deps } from '../../deps.ts';
import { testDeps } from '../../testing/deps.ts';
import { insertCustomer } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { tellErased, tellServices } from '../tell.ts';
import { clientOf, insertService, listen } from '../testing.ts';

const purposes: ['privacy_rights'] = ['privacy_rights'];

/** A service that asks about choices and may look fields up for one purpose. */
async function mailer(deps: Deps) {
  const service = await insertService(deps, 'mailer', {
    'events.since': { purposes },
    'consent.mayContact': { purposes: ['marketing'] },
    'account.lookup': { purposes: ['service_notices'] },
  });
  return clientOf(await listen(deps), service, {
    scopes: ['events.since'],
    purpose: 'privacy_rights',
  }).events;
}

/**
 * Waits until what was committed is told. An event waits for the oldest transaction of the whole cluster,
 * and tests beside this one have theirs there.
 */
async function settled({ db }: Connection): Promise<void> {
  const [mark] = await db.execute<{ xid: string }>(sql`select pg_current_xact_id()::text as xid`);
  const past = async () => {
    const [row] = await db.execute<{ past: boolean }>(
      sql`select pg_snapshot_xmin(pg_current_snapshot()) > ${mark?.xid}::xid8 as past`,
    );
    return row?.past;
  };
  await expect.poll(past, { timeout: 30_000 }).toBe(true);
}

const told = (events: { kind: string; codes: string[] }[]) =>
  events.map(({ kind, codes }) => [kind, ...codes].join(' '));

describe('a service is told', () => {
  test('of choices, corrections and deletions that concern it, without any value, and each once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const events = await mailer(deps);
    const actor = { kind: 'subject', subjectId, sessionHandle: crypto.randomUUID() } as const;
    const now = new Date();
    const who = { subjectId, actor, requestId: 'test', now };
    await withSubject(connection.db, subjectId, 'write', async (tx) => {
      await changeConsent(tx, {
        ...who,
        vault: deps.vault,
        choices: [
          { topic: 'events', channel: 'email', granted: true },
          { topic: 'cookies_statistics', channel: 'browser', granted: false },
        ],
        source: 'preferences_page',
      });
      await correct(tx, deps.vault, who, { field: 'displayName', value: 'Ada King' });
      await tellServices(tx, { subjectId, kind: 'account.corrected', codes: ['email'], now });
      await tellServices(tx, { subjectId, kind: 'deletion.begun', now });
    });
    await settled(connection);
    const first = await events.since({});
    // The name is held for another purpose than the mailer's, and cookies are not its business. What
    // committed together has no order of its own.
    expect(told(first.events).sort()).toEqual([
      'account.corrected email',
      'consent.changed events/email',
      'deletion.begun',
    ]);
    expect(JSON.stringify(first)).not.toMatch(/Ada|King|true|granted/i);
    expect(await events.since({ cursor: first.cursor })).toEqual({
      events: [],
      cursor: first.cursor,
      more: false,
    });
  });

  test('nothing of choices when it does not ask about them', async ({ connection }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const service = await insertService(deps, 'scheduler', { 'events.since': { purposes } });
    const { events } = clientOf(await listen(deps), service, {
      scopes: ['events.since'],
      purpose: 'privacy_rights',
    });
    const now = new Date();
    await connection.db.transaction(async (tx) => {
      await tellServices(tx, { subjectId, kind: 'consent.changed', codes: ['events/email'], now });
      await tellServices(tx, { subjectId, kind: 'account.corrected', codes: ['phone'], now });
      await tellServices(tx, { subjectId, kind: 'account.provisioned', now });
    });
    await settled(connection);
    expect(told((await events.since({})).events)).toEqual(['account.provisioned']);
  });

  test('that an account is gone, by an id that is nobody’s any more', async ({ connection }) => {
    const deps = testDeps(connection);
    const events = await mailer(deps);
    const subjectId = crypto.randomUUID();
    await connection.db.transaction((tx) => tellErased(tx, { subjectId, now: new Date() }));
    await settled(connection);
    const { events: list } = await events.since({});
    expect(list).toMatchObject([{ kind: 'deletion.completed', subjectId, codes: [] }]);
    expect(await connection.db.$count(disclosure)).toBe(0);
    const [event] = await connection.db
      .select()
      .from(auditEvent)
      .where(eq(auditEvent.action, 'service.told'));
    expect(event?.reference).toBe('events.since deleted:1');
  });

  test('page by page, and each person can read that it was', async ({ connection }) => {
    const deps = testDeps(connection);
    const people = [await insertCustomer(deps), await insertCustomer(deps)];
    const events = await mailer(deps);
    await connection.db.transaction(async (tx) => {
      for (const code of ['events/email', 'surveys/email', 'research/email'])
        for (const { subjectId } of people)
          await tellServices(tx, {
            subjectId,
            kind: 'consent.changed',
            codes: [code],
            now: new Date(),
          });
    });
    await settled(connection);
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let more = true; more; ) {
      const page = await events.since({ limit: 4, ...(cursor ? { cursor } : {}) });
      seen.push(...page.events.map(({ subjectId, codes }) => `${subjectId} ${codes}`));
      ({ cursor, more } = page);
    }
    expect(seen).toHaveLength(6);
    expect(new Set(seen).size).toBe(6);
    for (const { subjectId } of people) {
      const own = and(eq(auditEvent.subjectId, subjectId), eq(auditEvent.action, 'service.told'));
      expect(await connection.db.$count(auditEvent, own)).toBeGreaterThan(0);
      const rows = await connection.db
        .select()
        .from(disclosure)
        .where(eq(disclosure.subjectId, subjectId));
      expect(rows.map(({ recipient, tableName }) => `${recipient} ${tableName}`)).toContain(
        'mailer consent_event',
      );
    }
  });

  test('of an account that is being erased only that it goes, and nothing new is written about it', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const events = await mailer(deps);
    const now = new Date();
    await connection.db.transaction(async (tx) => {
      await tellServices(tx, { subjectId, kind: 'consent.changed', codes: ['events/email'], now });
      await tellServices(tx, { subjectId, kind: 'deletion.begun', now });
      await tx.update(account).set({ status: 'erasing' }).where(eq(account.subjectId, subjectId));
    });
    await settled(connection);
    expect(told((await events.since({})).events)).toEqual(['deletion.begun']);
    expect(await connection.db.$count(disclosure)).toBe(0);
  });

  test('nothing by a cursor that was not handed out', async ({ connection }) => {
    const events = await mailer(testDeps(connection));
    for (const cursor of ['abc', Buffer.from('after -1').toString('base64url')])
      await expect(events.since({ cursor })).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
  });
});

describe('the order in which services are told', () => {
  test('loses no event of a transaction that commits late, however many come before it', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const events = await mailer(deps);
    const say = (code: string) =>
      connection.db.transaction((tx) =>
        tellServices(tx, {
          subjectId,
          kind: 'consent.changed',
          codes: [`events/${code}`],
          now: new Date(),
        }),
      );
    let commit = () => {};
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let begun = () => {};
    const written = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const slow = owner.db.transaction(async (tx) => {
      await tellServices(tx, {
        subjectId,
        kind: 'consent.changed',
        codes: ['events/slow'],
        now: new Date(),
      });
      begun();
      await held;
    });
    await written;
    await say('quick-1');
    const early = await events.since({});
    await say('quick-2');
    commit();
    await slow;
    await settled(connection);
    const late = await events.since({ cursor: early.cursor });
    const all = [...early.events, ...late.events].map(({ codes }) => codes[0]);
    expect(all).toEqual(['events/slow', 'events/quick-1', 'events/quick-2']);
  });

  test('gives writers and readers at once every event exactly once', async ({ connection }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const events = await mailer(deps);
    const writers = Array.from({ length: 40 }, (_, index) =>
      connection.db.transaction((tx) =>
        tellServices(tx, {
          subjectId,
          kind: 'consent.changed',
          codes: [`events/${index}`],
          now: new Date(),
        }),
      ),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    const read = async () => {
      const page = await events.since({ limit: 7, ...(cursor ? { cursor } : {}) });
      seen.push(...page.events.flatMap(({ codes }) => codes));
      cursor = page.cursor;
      return page.more;
    };
    const reading = (async () => {
      for (let round = 0; round < 10; round += 1) await read();
    })();
    await Promise.all([...writers, reading]);
    await settled(connection);
    while (await read());
    await read();
    expect(seen).toHaveLength(40);
    expect(new Set(seen).size).toBe(40);
  });

  test('goes on in a copy of a database whose numbers were higher', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const events = await mailer(deps);
    await connection.db.transaction((tx) =>
      tellServices(tx, { subjectId, kind: 'account.provisioned', now: new Date() }),
    );
    await owner.sql`update subject_event set xid = '99999999999'`;
    expect(told((await events.since({})).events)).toEqual(['account.provisioned']);
  });
});

test('whoever deletes their account leaves its id to be told, and no event', async ({
  connection,
}) => {
  const now = new Date();
  const subjectId = crypto.randomUUID();
  await connection.db.transaction(async (tx) => {
    await tellErased(tx, { subjectId, now });
    await tellErased(tx, { subjectId, now });
  });
  expect(await connection.db.$count(erasedAccount)).toBe(1);
  expect(await connection.db.$count(subjectEvent)).toBe(0);
});
