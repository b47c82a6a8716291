import { and, eq } from 'drizzle-orm';
import { auditEvent } from '../../../db/schema/audit.ts';
import { wrongCode } from '../../../server/auth/testing.ts';
import { insertCustomer, type Person } from '../../../server/testing/people.ts';
import { readAnswer } from '../browser.ts';
import { check } from '../program.ts';
import { type Arena, holding, openSession } from './arena.ts';

const AT_ONCE = 200;
const OF_ONE = 5;
const OF_ACCOUNT = 10;
const CHALLENGES = 40;
const IN_ONE_BATCH = 1_000;

/** Two hundred guesses at once on an attempt that has five: each that is looked at leaves an event. */
export async function guesses(arena: Arena, rounds: number): Promise<void> {
  let fits = 0;
  const seen = new Map<number, number>();
  for (let round = 0; round < rounds; round += 1) {
    const ada = await insertCustomer(arena.portal.deps);
    const { token } = await openSession(arena, ada, { kind: 'pending' });
    const code = wrongCode(ada, new Date());
    await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        holding(arena, token, 'pending').call('auth.verifyCode', { code }),
      ),
    );
    const looked = await lookedAt(arena, ada);
    seen.set(looked, (seen.get(looked) ?? 0) + 1);
    if (looked === OF_ONE) fits += 1;
  }
  check(
    `guesses looked at, of ${AT_ONCE} at once with a budget of ${OF_ONE}`,
    rounds > 0 && fits === rounds,
    `${[...seen].map(([looked, times]) => `${looked} in ${times} rounds`).join(', ')}`,
  );
}

/** Forty attempts with five guesses each, one after the other: an account has ten in all. */
export async function challenges(arena: Arena): Promise<void> {
  const ada = await insertCustomer(arena.portal.deps);
  const code = wrongCode(ada, new Date());
  for (let attempt = 0; attempt < CHALLENGES; attempt += 1) {
    const { token } = await openSession(arena, ada, { kind: 'pending' });
    for (let guess = 0; guess < OF_ONE; guess += 1)
      await holding(arena, token, 'pending').call('auth.verifyCode', { code });
  }
  const looked = await lookedAt(arena, ada);
  check(
    `guesses looked at, of ${CHALLENGES} attempts with ${OF_ONE} each`,
    looked === OF_ACCOUNT,
    looked,
  );
}

/** A thousand guesses in one request are not read. */
export async function batchOfGuesses(arena: Arena): Promise<void> {
  const ada = await insertCustomer(arena.portal.deps);
  const { token } = await openSession(arena, ada, { kind: 'pending' });
  const { url } = arena.portal;
  const paths = Array.from({ length: IN_ONE_BATCH }, () => 'auth.verifyCode').join(',');
  const inputs = Object.fromEntries(
    Array.from({ length: IN_ONE_BATCH }, (_, index) => [index, { code: '000000' }]),
  );
  for (const path of [paths, ','.repeat(IN_ONE_BATCH - 1)]) {
    const answer = await readAnswer(
      await fetch(`${url}/trpc/${path}?batch=1`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: url, cookie: `pre=${token}` },
        body: JSON.stringify(inputs),
      }),
    );
    const what = path.startsWith(',') ? 'commas alone' : 'guesses';
    // 431: the address of the request alone is more than is read of one.
    const refused = answer.status === 400 || answer.status === 431;
    check(`${IN_ONE_BATCH} ${what} in one request`, refused, answer.status);
  }
  check('guesses of it that were looked at', (await lookedAt(arena, ada)) === 0, 0);
}

function lookedAt({ portal }: Arena, { subjectId }: Person): Promise<number> {
  const { db } = portal.deps.connection;
  const refused = eq(auditEvent.action, 'auth.sign_in_refused');
  return db.$count(auditEvent, and(eq(auditEvent.subjectId, subjectId), refused));
}
