import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { withSubject } from '../../../db/connect.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { legalHold } from '../../../db/schema/hold.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import { readLog } from '../../audit/read.ts';
import { start as now } from '../../auth/testing.ts';
import { newId } from '../../crypto/token.ts';
import type { Deps } from '../../deps.ts';
import { openReceipt } from '../../requests/erasure/receipt.ts';
import { confirmed, now as erasing, finish, world } from '../../requests/erasure/testing.ts';
import { listRequests, readRequest } from '../../requests/read.ts';
import { whyNotTaken } from '../../support/cases/why-not-taken.ts';
import { testDeps } from '../../testing/deps.ts';
import { fillPerson } from '../../testing/fill.ts';
import { atTheDesk, callerFor, type Person, signedInAs } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { refusal, refused } from '../../testing/refused.ts';
import { DAY_MS, dayAfter, holdOnMessages, oversightWorld } from '../testing.ts';

const silencedBy = 'Order 7 Gs 114/26 of the local court, telling forbidden.';
const days = (count: number) => new Date(now.getTime() + count * DAY_MS);
const barred = { ground: 'authority_order', noticeOn: dayAfter(now, 30) } as const;

/** What staff did, as its person may read it at a moment, by name: all of it happened at once. */
async function logAt({ connection, vault }: Deps, { subjectId }: Person, at: Date) {
  const { entries } = await withSubject(connection.db, subjectId, 'read', (tx) =>
    readLog(tx, vault, { subjectId, actor: 'staff', cursor: undefined, now: at }),
  );
  return entries.map(({ action }) => action).sort();
}

describe('what an authority forbids to tell', () => {
  test('a look for its order is recorded at once, and shows after seven days where no hold came of it', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer } = await oversightWorld(deps, now);
    const look = { by: 'email', value: ada.email } as const;
    expect(await asOfficer(now).findCustomer({ ...look, silencedBy })).not.toBeNull();
    const [event] = await connection.db
      .select()
      .from(auditEvent)
      .where(eq(auditEvent.action, 'staff.looked_up'));
    const key = await deps.vault.subjectKey(connection.db, ada.subjectId);
    const details = event?.details && deps.vault.unseal(key, 'audit_event.details', event.details);
    expect(JSON.parse(details ?? '')).toEqual({ by: 'email', silencedBy });
    // An hour is left to who decides at the last moment.
    expect(await logAt(deps, ada, days(7))).toEqual([]);
    expect(await logAt(deps, ada, days(7.05))).toEqual(['staff.looked_up']);
    await asOfficer(now).findCustomer(look);
    expect(await logAt(deps, ada, now)).toEqual(['staff.looked_up']);
    expect(
      await refused(asOfficer(now).findCustomer({ ...look, silencedBy: 'An order' })),
    ).toMatchObject({ code: 'INPUT_REFUSED' });
  });

  test('is kept back until the day on which the bar ends where two people placed the hold, and shows then', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    await asOfficer(now).findCustomer({ by: 'email', value: ada.email, silencedBy });
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now, barred));
    await asAdmin(now).holds({ state: 'waiting' });
    await asAdmin(now).answerHold({ id, answer: 'approved' });
    for (const at of [now, days(7), days(29)]) expect(await logAt(deps, ada, at)).toEqual([]);
    const all = ['staff.looked_up', 'hold.proposed', 'hold.listed', 'hold.approved'];
    expect(await logAt(deps, ada, days(31))).toEqual(all.sort());
  });

  test('is told with the release: the letter, the hold and everything that was done about it show from the same moment', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { db } = connection;
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now, barred));
    await asAdmin(now).answerHold({ id, answer: 'approved' });
    await asAdmin(now).holds({ state: 'open' });
    await asOfficer(now).askRelease({ id });
    const jar = await signedInAs(deps, ada, { now });
    const own = callerFor(deps, jar, { now });
    const reads = async () => ({
      log: await logAt(deps, ada, now),
      table: (await own.access.table({ table: 'auditEvent' })).rows.length,
      holds: (await own.access.table({ table: 'legalHold' })).rows.length,
    });
    const before = await reads();
    expect(before).toMatchObject({ log: [], holds: 0 });
    await asAdmin(now).answerRelease({ id, answer: 'approved' });
    const after = await reads();
    expect(after.log).toEqual([
      'hold.approved',
      'hold.listed',
      'hold.proposed',
      'hold.release_asked',
      'hold.released',
    ]);
    // Beside what staff did there is what the person did: that they looked at the log.
    expect(after.table - before.table).toBeGreaterThanOrEqual(5);
    expect(after.holds).toBe(1);
    const mails = await db.select().from(outboundMail);
    expect(mails.map(({ template }) => template)).toEqual(['hold_released']);
    const key = await deps.vault.subjectKey(db, ada.subjectId);
    const [mail] = mails;
    expect(mail && deps.vault.unseal(key, 'outbound_mail.body_text', mail.bodyText)).toContain(
      'could not tell you, because an authority had forbidden it: Support messages',
    );
  });

  test('stays barred under another hold whose bar stands: the release of one shows what was about that one alone', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const place = async (change: Record<string, unknown>) => {
      const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now, change));
      await asAdmin(now).answerHold({ id, answer: 'approved' });
      return id;
    };
    await asOfficer(now).findCustomer({ by: 'email', value: ada.email, silencedBy });
    const first = await place(barred);
    await place({ ...barred, noticeOn: dayAfter(now, 60) });
    await asOfficer(now).askRelease({ id: first });
    await asAdmin(now).answerRelease({ id: first, answer: 'approved' });
    const ofFirst = ['hold.proposed', 'hold.approved', 'hold.release_asked', 'hold.released'];
    expect(await logAt(deps, ada, days(59))).toEqual(ofFirst.sort());
    expect(await logAt(deps, ada, days(61))).toHaveLength(7);
  });

  test('waits seven days for a second person, then lapses and shows; what has shown is not hidden by a later bar', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, asOfficer, asAdmin } = await oversightWorld(deps, now);
    await asOfficer(now).findCustomer({ by: 'email', value: ada.email, silencedBy });
    const { id } = await asOfficer(now).proposeHold(holdOnMessages(ada, now, barred));
    await connection.db.update(legalHold).set({ placedAt: days(-7) });
    expect(await refused(asAdmin(now).answerHold({ id, answer: 'approved' }))).toEqual(
      refusal('HOLD_NOT_OPEN'),
    );
    expect((await asAdmin(now).holds({ state: 'waiting' })).holds).toEqual([]);
    const { holds } = await asAdmin(now).holds({ state: 'past' });
    expect(holds.map(({ state }) => state)).toEqual(['lapsed']);
    const shown = ['staff.looked_up', 'hold.proposed', 'hold.approved', 'hold.listed'].sort();
    expect(await logAt(deps, ada, days(8))).toEqual(shown);
    await connection.db.insert(legalHold).values({
      id: newId(now),
      subjectId: ada.subjectId,
      tableName: 'support_message',
      ground: 'authority_order',
      placedBy: 'one',
      placedAt: days(8),
      approvedBy: 'two',
      approvedAt: days(8),
      endsAt: days(90),
      noticeFrom: days(60),
    });
    expect(await logAt(deps, ada, days(9))).toEqual(shown);
  });

  test('stays barred while a proposal of these seven days waits for its second person, also until later', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, officer, admin, asOfficer } = await oversightWorld(deps, now);
    const at = async (who: Person, when: Date) =>
      callerFor(deps, await atTheDesk(deps, who, { now: when }), { now: when, surface: 'console' })
        .oversight;
    await asOfficer(now).findCustomer({ by: 'email', value: ada.email, silencedBy });
    const proposal = { ...barred, noticeOn: dayAfter(now, 60) };
    const { id } = await (await at(officer, days(5))).proposeHold(
      holdOnMessages(ada, days(5), proposal),
    );
    expect(await logAt(deps, ada, days(8))).toEqual([]);
    await (await at(admin, days(9))).answerHold({ id, answer: 'approved' });
    for (const day of [10, 13, 59]) expect(await logAt(deps, ada, days(day))).toEqual([]);
    expect(await logAt(deps, ada, days(61))).toHaveLength(3);
  });

  test('that has shown stays shown when another hold is barred, and whoever did it cannot judge it', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { ada, admin, asOfficer, asAdmin } = await oversightWorld(deps, now);
    const place = async () => {
      const placed = await asOfficer(now).proposeHold(holdOnMessages(ada, now, barred));
      await asAdmin(now).answerHold({ id: placed.id, answer: 'approved' });
      return placed;
    };
    const { id } = await place();
    await asAdmin(now).holds({ state: 'open' });
    await asOfficer(now).askRelease({ id });
    await asAdmin(now).answerRelease({ id, answer: 'approved' });
    const shown = await logAt(deps, ada, now);
    expect(shown).toContain('hold.listed');
    const own = callerFor(deps, await signedInAs(deps, ada, { now }), { now });
    const { entries } = await own.audit.log({ actor: 'staff' });
    const about = entries.find(({ action }) => action === 'hold.listed')?.id ?? '';
    const { reference } = await own.cases.open({ kind: 'dispute', about, text: 'Who was this?' });
    const { reference: second } = await place();
    expect(await logAt(deps, ada, now)).toEqual(shown);
    // Whether the customer sees an act or not.
    const [hidden] = await connection.db
      .select({ id: auditEvent.id })
      .from(auditEvent)
      .where(and(eq(auditEvent.action, 'hold.approved'), eq(auditEvent.reference, second)));
    const [ticket] = await connection.db
      .update(supportTicket)
      .set({ aboutId: hidden?.id })
      .where(eq(supportTicket.reference, reference))
      .returning();
    if (!ticket) throw new Error('no case');
    const why = await connection.db.transaction((tx) =>
      whyNotTaken(
        tx,
        ticket,
        { actor: { accountId: admin.subjectId }, role: 'officer' },
        { left: new Set() },
      ),
    );
    expect(why).toBe('OWN_ACT_DISPUTED');
  });

  test('is not given away by a deletion that a told hold had stopped too, once that one is released', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    const { db } = connection;
    const { asOfficer, asAdmin } = await oversightWorld(deps, erasing);
    const person = await fillPerson(db, deps.vault, { tag: 'both', now: erasing });
    await db.delete(legalHold).where(eq(legalHold.subjectId, person.subjectId));
    const place = async (change = {}) => {
      const { id } = await asOfficer(erasing).proposeHold(holdOnMessages(person, erasing, change));
      await asAdmin(erasing).answerHold({ id, answer: 'approved' });
      return { id };
    };
    const told = await place();
    await place({ ground: 'authority_order', noticeOn: dayAfter(erasing, 30) });
    const { id, code } = await confirmed(deps, person);
    await finish(deps, id);
    const of = { subjectId: person.subjectId, now: erasing };
    const opened = async () => {
      const receipt = await openReceipt(db, deps.vault, { code, now: erasing });
      const [listed] = await db.transaction((tx) => listRequests(tx, of));
      const { reference = '' } = listed ?? {};
      const read = await db.transaction((tx) => readRequest(tx, deps.vault, { ...of, reference }));
      return [
        ...(receipt?.state === 'open' ? [receipt.waitsFor, receipt.holds.length] : []),
        [listed?.state, listed?.stopped === null],
        [read.state, read.stopped === null, read.failure],
      ];
    };
    const goesOn = ['work', 0, ['running', true], ['running', true, null]];
    expect(await opened()).toEqual([
      'hold',
      1,
      ['waiting', false],
      ['waiting', false, 'LEGAL_HOLD'],
    ]);
    await asOfficer(erasing).askRelease(told);
    await asAdmin(erasing).answerRelease({ ...told, answer: 'approved' });
    // At once, and after the work has looked again.
    expect(await opened()).toEqual(goesOn);
    await finish(deps, id);
    expect(await opened()).toEqual(goesOn);
    const [request] = await db
      .select({ state: dataSubjectRequest.state, failure: dataSubjectRequest.failure })
      .from(dataSubjectRequest)
      .where(eq(dataSubjectRequest.id, id));
    expect(request).toEqual({ state: 'running', failure: null });
  });

  test('is in no number of a deletion’s receipt: neither the record of a hold nor what was done about it', async ({
    connection,
  }) => {
    const deps = testDeps(connection, { clock: () => now });
    const { asOfficer } = await oversightWorld(deps, now);
    const counted = async (tag: string, silent: boolean) => {
      const person = await fillPerson(connection.db, deps.vault, { tag, now });
      if (silent) {
        const { id } = await asOfficer(now).proposeHold(holdOnMessages(person, now, barred));
        await asOfficer(now).answerHold({ id, answer: 'declined' });
      }
      const { id, code } = await confirmed(deps, person);
      await finish(deps, id);
      const opened = await openReceipt(connection.db, deps.vault, { code, now });
      if (opened?.state !== 'issued') throw new Error('no receipt');
      const { tables, kept, differences } = opened.receipt;
      return { tables, kept, differences };
    };
    expect(await counted('grace-silent', true)).toEqual(await counted('grace-open', false));
  });
});
