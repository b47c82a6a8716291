import { eq, sql } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { deleteBatch } from '../../../db/data-map/erase.ts';
import { subjectTableNamed } from '../../../db/data-map/index.ts';
import { addPeriod } from '../../../db/data-map/keeps.ts';
import { legalHold } from '../../../db/schema/hold.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { notice } from '../../../db/schema/policy.ts';
import { supportMessage } from '../../../db/schema/support.ts';
import { NO_SUBJECT } from '../../actor.ts';
import { later, MINUTE, start as now } from '../../auth/testing.ts';
import { codeAt } from '../../auth/totp.ts';
import type { Deps } from '../../deps.ts';
import { testDeps } from '../../testing/deps.ts';
import {
  atTheDesk,
  callerFor,
  emptyJar,
  insertCustomer,
  insertStaff,
  signedInAs,
} from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { refusal, refused } from '../../testing/refused.ts';
import { insertTicket } from '../../testing/tickets.ts';
import { dayAfter, holdOnMessages, logOf, oversightWorld } from '../testing.ts';

const table = subjectTableNamed('supportMessage');
/** How many of a person's messages a deletion would take now. */
const deletable = async ({ connection: { db } }: Deps, subjectId: string, at: Date) => {
  let rows = 0;
  const undo = db.transaction(async (tx) => {
    rows = await deleteBatch(tx, { table, subjectId, now: at });
    throw new Error('only asked');
  });
  await expect(undo).rejects.toThrow('only asked');
  return rows;
};

describe('a legal hold', () => {
  test('keeps nothing until a second person has approved it, and nothing any more after two released it', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const { id, reference } = await asOfficer(now).proposeHold(holdOnMessages(ada, now));
    expect(await deletable(deps, ada.subjectId, now)).toBe(1);
    await asAdmin(now).answerHold({ id, answer: 'approved' });
    expect(await deletable(deps, ada.subjectId, now)).toBe(0);
    await asOfficer(now).askRelease({ id });
    expect(await deletable(deps, ada.subjectId, now)).toBe(0);
    await asAdmin(now).answerRelease({ id, answer: 'approved' });
    expect(await deletable(deps, ada.subjectId, now)).toBe(1);
    const log = await logOf(deps, ada.subjectId);
    expect(log.map(({ action, actorLabel }) => [action, actorLabel])).toEqual(
      [
        ['hold.proposed', 'Privacy officer P-31'],
        ['hold.approved', 'Administrator A-31'],
        ['hold.release_asked', 'Privacy officer P-31'],
        ['hold.released', 'Administrator A-31'],
      ].reverse(),
    );
    expect(new Set(log.map((event) => event.reference))).toEqual(new Set([reference]));
  });

  test('ends by itself on its last day and not before, and one on a single row keeps that row alone', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, messageId, asOfficer, asAdmin } = await oversightWorld(deps, now);
    await insertTicket(deps, ada);
    const proposal = holdOnMessages(ada, now, { rowId: messageId, endsOn: dayAfter(now, 3) });
    const { id } = await asOfficer(now).proposeHold(proposal);
    await asAdmin(now).answerHold({ id, answer: 'approved' });
    expect(await deletable(deps, ada.subjectId, now)).toBe(1);
    const lastMoment = new Date(`${dayAfter(now, 3)}T23:59:59.998Z`);
    expect(await deletable(deps, ada.subjectId, lastMoment)).toBe(1);
    expect(await deletable(deps, ada.subjectId, new Date(lastMoment.getTime() + 1))).toBe(2);
  });

  test('is told to its person in the portal and by mail when it is approved, not when it is proposed', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { db } = connection;
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const told = async () => [
      await db.$count(notice, eq(notice.kind, 'hold_placed')),
      await db.$count(outboundMail, eq(outboundMail.template, 'hold_placed')),
    ];
    const { id } = await asOfficer(now).proposeHold(
      holdOnMessages(ada, now, { note: 'We may need it in court.' }),
    );
    expect(await told()).toEqual([0, 0]);
    await asAdmin(now).answerHold({ id, answer: 'approved' });
    expect(await told()).toEqual([1, 1]);
    const [letter] = await db.select().from(outboundMail);
    const key = await deps.vault.subjectKey(db, ada.subjectId);
    const words = letter && deps.vault.unseal(key, 'outbound_mail.body_text', letter.bodyText);
    expect(words).toContain('It is needed for a legal claim.');
    const browser = await signedInAs(deps, ada, { now });
    const preview = await callerFor(deps, browser, { now }).requests.previewErasure({});
    expect(preview.holds).toMatchObject([
      { title: 'Support messages', ground: 'legal_claims', note: 'We may need it in court.' },
    ]);
  });

  test('is refused to whoever proposed it, in the log of the customer, and by the database itself', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, officer, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now));
    const own = () => asOfficer(now).answerHold({ id, answer: 'approved' });
    expect(await refused(own())).toEqual(refusal('FOUR_EYES_NEEDED'));
    expect((await logOf(deps, ada.subjectId))[0]).toMatchObject({
      action: 'hold.approved',
      outcome: 'refused',
    });
    expect(await deletable(deps, ada.subjectId, now)).toBe(1);
    const by = officer.subjectId;
    await expect(
      owner.sql`update legal_hold set approved_by = ${by}, approved_at = now()`,
    ).rejects.toThrow('legal_hold_four_eyes');
    await asAdmin(now).answerHold({ id, answer: 'approved' });
    await asOfficer(now).askRelease({ id });
    expect(await refused(asOfficer(now).answerRelease({ id, answer: 'approved' }))).toEqual(
      refusal('FOUR_EYES_NEEDED'),
    );
    await expect(
      owner.sql`update legal_hold set released_by = ${by}, released_at = now()`,
    ).rejects.toThrow('legal_hold_release_four_eyes');
    expect(await deletable(deps, ada.subjectId, now)).toBe(0);
  });

  test('is approved once when two approve at the same moment; the other is refused and told of nobody twice', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const second = await insertStaff(deps, { role: 'officer', label: 'Privacy officer P-32' });
    const desk = await atTheDesk(deps, second, { now });
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now));
    const asSecond = callerFor(deps, desk, { now, surface: 'console' }).oversight;
    const both = await Promise.all([
      refused(asAdmin(now).answerHold({ id, answer: 'approved' })),
      refused(asSecond.answerHold({ id, answer: 'approved' })),
    ]);
    expect(both.filter((one) => one === null)).toHaveLength(1);
    expect(both.filter((one) => one?.code === 'HOLD_NOT_OPEN')).toHaveLength(1);
    const outcomes = (await logOf(deps, ada.subjectId))
      .filter(({ action }) => action === 'hold.approved')
      .map(({ outcome }) => outcome);
    expect(outcomes.sort()).toEqual(['done', 'refused']);
    expect(await connection.db.$count(notice)).toBe(1);
  });

  test('that cannot be is refused with its reason and recorded, and nothing is written of it', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, admin, asOfficer } = await oversightWorld(deps, now);
    const bo = await insertCustomer(deps, { name: 'Bo' });
    const { messageId: ofBo } = await insertTicket(deps, bo);
    const cases = [
      [{ subjectId: crypto.randomUUID() }, 'NOT_FOUND'],
      [{ subjectId: admin.subjectId }, 'NOT_FOUND'],
      [{ rowId: ofBo }, 'HOLD_FINDS_NOTHING'],
      [{ table: 'invoice' }, 'HOLD_FINDS_NOTHING'],
      [{ table: 'exportArchive' }, 'HOLD_FINDS_NOTHING'],
      [{ table: 'subjectKey' }, 'HOLD_FINDS_NOTHING'],
      [{ table: 'noSuchTable' }, 'HOLD_FINDS_NOTHING'],
      [{ endsOn: dayAfter(now, -1) }, 'HOLD_END_REFUSED'],
      [{ endsOn: dayAfter(now, 367) }, 'HOLD_END_REFUSED'],
      [{ noticeOn: dayAfter(now, 30) }, 'HOLD_BAR_REFUSED'],
      [{ noticeOn: dayAfter(now, 91), ground: 'authority_order' }, 'HOLD_BAR_REFUSED'],
      [{ noticeOn: dayAfter(now, 0), ground: 'authority_order' }, 'HOLD_BAR_REFUSED'],
      [{ reason: 'too short' }, 'INPUT_REFUSED'],
      [{ ground: 'convenience' }, 'INPUT_REFUSED'],
    ] as const;
    for (const [change, code] of cases) {
      const proposal = holdOnMessages(ada, now, change);
      expect([change, await refused(asOfficer(now).proposeHold(proposal))]).toEqual([
        change,
        refusal(code),
      ]);
    }
    expect(await connection.db.$count(legalHold)).toBe(0);
    const log = [...(await logOf(deps, ada.subjectId)), ...(await logOf(deps, NO_SUBJECT))];
    // The first two are about nobody whom we know; the last two are no proposals at all.
    expect(log).toHaveLength(cases.length - 2);
    expect(
      log.every(({ action, outcome }) => `${action} ${outcome}` === 'hold.proposed refused'),
    ).toBe(true);
    // Where the customer was not to know, they do not learn it from what went wrong before it went right.
    const hidden = log.filter(({ visibleFrom }) => visibleFrom > now);
    expect(hidden.map(({ visibleFrom }) => visibleFrom)).toEqual([
      addPeriod(now, 'P12M'),
      addPeriod(now, 'P12M'),
    ]);
  });

  test('answers no second time, knows no other id, and finds nothing where the rows have gone', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now));
    const approve = (hold: string) =>
      refused(asAdmin(now).answerHold({ id: hold, answer: 'approved' }));
    expect(await approve(crypto.randomUUID())).toEqual(refusal('NOT_FOUND'));
    expect(await refused(asOfficer(now).askRelease({ id }))).toEqual(refusal('HOLD_NOT_OPEN'));
    await connection.db.delete(supportMessage);
    expect(await approve(id)).toEqual(refusal('HOLD_FINDS_NOTHING'));
    await asOfficer(now).answerHold({ id, answer: 'declined' });
    expect(await approve(id)).toEqual(refusal('HOLD_NOT_OPEN'));
    await insertTicket(deps, ada);
    expect(await deletable(deps, ada.subjectId, now)).toBe(1);
  });

  test('asks for a fresh second factor at each act, and for the right member of staff', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, admin, jars, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now));
    const stale = later(6 * MINUTE);
    const answer = { id, answer: 'approved' } as const;
    for (const act of [
      () => asOfficer(stale).proposeHold(holdOnMessages(ada, now)),
      () => asOfficer(stale).askRelease({ id }),
      () => asAdmin(stale).answerHold(answer),
      () => asAdmin(stale).answerRelease(answer),
    ])
      expect(await refused(act())).toEqual(refusal('STEP_UP_REQUIRED'));
    const code = codeAt(admin.totpSecret, stale);
    await callerFor(deps, jars.admin, { now: stale, surface: 'console' }).desk.stepUp({ code });
    await asAdmin(stale).answerHold(answer);

    const agent = await atTheDesk(deps, await insertStaff(deps), { now });
    const asAgent = callerFor(deps, agent, { now, surface: 'console' }).oversight;
    for (const act of [
      () => asAgent.holds({ state: 'open' }),
      () => asAgent.findCustomer({ by: 'email', value: ada.email }),
      () => asAgent.proposeHold(holdOnMessages(ada, now)),
      () => asAgent.answerHold(answer),
      () => asAdmin(now).proposeHold(holdOnMessages(ada, now)),
      () => asAdmin(now).askRelease({ id }),
      () => asAdmin(now).findCustomer({ by: 'email', value: ada.email }),
    ])
      expect(await refused(act())).toEqual(refusal('NOT_ALLOWED'));
    const customer = await signedInAs(deps, ada, { now });
    for (const surface of ['portal', 'console'] as const)
      expect(
        await refused(
          callerFor(deps, customer, { now, surface }).oversight.holds({ state: 'open' }),
        ),
      ).toEqual(refusal('SIGNED_OUT'));
    expect(
      await refused(callerFor(deps, emptyJar(), { now }).oversight.answerHold(answer)),
    ).toEqual(refusal('SIGNED_OUT'));
  });

  test('is not placed, approved or released when the record of it cannot be written', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now));
    const rows = () => connection.db.select().from(legalHold);
    const before = await rows();
    await owner.sql`create function no_log() returns trigger language plpgsql as $$ begin raise exception 'the log is full'; end $$`;
    await owner.sql`create trigger no_log before insert on audit_event for each row execute function no_log()`;
    for (const act of [
      () => asOfficer(now).proposeHold(holdOnMessages(ada, now)),
      () => asAdmin(now).answerHold({ id, answer: 'approved' }),
      () => asOfficer(now).findCustomer({ by: 'email', value: ada.email }),
      () => asOfficer(now).holds({ state: 'waiting' }),
    ])
      await expect(act()).rejects.toThrow();
    expect(await rows()).toEqual(before);
    expect([await connection.db.$count(notice), await connection.db.$count(outboundMail)]).toEqual([
      0, 0,
    ]);
    await owner.sql`drop trigger no_log on audit_event`;
    await asAdmin(now).answerHold({ id, answer: 'approved' });
    await asOfficer(now).askRelease({ id });
    await owner.sql`create trigger no_log before insert on audit_event for each row execute function no_log()`;
    await expect(asAdmin(now).answerRelease({ id, answer: 'approved' })).rejects.toThrow();
    expect(await deletable(deps, ada.subjectId, now)).toBe(0);
  });

  test('stands on the list with its customer masked, and each of them can see that staff saw it, once a session and day', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now));
    const mine = await asOfficer(now).holds({ state: 'waiting' });
    const theirs = await asAdmin(now).holds({ state: 'waiting' });
    await asAdmin(now).holds({ state: 'waiting' });
    expect(mine.holds).toMatchObject([
      { id, state: 'proposed', placed: { by: 'Privacy officer P-31', byMe: true } },
    ]);
    expect(theirs.holds[0]?.placed.byMe).toBe(false);
    expect(theirs.holds[0]?.customer).toEqual({ name: 'A•••', email: 'a•••@e•••', country: 'DE' });
    expect(JSON.stringify([mine, theirs])).not.toMatch(/Lovelace|lovelace/);
    expect((await asAdmin(now).holds({ state: 'open' })).holds).toEqual([]);
    const log = await logOf(deps, ada.subjectId);
    expect(log.filter(({ action }) => action === 'hold.listed')).toHaveLength(2);
  });

  test('under a legal bar does not keep from its person that another of theirs was seen', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const barred = { ground: 'authority_order', noticeOn: dayAfter(now, 30) } as const;
    await asOfficer(now).proposeHold(holdOnMessages(ada, now, barred));
    await asAdmin(now).holds({ state: 'waiting' });
    const listed = async () =>
      (await logOf(deps, ada.subjectId)).filter(
        ({ action, visibleFrom }) => action === 'hold.listed' && visibleFrom <= now,
      );
    expect(await listed()).toEqual([]);
    await asOfficer(now).proposeHold(holdOnMessages(ada, now));
    await asOfficer(now).proposeHold(
      holdOnMessages(ada, now, { ...barred, endsOn: dayAfter(now, 60) }),
    );
    await asAdmin(now).holds({ state: 'waiting' });
    await asAdmin(now).holds({ state: 'waiting' });
    expect(await listed()).toHaveLength(1);
  });

  test('looks for a customer sixty times an hour at most, of any number at once', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { asOfficer } = await oversightWorld(deps, now);
    const look = () => refused(asOfficer(now).findCustomer({ by: 'email', value: 'a@b.example' }));
    const codes = (await Promise.all(Array.from({ length: 65 }, look))).map((told) => told?.code);
    expect(codes.filter((code) => code === undefined)).toHaveLength(60);
    expect(codes.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(5);
  });

  test('finds a customer by what only they have, says no more than there is to hold, and leaves a line either way', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer } = await oversightWorld(deps, now);
    const found = await asOfficer(now).findCustomer({
      by: 'email',
      value: ada.email.toUpperCase(),
    });
    expect(found).toMatchObject({ subjectId: ada.subjectId, name: 'A•••', email: 'a•••@e•••' });
    const messages = found?.tables.find(({ table: name }) => name === 'supportMessage');
    expect(messages).toMatchObject({ title: 'Support messages', section: 'support', rows: 1 });
    expect(messages?.fields).toContainEqual({ key: 'body', label: 'Text' });
    expect(found?.tables.map(({ table: name }) => name)).not.toContain('invoice');
    expect((await logOf(deps, ada.subjectId))[0]).toMatchObject({ action: 'staff.looked_up' });
    for (const value of ['nobody@example.test', 'Ada', '%'])
      expect(await asOfficer(now).findCustomer({ by: 'email', value })).toBeNull();
    expect(await logOf(deps, NO_SUBJECT)).toHaveLength(3);
    const [{ n } = { n: 0 }] = await connection.db.execute<{ n: number }>(
      sql`select count(*)::int as n from audit_event where action = 'staff.looked_up' and outcome = 'refused'`,
    );
    expect(n).toBe(3);
  });

  test('lists the entries of one table to choose from, masked and in the log before they are read', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, messageId, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const list = (change: object = {}) =>
      asOfficer(now).holdEntries({
        subjectId: ada.subjectId,
        table: 'supportMessage',
        ...change,
      });
    const { entries, next } = await list();
    expect([entries.map(({ id }) => id), next]).toEqual([[messageId], null]);
    expect(entries[0]?.values).toContainEqual({ label: 'Text', value: 'T•••' });
    expect((await logOf(deps, ada.subjectId)).map(({ action }) => action)).toEqual([
      'hold.entries_seen',
    ]);
    const { id } = await asOfficer(now).proposeHold(
      holdOnMessages(ada, now, { rowId: entries[0]?.id }),
    );
    await asAdmin(now).answerHold({ id, answer: 'approved' });
    expect(await deletable(deps, ada.subjectId, now)).toBe(0);

    const bo = await insertCustomer(deps, { name: 'Bo' });
    expect((await list({ subjectId: bo.subjectId })).entries).toEqual([]);
    // A table with one row for each person, one of logs' own, one that is nobody's.
    for (const table of ['account', 'legalHold', 'noSuchTable'])
      expect(await refused(list({ table }))).toEqual(refusal('HOLD_FINDS_NOTHING'));
    expect(await refused(list({ subjectId: crypto.randomUUID() }))).toEqual(refusal('NOT_FOUND'));
    expect(await refused(list({ cursor: 'bm9wZQ' }))).toEqual(refusal('INPUT_REFUSED'));
  });
});
