import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';

/**
 * Waits until nobody else changes how this account is signed in to, and keeps others waiting until the end
 * of the transaction. Whoever touches its factors, codes, sessions or recoveries does this first: in one
 * order nobody waits in a circle.
 */
export async function lockAccount(tx: Tx, subjectId: string): Promise<void> {
  await tx
    .select({ locked: account.subjectId })
    .from(account)
    .where(eq(account.subjectId, subjectId))
    .for('no key update');
}
