import { desc } from 'drizzle-orm';
import { signUp } from '../../db/schema/sign-up.ts';
import type { Deps } from '../deps.ts';
import { runWaiting } from '../testing/jobs.ts';
import { mailedToken } from '../testing/letters.ts';
import { callerFor, emptyJar, type Jar } from '../testing/people.ts';

export const PASSWORD = 'copper meadow bicycle 19';
export const grown = { day: 9, month: 12, year: 1986 };

/** The way in as a browser with this jar goes it, from a network of its own. */
export function visitor(
  deps: Deps,
  now: Date,
  { jar = emptyJar(), refused = false, ipPrefix = '203.0.113.0/24' } = {},
) {
  const cookie = (name: string) => (refused && name === 'no_sign_up' ? '1' : null);
  return callerFor(deps, jar, { now, cookie, ipPrefix });
}

/** Asks for an account, and has the letter written that it leads to. */
export async function ask(
  deps: Deps,
  now: Date,
  wish: { email?: string; displayName?: string; ipPrefix?: string } = {},
): Promise<void> {
  const { email = 'grace@example.test', displayName = 'Grace Hopper', ...from } = wish;
  const { signUp: way } = visitor(deps, now, from);
  const { ticket } = await way.answerAge(grown);
  if (ticket === null) throw new Error('no ticket');
  await way.ask({ ticket, email, displayName, country: 'US', timeZone: 'America/New_York' });
  await runWaiting(deps, 'sign_up.mail', now);
}

/** Whose sign-up was asked for last. */
export async function lastAsked({ connection }: Deps): Promise<string> {
  const [row] = await connection.db
    .select({ subjectId: signUp.subjectId })
    .from(signUp)
    .orderBy(desc(signUp.requestedAt), desc(signUp.subjectId))
    .limit(1);
  if (!row) throw new Error('nobody asked');
  return row.subjectId;
}

/** Opens the account that was asked for last, by its letter. */
export async function open(deps: Deps, now: Date): Promise<{ subjectId: string; jar: Jar }> {
  const subjectId = await lastAsked(deps);
  const token = await mailedToken(deps, subjectId, 'sign_up');
  const jar = emptyJar();
  await visitor(deps, now, { jar }).signUp.complete({ token, password: PASSWORD });
  return { subjectId, jar };
}
