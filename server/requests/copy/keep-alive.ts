import { sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';

/** Well inside the time after which the server ends a transaction that does nothing. */
const BEAT_MS = 15_000;

/**
 * Keeps the job's transaction alive while the work happens on other connections. A process that is
 * frozen beats no more, so that the server ends the transaction and another process may take the job;
 * when the first one thaws, its lock is gone and `lost` tells it.
 *
 * @returns what stops it; the transaction may be used again once that resolves
 */
export function keepAlive(tx: Tx, lost: AbortController): () => Promise<void> {
  let beat: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    beat = tx.execute(sql`select 1`).catch((cause) => lost.abort(cause));
  }, BEAT_MS);
  return async () => {
    clearInterval(timer);
    await beat;
  };
}
