import { sql } from 'drizzle-orm';
import RateLimiterRes from 'rate-limiter-flexible/lib/RateLimiterRes.js';
import RateLimiterStoreAbstract from 'rate-limiter-flexible/lib/RateLimiterStoreAbstract.js';
import type { Db, Tx } from '../../db/connect.ts';

/** When a count is taken, and in what; `endsAt` where it is not the budget's own time after `now`. */
export type Taking = { tx: Tx | Db; now: Date; endsAt?: Date | undefined };
type Row = { points: number; expires_at: string };
/** What a statement came to, with the moment it was asked at: the library would look at a clock of its own. */
type Counted = Taking & { row: Row | null };

/**
 * Counters of rate-limiter-flexible as rows of ours. It says what is consumed, over, and given back; here stand
 * the two statements, each atomic by itself, in the transaction and at the moment of whoever asks. Its stores for
 * PostgreSQL and drizzle read `Date.now`, and clear old rows by a timer of each process.
 */
export class RowLimiter extends RateLimiterStoreAbstract {
  constructor({ points, seconds }: { points: number; seconds: number }) {
    super({ points, duration: seconds, keyPrefix: '', storeClient: null });
  }

  /** Adds points, beginning anew where the time is over; negative ones are taken from a count that runs. */
  protected async _upsert(
    key: string,
    points: number,
    milliseconds: number,
    _force: boolean,
    taking: Taking,
  ): Promise<Counted> {
    const { tx, now, endsAt } = taking;
    const at = now.toISOString();
    if (points < 0) {
      const [row = null] = await tx.execute<Row>(sql`
        update rate_limit set points = greatest(0, points + ${points})
        where key = ${key} and points > 0 and expires_at > ${at}::timestamptz returning points, expires_at`);
      return { ...taking, row };
    }
    const end = (endsAt ?? new Date(now.getTime() + milliseconds)).toISOString();
    const [row] = await tx.execute<Row>(sql`
      insert into rate_limit as r (key, points, expires_at) values (${key}, ${points}, ${end}::timestamptz)
      on conflict (key) do update set
        points = case when r.expires_at <= ${at}::timestamptz then ${points} else r.points + ${points} end,
        expires_at = case when r.expires_at <= ${at}::timestamptz or r.points = 0 then excluded.expires_at else r.expires_at end
      returning points, expires_at`);
    if (!row) throw new Error('a count that was not written');
    return { ...taking, row };
  }

  /** A count that runs at that moment, or none. */
  protected async _get(key: string, taking: Taking): Promise<Counted | null> {
    const { tx, now } = taking;
    const [row] = await tx.execute<Row>(sql`
      select points, expires_at from rate_limit where key = ${key} and expires_at > ${now.toISOString()}::timestamptz`);
    return row ? { ...taking, row } : null;
  }

  /** What the library tells its caller of a row. */
  protected _getRateLimiterRes(
    _key: string,
    changed: number,
    { row, now }: Counted,
  ): RateLimiterRes {
    if (!row) return new RateLimiterRes(this.points, 0, 0, false);
    const left = Math.max(0, new Date(row.expires_at).getTime() - now.getTime());
    const { points } = row;
    return new RateLimiterRes(Math.max(0, this.points - points), left, points, points === changed);
  }
}
