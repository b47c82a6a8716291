import { assertPoint, budgets } from '../auth/limits.ts';
import { readSession } from '../auth/sessions.ts';
import type { Context } from './context.ts';

/** What a call costs that checks a password: it takes a core for a while. */
export const PASSWORD_COST = 5;

/**
 * Takes what a call costs from the budget of its network, unless somebody is signed in there: a cookie that
 * opens nothing is no way around, and what checks a password costs the same with one. Each call of a batch
 * comes here by itself.
 * @throws {DomainError} TOO_MANY_ATTEMPTS with the seconds to wait
 */
export async function takeAnonymous(ctx: Context, cost: number): Promise<void> {
  if (cost < PASSWORD_COST && (await isSignedIn(ctx))) return;
  const { deps, ipPrefix, now } = ctx;
  const budget = { ...budgets.anonymousByNetwork, points: deps.env.ANONYMOUS_CALLS };
  await assertPoint(deps, budget, ipPrefix, now, cost);
}

async function isSignedIn({ deps, now, surface, tokens }: Context): Promise<boolean> {
  const kind = surface === 'portal' ? 'user' : 'staff';
  const token = tokens[kind];
  if (token === null) return false;
  return (await readSession({ deps, kind, token, now, surface, watching: true })) !== null;
}
