import { eq, sql } from 'drizzle-orm';
import { describe, expect, vi } from 'vitest';
import { subjectTableNamed } from '../../db/data-map/index.ts';
import { heldValue } from '../../db/schema/hold.ts';
import { outboundMail } from '../../db/schema/mail.ts';
import { supportMessage } from '../../db/schema/support.ts';
import { start } from '../auth/testing.ts';
import { newId } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';
import { dayAfter, holdOnMessages, oversightWorld } from '../oversight/testing.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, type Person, signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { expireBatch, retentionDryRun } from './run.ts';
import { SET_ASIDE_BATCH, setAside } from './set-aside.ts';

const now = start;

/** A binding hold on the text of somebody's messages; its reference by two people. */
async function holdOnText(
  { asOfficer, asAdmin, ada }: Awaited<ReturnType<typeof oversightWorld>>,
  change: Record<string, unknown> = {},
): Promise<string> {
  const proposal = holdOnMessages(ada, now, { fields: ['body'], ...change });
  const { id } = await asOfficer(now).proposeHold(proposal);
  await asAdmin(now).answerHold({ id, answer: 'approved' });
  return id;
}

/** Every message became due before the day on which the run looks. */
async function age({ connection: { db } }: Deps, { subjectId }: Person): Promise<void> {
  await db
    .update(supportMessage)
    .set({ sentAt: new Date('2020-01-01T00:00:00Z') })
    .where(eq(supportMessage.subjectId, subjectId));
}

const runAt = ({ connection: { db }, vault }: Deps, at: Date) =>
  db.transaction((tx) => expireBatch(tx, vault, { now: at, requestId: 'test' }));

describe('a hold on single fields', () => {
  test('lets the entry go on its day and keeps the field, readable by its person, until two release it', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const world = await oversightWorld(deps, now);
    const { ada, messageId, asOfficer, asAdmin } = world;
    const { db } = connection;
    const id = await holdOnText(world);
    const key = await deps.vault.subjectKey(db, ada.subjectId);
    const [before] = await db.select().from(supportMessage);
    const words = before && deps.vault.unseal(key, 'support_message.body', before.body);
    await age(deps, ada);
    expect(await retentionDryRun(db, now)).toContainEqual(
      expect.objectContaining({ table: 'supportMessage', rows: 1 }),
    );
    await runAt(deps, now);
    await runAt(deps, now);
    expect(await db.$count(supportMessage)).toBe(0);
    const kept = await db.select().from(heldValue);
    expect(kept).toMatchObject([{ holdId: id, rowId: messageId, field: 'body' }]);
    const own = callerFor(deps, await signedInAs(deps, ada, { now }), { now }).access;
    const page = await own.table({ table: 'heldValue' });
    expect(JSON.stringify(page.rows)).toContain(words);
    expect(JSON.stringify(page.rows)).toContain('Support messages');

    await asOfficer(now).askRelease({ id });
    expect(await db.$count(heldValue)).toBe(1);
    await asAdmin(now).answerRelease({ id, answer: 'approved' });
    expect(await db.$count(heldValue)).toBe(0);
  });

  test('goes on keeping what was set aside for one before it, when that one is released', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const world = await oversightWorld(deps, now);
    const first = await holdOnText(world);
    await age(deps, world.ada);
    await runAt(deps, now);
    const second = await holdOnText(world);
    expect(await connection.db.$count(heldValue)).toBe(2);
    for (const [id, left] of [
      [first, 1],
      [second, 0],
    ] as const) {
      await world.asOfficer(now).askRelease({ id });
      await world.asAdmin(now).answerRelease({ id, answer: 'approved' });
      expect(await connection.db.$count(heldValue)).toBe(left);
    }
  });

  test('can follow one that ends, although the entry is gone, and keeps what that one kept', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const world = await oversightWorld(deps, now);
    await holdOnText(world, { endsOn: dayAfter(now, 3) });
    await age(deps, world.ada);
    await runAt(deps, now);
    await holdOnText(world, { endsOn: dayAfter(now, 20) });
    await runAt(deps, new Date(`${dayAfter(now, 4)}T00:00:00.000Z`));
    expect(await connection.db.$count(heldValue)).toBe(1);
    await runAt(deps, new Date(`${dayAfter(now, 21)}T00:00:00.000Z`));
    expect(await connection.db.$count(heldValue)).toBe(0);
  });

  test('that is released while the run sets aside leaves nothing of it', async ({ connection }) => {
    const deps = testDeps(connection, { clock: () => now });
    const world = await oversightWorld(deps, now);
    const id = await holdOnText(world);
    await world.asOfficer(now).askRelease({ id });
    const table = subjectTableNamed('supportMessage');
    let release: Promise<unknown> | undefined;
    await connection.db.transaction(async (tx) => {
      expect(await setAside(tx, deps.vault, { table, rows: sql`true`, now })).toBe(1);
      release = world.asAdmin(now).answerRelease({ id, answer: 'approved' });
      const waits = vi.waitFor(
        async () =>
          expect(await connection.sql`select 1 from pg_locks where not granted`).not.toEqual([]),
        { timeout: 10_000 },
      );
      await Promise.race([release, waits]);
    });
    await release;
    expect(await connection.db.$count(heldValue)).toBe(0);
  });

  test('keeps what it set aside to its last moment and lets it go by itself after', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const world = await oversightWorld(deps, now);
    await holdOnText(world, { rowId: world.messageId, endsOn: dayAfter(now, 3) });
    await age(deps, world.ada);
    const last = new Date(`${dayAfter(now, 3)}T23:59:59.998Z`);
    await runAt(deps, last);
    expect(await connection.db.$count(heldValue)).toBe(1);
    await runAt(deps, new Date(last.getTime() + 1));
    expect(await connection.db.$count(heldValue)).toBe(0);
  });

  test('sets nothing aside once it is over, nor of an entry that is not due', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const world = await oversightWorld(deps, now);
    await holdOnText(world, { endsOn: dayAfter(now, 3) });
    await runAt(deps, now);
    expect([
      await connection.db.$count(supportMessage),
      await connection.db.$count(heldValue),
    ]).toEqual([1, 0]);
    await age(deps, world.ada);
    await runAt(deps, new Date(`${dayAfter(now, 4)}T00:00:00.000Z`));
    expect([
      await connection.db.$count(supportMessage),
      await connection.db.$count(heldValue),
    ]).toEqual([0, 0]);
  });

  test('on more entries than are set aside at once lets all of them go in one night', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const world = await oversightWorld(deps, now);
    await holdOnText(world);
    await connection.db.execute(sql`
      insert into support_message (id, subject_id, ticket_id, author, author_label, body, sent_at)
      select gen_random_uuid(), subject_id, ticket_id, author, author_label, body, sent_at
      from support_message, generate_series(1, ${SET_ASIDE_BATCH})`);
    await age(deps, world.ada);
    expect((await runAt(deps, now)).full).toBe(true);
    while ((await runAt(deps, now)).full);
    expect([
      await connection.db.$count(supportMessage),
      await connection.db.$count(heldValue),
    ]).toEqual([0, SET_ASIDE_BATCH + 1]);
  });

  test('on mail keeps its words without the token that proved a mailbox', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const world = await oversightWorld(deps, now);
    const { ada } = world;
    const { db } = connection;
    const { vault } = deps;
    const key = await vault.subjectKey(db, ada.subjectId);
    const token = 'a'.repeat(43);
    await db.insert(outboundMail).values({
      id: newId(now),
      subjectId: ada.subjectId,
      template: 'password_reset',
      optional: false,
      toAddress: vault.seal(key, 'outbound_mail.to_address', ada.email),
      subjectLine: vault.seal(key, 'outbound_mail.subject_line', 'A new password'),
      bodyText: vault.seal(key, 'outbound_mail.body_text', `Open https://x.example/r#${token} now`),
      dedupeKey: 'a-test',
      state: 'sent',
      createdAt: new Date('2020-01-01T00:00:00Z'),
      sentAt: new Date('2020-01-01T00:00:00Z'),
    });
    await holdOnText(world, { table: 'outboundMail', fields: ['bodyText'] });
    await runAt(deps, now);
    expect(await db.$count(outboundMail, eq(outboundMail.dedupeKey, 'a-test'))).toBe(0);
    const kept = await db.select().from(heldValue);
    expect(kept.map(({ value }) => vault.unseal(key, 'held_value.value', value))).toEqual([
      'Open https://x.example/r#… now',
    ]);
  });

  test('keeps an entry whole when what it holds of it cannot be set aside', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const world = await oversightWorld(deps, now);
    await holdOnText(world);
    await age(deps, world.ada);
    await owner.sql`create function full_up() returns trigger language plpgsql as $$ begin return null; end $$`;
    await owner.sql`create trigger full_up before insert on held_value for each row execute function full_up()`;
    await runAt(deps, now);
    expect(await connection.db.$count(supportMessage)).toBe(1);
  });

  test('is refused on a field that the table does not have, or that is nobody’s', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer } = await oversightWorld(deps, now);
    for (const fields of [['nothing'], ['body', 'ticketId'], ['id']]) {
      const proposal = holdOnMessages(ada, now, { fields });
      expect(await refused(asOfficer(now).proposeHold(proposal))).toEqual(
        refusal('HOLD_FINDS_NOTHING'),
      );
    }
    expect(
      await refused(asOfficer(now).proposeHold(holdOnMessages(ada, now, { fields: [] }))),
    ).toEqual(refusal('INPUT_REFUSED'));
  });

  test('is refused on what goes when its person signs out or renews how they sign in', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer } = await oversightWorld(deps, now);
    await signedInAs(deps, ada, { now });
    for (const table of ['session', 'totpFactor', 'passwordCredential', 'recoveryCode']) {
      const proposal = holdOnMessages(ada, now, { table });
      expect([table, await refused(asOfficer(now).proposeHold(proposal))]).toEqual([
        table,
        refusal('HOLD_FINDS_NOTHING'),
      ]);
    }
  });

  test('under a legal bar shows nothing of what it set aside', async ({ connection }) => {
    const deps = testDeps(connection, { clock: () => now });
    const world = await oversightWorld(deps, now);
    await holdOnText(world, { ground: 'authority_order', noticeOn: dayAfter(now, 30) });
    await age(deps, world.ada);
    await runAt(deps, now);
    expect(await connection.db.$count(heldValue)).toBe(1);
    const jar = await signedInAs(deps, world.ada, { now });
    const page = await callerFor(deps, jar, { now }).access.table({ table: 'heldValue' });
    expect(page.rows).toEqual([]);
  });
});
