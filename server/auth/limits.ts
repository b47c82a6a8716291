import { sql } from 'drizzle-orm';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';

type Budget = { name: string; points: number; seconds: number };

/** Starting numbers; each counts calls, not HTTP requests, and is shared by all processes. */
export const budgets = {
  passwordByAccount: { name: 'password-account', points: 10, seconds: 900 },
  passwordByNetwork: { name: 'password-network', points: 60, seconds: 300 },
  mailByAddress: { name: 'mail-address', points: 5, seconds: 3_600 },
  mailByNetwork: { name: 'mail-network', points: 40, seconds: 3_600 },
  searchByAccount: { name: 'search-account', points: 60, seconds: 60 },
  receiptByNetwork: { name: 'receipt-network', points: 30, seconds: 300 },
} as const satisfies Record<string, Budget>;

/**
 * Takes one point from a budget by one upsert. What is limited stands in the table as a keyed hash.
 * @returns seconds until a point is free, or null when one was taken
 */
export async function takePoint(
  deps: Deps,
  budget: Budget,
  of: string,
  now: Date,
): Promise<number | null> {
  const key = deps.vault.hashToken('rate_limit', `${budget.name}|${of}`);
  const at = now.toISOString();
  const [row] = await deps.connection.db.execute<{ points: number; seconds: number }>(sql`
    insert into rate_limit as r (key, points, expires_at)
    values (${key}, 1, ${at}::timestamptz + make_interval(secs => ${budget.seconds}))
    on conflict (key) do update set
      points = case when r.expires_at <= ${at}::timestamptz then 1 else r.points + 1 end,
      expires_at = case when r.expires_at <= ${at}::timestamptz then excluded.expires_at else r.expires_at end
    returning points, greatest(1, ceil(extract(epoch from expires_at - ${at}::timestamptz)))::int as seconds`);
  return row && row.points > budget.points ? row.seconds : null;
}

/** @throws {DomainError} TOO_MANY_ATTEMPTS with the seconds to wait */
export async function assertPoint(
  deps: Deps,
  budget: Budget,
  of: string,
  now: Date,
): Promise<void> {
  const seconds = await takePoint(deps, budget, of, now);
  if (seconds !== null) throw new DomainError('TOO_MANY_ATTEMPTS', { retryAfterSeconds: seconds });
}
