import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { mailToken, session } from '../../db/schema/auth.ts';

/** Stands among the methods of a session that may add a new factor in place of lost ones, and nothing else. */
export const RENEWAL = 'case';

/** Whether a recovery session came by the link of an approved case, and not by one for a new password. */
export function isRenewal({ methods }: { methods: readonly string[] }): boolean {
  return methods.includes(RENEWAL);
}

/** Ends what a case about lost factors has opened so far: links and the session they led to. */
export async function endRenewal(tx: Tx, subjectId: string): Promise<void> {
  await endRenewalSessions(tx, subjectId);
  await tx
    .delete(mailToken)
    .where(
      and(
        eq(mailToken.subjectId, subjectId),
        inArray(mailToken.purpose, ['lost_factors', 'factor_recovery']),
      ),
    );
}

/** Ends the session that a link of a case led to; the link leads to another. */
export async function endRenewalSessions(tx: Tx, subjectId: string): Promise<void> {
  await tx
    .delete(session)
    .where(
      and(
        eq(session.subjectId, subjectId),
        eq(session.kind, 'recovery'),
        sql`${RENEWAL} = any(${session.methods})`,
      ),
    );
}
