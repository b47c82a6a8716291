import { describe, expect } from 'vitest';
import { forget } from '../auth/testing.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { lettersTo, mailedToken } from '../testing/letters.ts';
import { signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { addressOf, at, confirm, later, signedIn, stranger } from './testing.ts';

const undo = (deps: Deps, token: string, seconds: number) =>
  stranger(deps, seconds).account.undoEmailChange({ token });

describe('an old address that another account has taken meanwhile', () => {
  /** Ada's address after a thief changed it, and Bob's account that got Ada's old one. */
  async function takenAddress(deps: Deps) {
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'thief@example.test' });
    expect(await confirm(deps, ada, 60)).toBeNull();
    const way = await mailedToken(deps, ada.subjectId, 'email_changed');
    await at(deps, ada, 61).account.askEmailChange({ email: 'fence@example.test' });
    const forward = await mailedToken(deps, ada.subjectId, 'email_change_confirm');
    const bob = await signedIn(deps, 'Bob Noyce');
    await at(deps, bob, 62).account.askEmailChange({ email: ada.email });
    expect(await confirm(deps, bob, 90)).toBeNull();
    return { ada, bob, way, forward };
  }

  test('is not put back, but every session and every open change ends', async ({ connection }) => {
    const deps = testDeps(connection);
    const { ada, bob, way, forward } = await takenAddress(deps);
    await forget(deps, 'thief@example.test', later(91));
    const reset = await mailedToken(deps, ada.subjectId, 'reset_password');
    expect(await undo(deps, way, 120)).toEqual({ outcome: 'address_taken' });
    expect(await addressOf(deps, ada)).toBe('thief@example.test');
    expect(await addressOf(deps, bob)).toBe(ada.email);
    expect(await refused(at(deps, ada, 121).auth.me({}))).toEqual(refusal('SIGNED_OUT'));
    expect(await refused(at(deps, bob, 121).auth.me({}))).toBeNull();
    expect(await refused(stranger(deps, 121).auth.beginRecovery({ token: reset }))).toEqual(
      refusal('LINK_NOT_VALID'),
    );
    const thief = { ...ada, email: 'thief@example.test' };
    const again = { ...ada, jar: await signedInAs(deps, thief, { now: later(150) }) };
    expect(await confirm(deps, again, 180, forward)).toEqual(refusal('LINK_NOT_VALID'));
  });

  test('is told to its mailbox alone; the newer one learns only that it stays', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, way } = await takenAddress(deps);
    const before = (await lettersTo(deps, ada.subjectId)).length;
    await undo(deps, way, 120);
    const told = (await lettersTo(deps, ada.subjectId)).slice(before);
    expect(told.map(({ template, to }) => [template, to]).sort()).toEqual([
      ['email_change_undone', ada.email],
      ['email_change_undone_new', 'fence@example.test'],
      ['email_change_undone_new', 'thief@example.test'],
    ]);
    // Whoever signs in reads the letters of the account: none of them says who has the address.
    for (const { text, subject } of told)
      expect(`${subject} ${text}`).not.toMatch(/another account|belongs|in use by|Bob/i);
    const thief = { ...ada, email: 'thief@example.test' };
    const jar = await signedInAs(deps, thief, { now: later(150) });
    const { notices } = await at(deps, { jar }, 151).overview.state({});
    expect(notices[0]).toMatchObject({ kind: 'email_change_undo_incomplete' });
    const { entries } = await at(deps, { jar }, 151).audit.log({ actor: 'system' });
    expect(entries[0]).toMatchObject({
      action: 'account.email_change_undone',
      outcome: 'failed',
      details: null,
    });
  });

  test('comes back by the same link once it is free', async ({ connection }) => {
    const deps = testDeps(connection);
    const { ada, bob, way } = await takenAddress(deps);
    expect(await undo(deps, way, 120)).toEqual({ outcome: 'address_taken' });
    await at(deps, bob, 121).account.askEmailChange({ email: 'bob@example.test' });
    expect(await confirm(deps, bob, 150)).toBeNull();
    expect(await undo(deps, way, 180)).toEqual({ outcome: 'restored' });
    expect(await addressOf(deps, ada)).toBe(ada.email);
    expect(await refused(undo(deps, way, 181))).toEqual(refusal('LINK_NOT_VALID'));
  });

  test('and pressed over and over is refused after five times in an hour', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, way } = await takenAddress(deps);
    for (let time = 0; time < 5; time += 1)
      expect(await undo(deps, way, 120 + time)).toEqual({ outcome: 'address_taken' });
    expect(await refused(undo(deps, way, 130))).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
    const undone = (await lettersTo(deps, ada.subjectId)).filter(({ template }) =>
      template.startsWith('email_change_undone'),
    );
    expect(undone).toHaveLength(3);
  });
});
