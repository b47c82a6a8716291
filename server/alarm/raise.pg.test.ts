import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { mailToken, session } from '../../db/schema/auth.ts';
import { factorRecovery } from '../../db/schema/factor-recovery.ts';
import { knownPlace } from '../../db/schema/known-place.ts';
import { supportTicket } from '../../db/schema/support.ts';
import { forget, later, start } from '../auth/testing.ts';
import { codeAt } from '../auth/totp.ts';
import { openedCase } from '../support/lost-factors/testing.ts';
import { testDeps } from '../testing/deps.ts';
import { lettersTo, mailedToken, templatesTo } from '../testing/letters.ts';
import { callerFor, emptyJar, insertCustomer, type Jar, signInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf } from '../testing/refused.ts';

const at = (deps: Parameters<typeof callerFor>[0], jar: Jar, seconds: number) =>
  callerFor(deps, jar, { now: later(seconds) });

describe('whoever says that something was not them', () => {
  test('is alone in the account: sessions, places, addresses, links and a recovery end with one act, which support and the person read', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, bo] = [await insertCustomer(deps), await insertCustomer(deps, { name: 'Bo' })];
    const thief = await signInAs(deps, ada, { now: later(-120) });
    const bystander = await signInAs(deps, bo, { now: later(-120) });
    await at(deps, thief, -110).account.askEmailChange({ email: 'thief@example.test' });
    const change = await mailedToken(deps, ada.subjectId, 'email_change_confirm');
    const undo = await mailedToken(deps, ada.subjectId, 'email_change_notice');
    await forget(deps, ada.email, later(-40));
    const jar = await signInAs(deps, ada, { now: start });
    await openedCase(deps, ada, later(5));
    const stolen: Jar = { tokens: { ...jar.tokens }, set: [] };
    const [entry] = await connection.db
      .select({ id: auditEvent.id, handle: auditEvent.sessionHandle })
      .from(auditEvent)
      .where(and(eq(auditEvent.subjectId, ada.subjectId), eq(auditEvent.action, 'auth.signed_in')))
      .orderBy(auditEvent.occurredAt)
      .limit(1);

    const { ended, reference } = await at(deps, jar, 10).alarm.raise({
      session: entry?.handle ?? '',
      words: 'I was asleep.',
    });
    // The thief's: whoever asked for a recovery got no further than the password, which is no session.
    expect(ended).toBe(1);
    expect(await connection.db.$count(session, eq(session.subjectId, ada.subjectId))).toBe(1);
    expect(await codeOf(at(deps, thief, 11).auth.me({}))).toBe('SIGNED_OUT');
    // A copy of this session's cookie as well.
    expect(await codeOf(at(deps, stolen, 11).auth.me({}))).toBe('SIGNED_OUT');
    expect(await codeOf(at(deps, jar, 11).auth.me({}))).toBeNull();
    const own = eq(knownPlace.subjectId, ada.subjectId);
    expect(await connection.db.$count(knownPlace, own)).toBe(0);
    expect(await connection.db.$count(mailToken)).toBe(0);
    const [recovery] = await connection.db.select().from(factorRecovery);
    expect(recovery?.endedHow).toBe('stopped_signed_in');
    const now = later(40);
    await callerFor(deps, jar, { now }).auth.stepUp({
      code: codeAt(ada.totpSecret, now),
      act: 'email_commit',
    });
    expect(await codeOf(at(deps, jar, 41).account.confirmEmailChange({ token: change }))).toBe(
      'LINK_NOT_VALID',
    );
    // The old mailbox keeps its way back, which only takes away.
    expect(await codeOf(at(deps, emptyJar(), 42).account.undoEmailChange({ token: undo }))).toBe(
      null,
    );
    const [ticket] = await connection.db
      .select()
      .from(supportTicket)
      .where(eq(supportTicket.reference, reference));
    expect(ticket).toMatchObject({ kind: 'dispute', aboutKind: 'entry', aboutId: entry?.id });
    const raised = eq(auditEvent.action, 'auth.disowned');
    expect(await connection.db.select().from(auditEvent).where(raised)).toMatchObject([
      { subjectId: ada.subjectId, reference, actorKind: 'subject' },
    ]);
    expect(await templatesTo(deps, ada.subjectId)).toContain('not_me');
    // Nobody else.
    expect(await codeOf(at(deps, bystander, 11).auth.me({}))).toBeNull();
    expect(
      await connection.db.$count(knownPlace, eq(knownPlace.subjectId, bo.subjectId)),
    ).toBeGreaterThan(0);
  });

  test('needs a fresh second factor and an entry of their own; refused, nothing ends', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, bo] = [await insertCustomer(deps), await insertCustomer(deps, { name: 'Bo' })];
    await signInAs(deps, ada, { now: later(-120) });
    const jar = await signInAs(deps, ada, { now: start });
    await signInAs(deps, bo, { now: start });
    const [foreign] = await connection.db
      .select({ id: auditEvent.id })
      .from(auditEvent)
      .where(eq(auditEvent.subjectId, bo.subjectId));
    const raise = (seconds: number, event?: string) =>
      codeOf(at(deps, jar, seconds).alarm.raise({ ...(event && { event }), words: '' }));
    expect(await raise(10, foreign?.id)).toBe('NOT_FOUND');
    expect(await raise(301)).toBe('STEP_UP_REQUIRED');
    expect(await codeOf(at(deps, emptyJar(), 1).alarm.raise({ words: '' }))).toBe('SIGNED_OUT');
    expect(await connection.db.$count(session, eq(session.subjectId, ada.subjectId))).toBe(2);
    expect(await connection.db.$count(supportTicket)).toBe(0);
  });

  test('is heard although a thief has used up what cases a day has: that needs no factor, this does', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const thief = await signInAs(deps, ada, { now: later(-600) });
    const opens = () =>
      codeOf(
        at(deps, thief, -5).cases.open({
          kind: 'dispute',
          about: crypto.randomUUID(),
          text: 'None of it.',
        }),
      );
    const answers: (string | null)[] = [];
    for (let count = 0; count < 11; count += 1) answers.push(await opens());
    expect(answers.at(-1)).toBe('TOO_MANY_ATTEMPTS');
    const jar = await signInAs(deps, ada, { now: start });
    expect((await at(deps, jar, 10).alarm.raise({ words: '' })).ended).toBe(1);
    expect(await codeOf(at(deps, thief, 11).auth.me({}))).toBe('SIGNED_OUT');
  });

  test('twice of one entry is led to one case, and of nothing named gets a question', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: start });
    const [entry] = await connection.db.select({ id: auditEvent.id }).from(auditEvent);
    const raise = (seconds: number, event?: string) =>
      at(deps, jar, seconds).alarm.raise({ ...(event && { event }), words: '' });
    const first = await raise(10, entry?.id);
    expect((await raise(20, entry?.id)).reference).toBe(first.reference);
    expect((await raise(30)).reference).not.toBe(first.reference);
    const kinds = await connection.db.select({ kind: supportTicket.kind }).from(supportTicket);
    expect(kinds.map(({ kind }) => kind).sort()).toEqual(['dispute', 'question']);
  });

  test('finds the page in the letters about security, whose link does nothing by itself', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: start });
    await at(deps, jar, 1).auth.changePassword({
      current: ada.password,
      next: 'copper meadow bicycle 19',
    });
    await at(deps, jar, 2).auth.makeRecoveryCodes({});
    const letters = await lettersTo(deps, ada.subjectId);
    expect(letters.map(({ template }) => template)).toEqual([
      'password_changed',
      'recovery_codes_made',
    ]);
    for (const { text } of letters)
      expect(text).toMatch(/http:\/\/localhost:3000\/security\/not-me\n/);
  });
});
