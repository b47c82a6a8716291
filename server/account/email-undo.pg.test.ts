import { and, eq, gt, isNull } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { emailChange } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { session } from '../../db/schema/auth.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { lettersTo, mailedToken } from '../testing/letters.ts';
import { signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { addressOf, at, confirm, HOUR, later, signedIn, stranger } from './testing.ts';

const undo = (deps: Deps, token: string, seconds: number) =>
  stranger(deps, seconds).account.undoEmailChange({ token });

describe('the old mailbox', () => {
  test('stops a change before it is in force, and every session ends', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'thief@example.test' });
    const way = await mailedToken(deps, ada.subjectId, 'email_change_notice');
    expect(await undo(deps, way, 2)).toEqual({ outcome: 'stopped' });
    expect(await refused(at(deps, ada, 3).auth.me({}))).toEqual(refusal('SIGNED_OUT'));
    const again = { ...ada, jar: await signedInAs(deps, ada, { now: later(60) }) };
    // Nor does any page show an ended one as open.
    expect((await at(deps, again, 61).overview.state({})).protection.sessions).toBe(1);
    expect(await at(deps, again, 61).auth.sessions({})).toHaveLength(1);
    expect(await confirm(deps, again, 90)).toEqual(refusal('LINK_NOT_VALID'));
    expect(await refused(undo(deps, way, 91))).toEqual(refusal('LINK_NOT_VALID'));
    expect(await addressOf(deps, ada)).toBe(ada.email);
  });

  test.for(['email_change_notice', 'email_changed'] as const)(
    'takes a change back after it is in force, by the link of %s',
    async (template, { connection }) => {
      const deps = testDeps(connection);
      const ada = await signedIn(deps);
      await at(deps, ada, 1).account.askEmailChange({ email: 'thief@example.test' });
      expect(await confirm(deps, ada, 60)).toBeNull();
      const way = await mailedToken(deps, ada.subjectId, template);
      expect(await undo(deps, way, 120)).toEqual({ outcome: 'restored' });
      expect(await addressOf(deps, ada)).toBe(ada.email);
      expect(await refused(at(deps, ada, 121).auth.me({}))).toEqual(refusal('SIGNED_OUT'));
      expect(await refused(undo(deps, way, 122))).toEqual(refusal('LINK_NOT_VALID'));
      const back = { jar: await signedInAs(deps, ada, { now: later(150) }) };
      const { history } = await at(deps, back, 151).account.get({});
      expect(history[0]).toMatchObject({
        field: 'email',
        before: 'thief@example.test',
        after: ada.email,
      });
    },
  );

  test('takes back every later change with it, and the thief’s mailbox cannot return', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'thief@example.test' });
    const hers = await mailedToken(deps, ada.subjectId, 'email_change_notice');
    expect(await confirm(deps, ada, 60)).toBeNull();
    await at(deps, ada, 61).account.askEmailChange({ email: 'fence@example.test' });
    const thiefs = await mailedToken(deps, ada.subjectId, 'email_change_notice');
    expect(await confirm(deps, ada, 90)).toBeNull();
    expect(await undo(deps, hers, 120)).toEqual({ outcome: 'restored' });
    expect(await refused(undo(deps, thiefs, 121))).toEqual(refusal('LINK_NOT_VALID'));
    expect(await addressOf(deps, ada)).toBe(ada.email);
  });

  test('stops what was asked for after its notice, also when another notice followed', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'thief@example.test' });
    const first = await mailedToken(deps, ada.subjectId, 'email_change_notice');
    await at(deps, ada, 2).account.askEmailChange({ email: 'fence@example.test' });
    const second = await mailedToken(deps, ada.subjectId, 'email_change_notice');
    const forward = await mailedToken(deps, ada.subjectId, 'email_change_confirm');
    expect(await undo(deps, first, 3)).toEqual({ outcome: 'stopped' });
    expect(await refused(at(deps, ada, 4).auth.me({}))).toEqual(refusal('SIGNED_OUT'));
    const again = { ...ada, jar: await signedInAs(deps, ada, { now: later(60) }) };
    expect(await confirm(deps, again, 90, forward)).toEqual(refusal('LINK_NOT_VALID'));
    for (const used of [first, second])
      expect(await refused(undo(deps, used, 91))).toEqual(refusal('LINK_NOT_VALID'));
    expect(await addressOf(deps, ada)).toBe(ada.email);
  });

  test('takes back a change by the notice of an earlier one that was never confirmed', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'decoy@example.test' });
    const first = await mailedToken(deps, ada.subjectId, 'email_change_notice');
    await at(deps, ada, 2).account.askEmailChange({ email: 'thief@example.test' });
    expect(await confirm(deps, ada, 60)).toBeNull();
    const changed = await mailedToken(deps, ada.subjectId, 'email_changed');
    expect(await undo(deps, first, 120)).toEqual({ outcome: 'restored' });
    expect(await addressOf(deps, ada)).toBe(ada.email);
    expect(await refused(undo(deps, changed, 121))).toEqual(refusal('LINK_NOT_VALID'));
  });

  test('can stop by the notice of a change for 72 hours, whatever followed it', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'thief@example.test' });
    const first = await mailedToken(deps, ada.subjectId, 'email_change_notice');
    await at(deps, ada, 2).account.askEmailChange({ email: 'fence@example.test' });
    expect(await refused(undo(deps, first, 1 + 72 * HOUR))).toEqual(refusal('LINK_NOT_VALID'));
    expect(await undo(deps, first, 72 * HOUR)).toEqual({ outcome: 'stopped' });
  });

  test('and the newer one are told, and the person in the portal', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'decoy@example.test' });
    await at(deps, ada, 2).account.askEmailChange({ email: 'thief@example.test' });
    expect(await confirm(deps, ada, 60)).toBeNull();
    await at(deps, ada, 61).account.askEmailChange({ email: 'fence@example.test' });
    const way = await mailedToken(deps, ada.subjectId, 'email_changed');
    await undo(deps, way, 120);
    const told = (await lettersTo(deps, ada.subjectId)).slice(-3);
    expect(told.map(({ template, to, subject }) => [template, to, subject])).toEqual([
      ['email_change_undone', ada.email, 'Your earlier e-mail address is back in force'],
      [
        'email_change_undone_new',
        'thief@example.test',
        'This address is no longer used for your account',
      ],
      [
        'email_change_undone_new',
        'fence@example.test',
        'This address is no longer used for your account',
      ],
    ]);
    const back = { jar: await signedInAs(deps, ada, { now: later(150) }) };
    const { notices } = await at(deps, back, 151).overview.state({});
    expect(notices[0]).toMatchObject({ kind: 'email_change_undone' });
    const { entries } = await at(deps, back, 151).audit.log({ actor: 'system' });
    expect(entries[0]).toMatchObject({ action: 'account.email_change_undone', outcome: 'done' });
  });

  test('pressed twice at once takes a change back once', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'thief@example.test' });
    expect(await confirm(deps, ada, 60)).toBeNull();
    const way = await mailedToken(deps, ada.subjectId, 'email_changed');
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => refused(undo(deps, way, 120))),
    );
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    expect(
      await connection.db.$count(auditEvent, eq(auditEvent.action, 'account.email_change_undone')),
    ).toBe(1);
  });

  test('and a thief who asks again at the same moment leave no change that can be confirmed', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    for (let round = 0; round < 5; round += 1) {
      const ada = await signedIn(deps, `Ada ${'x'.repeat(round)}`);
      await at(deps, ada, 1).account.askEmailChange({ email: 'thief@example.test' });
      const way = await mailedToken(deps, ada.subjectId, 'email_change_notice');
      const [stopped] = await Promise.all([
        undo(deps, way, 2),
        refused(at(deps, ada, 2).account.askEmailChange({ email: 'fence@example.test' })),
      ]);
      expect(stopped).toEqual({ outcome: 'stopped' });
      const left = and(
        eq(emailChange.subjectId, ada.subjectId),
        isNull(emailChange.endedAt),
        gt(emailChange.expiresAt, later(2)),
      );
      expect([round, await connection.db.$count(emailChange, left)]).toEqual([round, 0]);
    }
  });

  test('can do so for 72 hours after the change', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'thief@example.test' });
    expect(await confirm(deps, ada, 60)).toBeNull();
    const way = await mailedToken(deps, ada.subjectId, 'email_changed');
    expect(await refused(undo(deps, way, 60 + 72 * HOUR))).toEqual(refusal('LINK_NOT_VALID'));
    expect(await refused(undo(deps, way, 60 + 72 * HOUR - 1))).toBeNull();
  });

  test('holds the only way back: nothing in the database opens it, nor does the way forward', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'new@example.test' });
    const [forward, way] = [
      await mailedToken(deps, ada.subjectId, 'email_change_confirm'),
      await mailedToken(deps, ada.subjectId, 'email_change_notice'),
    ];
    const stored = JSON.stringify(await connection.db.select().from(emailChange));
    expect([stored.includes(forward), stored.includes(way)]).toEqual([false, false]);
    expect(await refused(undo(deps, forward, 2))).toEqual(refusal('LINK_NOT_VALID'));
    expect(await confirm(deps, ada, 60, way)).toEqual(refusal('LINK_NOT_VALID'));
    expect(await connection.db.$count(session)).toBe(1);
  });
});
