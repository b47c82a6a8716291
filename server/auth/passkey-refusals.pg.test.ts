import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { deleteExpired, expiringTables } from '../../db/data-map/expire.ts';
import { session } from '../../db/schema/auth.ts';
import { passkey } from '../../db/schema/passkey.ts';
import type { Deps } from '../deps.ts';
import { type Manner, type SoftPasskey, softPasskey } from '../testing/authenticator.ts';
import { testDeps } from '../testing/deps.ts';
import {
  callerFor,
  emptyJar,
  insertCustomer,
  insertStaff,
  type Jar,
  signInAs,
} from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf } from '../testing/refused.ts';
import { addPasskey, attempt, enterWith, later, MINUTE, provedNow, start } from './testing.ts';

const caller = (deps: Deps, jar: Jar = emptyJar(), now = start) =>
  callerFor(deps, jar, { now }).auth;
const copyOf = (jar: Jar): Jar => ({ tokens: { ...jar.tokens }, set: [] });

/** What every test begins with: somebody signed in who has a passkey. */
async function adaWith(deps: Deps, device: SoftPasskey = softPasskey()) {
  const ada = await insertCustomer(deps);
  const jar = await provedNow(deps, ada);
  await addPasskey(deps, jar, { device });
  return { ada, jar, device };
}

describe('a passkey is refused', () => {
  const manners: [string, Manner][] = [
    ['at another site', { origin: 'https://easellm.example' }],
    ['at another port of this one', { origin: 'http://localhost:3001' }],
    ['for another name', { rpId: 'easellm.example' }],
    ['without its person verified', { unverified: true }],
    ['in somebody’s frame', { crossOrigin: true }],
    ['that says to be somebody else’s', { userHandle: Buffer.alloc(16, 7).toString('base64url') }],
  ];
  test('at every place where one is taken, for what it was not asked for', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, jar, device } = await adaWith(deps);
    const pending = await attempt(deps, ada);
    for (const [how, manner] of manners) {
      const alone = device.sign(await caller(deps).beginPasskeySignIn({}), manner);
      expect([how, await codeOf(caller(deps).signInWithPasskey({ passkey: alone }))]).toEqual([
        how,
        'PASSKEY_REFUSED',
      ]);
    }
    for (const [how, manner] of manners.slice(0, 4)) {
      const second = device.sign(await caller(deps, pending).beginPasskey({}), manner);
      expect([how, await codeOf(caller(deps, pending).verifyPasskey({ passkey: second }))]).toEqual(
        [how, 'PASSKEY_REFUSED'],
      );
      const made = softPasskey().create(await caller(deps, jar).beginNewPasskey({}), manner);
      expect([how, await codeOf(caller(deps, jar).confirmNewPasskey({ passkey: made }))]).toEqual([
        how,
        'PASSKEY_REFUSED',
      ]);
    }
    expect(await connection.db.$count(passkey)).toBe(1);
    // The fifth refusal of an attempt is its last.
    for (const answer of ['PASSKEY_REFUSED', 'ATTEMPT_ENDED']) {
      const nothing = { passkey: device.sign({ challenge: 'A'.repeat(43) }) };
      expect(await codeOf(caller(deps, pending).verifyPasskey(nothing))).toBe(answer);
    }
  });

  test('with one character of what was signed changed', async ({ connection }) => {
    const deps = testDeps(connection);
    const { device } = await adaWith(deps);
    for (const field of ['signature', 'authenticatorData', 'clientDataJSON'] as const) {
      const signed = device.sign(await caller(deps).beginPasskeySignIn({}));
      const bytes = Buffer.from(signed[field], 'base64url');
      bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
      const altered = { ...signed, [field]: bytes.toString('base64url') };
      expect(await codeOf(caller(deps).signInWithPasskey({ passkey: altered }))).toBe(
        'PASSKEY_REFUSED',
      );
    }
  });

  test('the second time: of a hundred answers to one challenge at once exactly one opens a session', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { device } = await adaWith(deps, softPasskey({ synced: true }));
    await connection.db.delete(session);
    const signed = device.sign(await caller(deps).beginPasskeySignIn({}));
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        codeOf(
          // From several networks: one alone would come to the end of its count.
          callerFor(deps, emptyJar(), {
            now: start,
            ipPrefix: `198.51.${n % 4}.0/24`,
          }).auth.signInWithPasskey({ passkey: signed }),
        ),
      ),
    );
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set([null, 'PASSKEY_REFUSED']));
    expect(await connection.db.$count(session)).toBe(1);
  });

  test('after five minutes, and for a challenge of another session, purpose, account or door', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, jar, device } = await adaWith(deps);
    const { jar: eve, device: eves } = await adaWith(deps);
    const late = device.sign(await caller(deps).beginPasskeySignIn({}));
    const tooLate = caller(deps, emptyJar(), later(5 * MINUTE));
    expect(await codeOf(tooLate.signInWithPasskey({ passkey: late }))).toBe('PASSKEY_REFUSED');

    const other = await enterWith(deps, device);
    const asked = await caller(deps, other).beginStepUp({});
    const pending = await attempt(deps, ada);
    const second = await caller(deps, pending).beginPasskey({});
    const alone = await caller(deps).beginPasskeySignIn({});
    const atDesk = await callerFor(deps, emptyJar(), {
      now: start,
      surface: 'console',
    }).auth.beginPasskeySignIn({});
    const own = caller(deps, jar);
    const evesAsked = await caller(deps, eve).beginStepUp({});
    const evesNew = await caller(deps, eve).beginNewPasskey({});
    const again = await caller(deps, pending).beginPasskey({});
    const refusals = await Promise.all([
      codeOf(own.stepUp({ passkey: device.sign(asked) })),
      codeOf(own.stepUp({ passkey: device.sign(second) })),
      codeOf(own.stepUp({ passkey: device.sign(alone) })),
      codeOf(caller(deps).signInWithPasskey({ passkey: device.sign(second) })),
      codeOf(caller(deps).signInWithPasskey({ passkey: device.sign(atDesk) })),
      codeOf(caller(deps, eve).stepUp({ passkey: device.sign(evesAsked) })),
      codeOf(caller(deps, pending).verifyPasskey({ passkey: eves.sign(again) })),
      codeOf(own.confirmNewPasskey({ passkey: softPasskey().create(evesNew) })),
    ]);
    expect(refusals).toEqual(refusals.map(() => 'PASSKEY_REFUSED'));
    // A new token is another session to a challenge that the old one asked for.
    const old = await caller(deps, other).beginStepUp({});
    const fresh = await caller(deps, other).beginStepUp({});
    await caller(deps, other).stepUp({ passkey: device.sign(fresh) });
    expect(await codeOf(caller(deps, other).stepUp({ passkey: device.sign(old) }))).toBe(
      'PASSKEY_REFUSED',
    );
  });

  test('when it is somebody’s already, or nobody’s, with the same words', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { device } = await adaWith(deps);
    const { jar: eve } = await adaWith(deps);
    const taken = device.create(await caller(deps, eve).beginNewPasskey({}));
    expect(await codeOf(caller(deps, eve).confirmNewPasskey({ passkey: taken }))).toBe(
      'PASSKEY_REFUSED',
    );
    expect(await codeOf(enterWith(deps, softPasskey()))).toBe('PASSKEY_REFUSED');
    expect(await connection.db.$count(passkey)).toBe(2);
  });

  test('once removed, at a door that is not its person’s, and while the account is erased', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, jar, device } = await adaWith(deps);
    expect(await codeOf(enterWith(deps, device, start, 'console'))).toBe('PASSKEY_REFUSED');
    await insertStaff(deps);
    await connection.sql`update account set status = 'erasing' where subject_id = ${ada.subjectId}`;
    expect(await codeOf(enterWith(deps, device))).toBe('PASSKEY_REFUSED');
    await connection.sql`update account set status = 'active' where subject_id = ${ada.subjectId}`;
    const { passkeys } = await caller(deps, jar).securityState({});
    await caller(deps, jar).removeFactor({ id: passkeys[0]?.id ?? '' });
    expect(await codeOf(enterWith(deps, device))).toBe('PASSKEY_REFUSED');
  });

  test('when its row was put there or altered by hand, and it counts as none', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const { ada, device } = await adaWith(deps);
    const { ada: eve } = await adaWith(deps);
    const [kept] = await owner.db
      .select()
      .from(passkey)
      .where(eq(passkey.subjectId, ada.subjectId));
    if (!kept) throw new Error('nothing to alter');
    const [hers] = await owner.db
      .select()
      .from(passkey)
      .where(eq(passkey.subjectId, eve.subjectId));
    const edits: Partial<typeof kept>[] = [
      { subjectId: eve.subjectId },
      { publicKey: hers?.publicKey ?? '' },
      { counter: 0 },
      { backupEligible: true },
      { backedUp: true },
      { transports: ['usb'] },
      { createdAt: later(-90) },
      { id: crypto.randomUUID() },
    ];
    for (const edit of edits) {
      await owner.db.update(passkey).set(edit).where(eq(passkey.id, kept.id));
      const where = Object.keys(edit)[0];
      expect([where, await codeOf(enterWith(deps, device))]).toEqual([where, 'PASSKEY_REFUSED']);
      const jar = await attempt(deps, ada);
      expect([where, (await caller(deps, jar).attempt({})).factors.passkeys]).toEqual([where, 0]);
      await owner.db
        .update(passkey)
        .set(kept)
        .where(eq(passkey.credentialIndex, kept.credentialIndex));
    }
    expect(await codeOf(enterWith(deps, device))).toBeNull();
  });
});

test('nobody comes from a password to a session without a factor, in any order of what an attempt may call', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const { ada, device } = await adaWith(deps);
  const mine = softPasskey();
  const jar = await attempt(deps, ada);
  const now = start;
  const thief = { device: mine, now };
  for (const call of [
    async () => caller(deps, jar).beginPasskeyEnrolment({}),
    async () => caller(deps, jar).beginEnrolment({}),
    async () => addPasskey(deps, jar, thief),
    async () =>
      caller(deps, jar).confirmPasskeyEnrolment({
        passkey: mine.create({ ...(await caller(deps, jar).beginPasskey({})), user: { id: 'AA' } }),
      }),
    async () =>
      caller(deps, jar).verifyPasskey({
        passkey: mine.sign(await caller(deps, jar).beginPasskey({})),
      }),
  ])
    expect(await codeOf(call())).not.toBeNull();
  expect(jar.tokens.user).toBeUndefined();
  expect(await connection.db.$count(passkey)).toBe(1);
  expect(await codeOf(enterWith(deps, mine))).toBe('PASSKEY_REFUSED');
  expect(await codeOf(signInAs(deps, ada, { now: later(30), jar: copyOf(jar) }))).toBeNull();
  expect(await codeOf(enterWith(deps, device, later(30)))).toBeNull();
});

test('a challenge that nobody answered goes a day after it ended, and not before', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  await caller(deps).beginPasskeySignIn({});
  const table = expiringTables.find(({ name }) => name === 'webauthnChallenge');
  if (!table) throw new Error('it would stay for ever');
  const gone = async (seconds: number) => {
    const now = later(seconds);
    const run = await connection.db.transaction((tx) =>
      deleteExpired(tx, { table, now, limit: 10 }),
    );
    return run.rows;
  };
  expect(await gone(86_400)).toBe(0);
  expect(await gone(86_400 + 5 * MINUTE + 1)).toBe(1);
});
