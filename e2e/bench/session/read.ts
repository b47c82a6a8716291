import { eq } from 'drizzle-orm';
import type { Db, Tx } from '../../../db/connect.ts';
import { account } from '../../../db/schema/account.ts';

/** The one read that all servers do: how a person wants the portal to be. */
export async function readSettings(db: Db | Tx, subjectId: string) {
  const [settings] = await db
    .select({ timeZone: account.timeZone, theme: account.theme, country: account.country })
    .from(account)
    .where(eq(account.subjectId, subjectId));
  return settings ?? null;
}

/** The same in SQL, for whoever has nothing but the driver. */
export const SETTINGS_SQL =
  'select time_zone as "timeZone", theme, country from account where subject_id = $1';
