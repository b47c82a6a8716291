import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';

/** In which zone of the IANA database a person reads times; UTC for who has no account any more. */
export async function timeZoneOf(tx: Tx, subjectId: string): Promise<string> {
  const [person] = await tx
    .select({ timeZone: account.timeZone })
    .from(account)
    .where(eq(account.subjectId, subjectId));
  return person?.timeZone ?? 'UTC';
}
