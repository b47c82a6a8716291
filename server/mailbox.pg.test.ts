import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { account, emailChange } from '../db/schema/account.ts';
import { passwordCredential, session, totpFactor } from '../db/schema/auth.ts';
import { attempt, forget, later, MINUTE, start } from './auth/testing.ts';
import type { Deps } from './deps.ts';
import { confirmDeletion } from './requests/behalf/testing.ts';
import { appRouter } from './root.ts';
import { testDeps } from './testing/deps.ts';
import { lettersTo } from './testing/letters.ts';
import { listening } from './testing/listening.ts';
import { callerFor, emptyJar, insertCustomer, type Person, signedInAs } from './testing/people.ts';
import { test } from './testing/pg.ts';
import { refused } from './testing/refused.ts';
import { everything } from './testing/rows.ts';
import { inputsOf, leavesOf } from './testing/schemas.ts';
import { walkProcedures } from './trpc/boot-check.ts';

/** A person to whom every letter with a link was written that a customer can cause. */
async function muchWritten(deps: Deps): Promise<Person> {
  const ada = await insertCustomer(deps);
  await forget(deps, ada.email);
  const asked = await attempt(deps, ada);
  await callerFor(deps, asked, { now: start }).lostFactors.ask({});
  const jar = await signedInAs(deps, ada, { now: start });
  await callerFor(deps, jar, { now: start }).account.askEmailChange({ email: 'new@example.test' });
  await confirmDeletion(deps, { person: ada, jar, now: later(30) });
  return ada;
}

const linksIn = async (deps: Deps, { subjectId }: Person) =>
  (await lettersTo(deps, subjectId)).flatMap(({ template, text }) =>
    (text.match(/https?:\/\/\S+/g) ?? []).map((link) => ({ template, link })),
  );

test('a link in a letter does nothing by being looked at: of every letter ten GET and ten HEAD change no row, and its token stays with the reader', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ada = await muchWritten(deps);
  const ask = await listening(deps);
  const links = await linksIn(deps, ada);
  expect(new Set(links.map(({ template }) => template))).toEqual(
    new Set([
      'reset_password',
      'lost_factors_link',
      'email_change_confirm',
      'email_change_notice',
      'erasure_scheduled',
    ]),
  );
  const before = await everything(connection);
  for (const { template, link } of links) {
    const { origin, pathname, search, hash } = new URL(link);
    // What stands behind # is never sent: no scanner, log or Referer has it.
    expect([template, origin, search]).toEqual([template, 'http://localhost:3000', '']);
    expect([template, pathname.length < 40]).toEqual([template, true]);
    // Pages that somebody signs in to see; a link to them holds nothing.
    const plain = template === 'erasure_scheduled' || pathname === '/security/not-me';
    if (plain) expect(hash).toBe('');
    else expect(hash).toMatch(/^#[A-Za-z0-9_-]{43}$/);
    for (let time = 0; time < 10; time += 1)
      for (const method of ['GET', 'HEAD'])
        expect((await ask(pathname, { method })).status).toBeLessThan(400);
  }
  expect(await everything(connection)).toEqual(before);
});

test('who reads the mailbox and has nothing else changes no address, password or factor and sees nothing: every link at every procedure, and with what they open', async ({
  connection,
}) => {
  const plain = testDeps(connection);
  // What a network may ask in a minute is not what this is about.
  const deps = { ...plain, env: { ...plain.env, ANONYMOUS_CALLS: 1_000_000 } };
  const { db } = connection;
  const ada = await muchWritten(deps);
  const tokens = (await linksIn(deps, ada)).flatMap(({ link }) =>
    link.includes('#') ? [link.split('#')[1] ?? ''] : [],
  );
  expect(tokens).toHaveLength(4);
  const { subjectId } = ada;
  const state = async () => ({
    account: (await db.select().from(account).where(eq(account.subjectId, subjectId))).map(
      ({ email, status }) => ({ email, status }),
    ),
    password: await db.select().from(passwordCredential),
    factor: (await db.select().from(totpFactor)).map(({ id, secret }) => ({ id, secret })),
    pending: (await db.select().from(emailChange)).map(({ confirmedAt }) => confirmedAt),
  });
  const before = await state();
  const standing = (await db.select().from(session)).map(({ handle }) => handle);
  const procedures = walkProcedures(appRouter);
  const now = later(MINUTE);
  const words = 'a sentence of more than twenty letters';
  /** What somebody would try who has read the letters: each token wherever one fits, and their own words. */
  const guesses = (path: string, token: string): Record<string, unknown>[] => {
    const leaves = inputsOf(appRouter, path).flatMap((schema) => leavesOf(schema));
    const has = (key: string) => leaves.some((leaf) => leaf.startsWith(`${key}:`));
    const filled: Record<string, unknown> = {};
    for (const [key, value] of Object.entries({
      token,
      statement: words,
      password: 'a new password of the intruder 7',
      code: '000000',
      email: 'intruder@example.test',
    }))
      if (has(key)) filled[key] = value;
    const { code: _code, ...without } = filled;
    return [filled, without, {}];
  };
  const done: string[] = [];
  // The notice of a change last: it stops what the others begin.
  for (const token of tokens.toReversed()) {
    const jar = emptyJar();
    for (const { path, type } of [...procedures, ...procedures]) {
      if (type === 'subscription') continue;
      for (const input of guesses(path, token)) {
        const procedure = path
          .split('.')
          .reduce<unknown>(
            (at, name) => (at as Record<string, unknown>)[name],
            callerFor(deps, jar, { now }),
          );
        const refusal = await refused((procedure as (input: unknown) => Promise<unknown>)(input));
        if (refusal === null) done.push(path);
      }
    }
    expect(jar.tokens.user ?? null).toBeNull();
  }
  // Nobody's business, or a stop: what a link may do without anything else.
  expect([...new Set(done)].sort()).toEqual([
    'account.undoEmailChange',
    // A challenge, which a passkey would have to sign.
    'auth.beginPasskeySignIn',
    'auth.beginRecovery',
    'auth.forgot',
    'consent.cookies',
    'lostFactors.open',
    'outbox.latest',
  ]);
  expect(await state()).toEqual(before);
  // Of those with both factors there is none that was not there before: Ada's own, if they let her keep it.
  for (const { handle, aal } of await db.select().from(session))
    expect(aal === 2 && !standing.includes(handle)).toBe(false);
});
