import { and, desc, eq, gt, isNull } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { emailChange } from '../../db/schema/account.ts';
import { DomainError } from '../errors.ts';

const COOL_DOWN_MS = 24 * 3_600_000;

type Whose = { subjectId: string; now: Date };

/**
 * Until when no copy is given out and no deletion taken, because the address was changed within a day: whoever
 * reads the old mailbox has that long to take it back before anything is gone. A change that was taken back
 * keeps nothing closed. Null in ordinary times.
 */
export async function addressSettlesAt(
  db: Db | Tx,
  { subjectId, now }: Whose,
): Promise<Date | null> {
  const [last] = await db
    .select({ confirmedAt: emailChange.confirmedAt })
    .from(emailChange)
    .where(
      and(
        eq(emailChange.subjectId, subjectId),
        isNull(emailChange.endedAt),
        gt(emailChange.confirmedAt, new Date(now.getTime() - COOL_DOWN_MS)),
      ),
    )
    .orderBy(desc(emailChange.confirmedAt))
    .limit(1);
  return last?.confirmedAt ? new Date(last.confirmedAt.getTime() + COOL_DOWN_MS) : null;
}

/**
 * Asked before every act of which the ladder says `carriesAway`, and before files. The one place to let
 * somebody through who has proved more than a mailbox and a code can (a passkey).
 * @throws {DomainError} ADDRESS_COOL_DOWN with the seconds left
 */
export async function assertAddressSettled(db: Db | Tx, whose: Whose): Promise<void> {
  const until = await addressSettlesAt(db, whose);
  if (!until) return;
  const left = Math.ceil((until.getTime() - whose.now.getTime()) / 1_000);
  throw new DomainError('ADDRESS_COOL_DOWN', { retryAfterSeconds: Math.max(1, left) });
}
