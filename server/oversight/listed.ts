import { and, eq, gte, inArray } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { recordAudits } from '../audit/record.ts';
import type { DeskCall } from './recording-refusals.ts';

/** A customer on a list, and until when a legal bar keeps from them that they stand on it. */
export type Listed = { subjectId: string; visibleFrom: Date | null };

/**
 * Records, in the log of each customer on a list that staff see, that they saw it: once a session and
 * day, so that a page that is opened often does not bury the rest. Comes before the answer.
 */
export async function recordListed(
  tx: Tx,
  { deps, actor, requestId, now }: DeskCall,
  {
    action,
    purpose,
    listed,
  }: {
    action: 'hold.listed' | 'request.listed';
    purpose: 'legal_holds' | 'privacy_rights';
    listed: readonly Listed[];
  },
): Promise<void> {
  const wanted = new Map<string, Listed>();
  for (const one of listed) {
    const other = wanted.get(one.subjectId);
    // Where one of their lines is under no bar, there is nothing to keep from them.
    if (!other || shownFrom(one, now) < shownFrom(other, now)) wanted.set(one.subjectId, one);
  }
  if (wanted.size === 0 || actor.sessionHandle === null) return;
  const today = new Date(now);
  today.setUTCHours(0, 0, 0, 0);
  const seen = await tx
    .select({ subjectId: auditEvent.subjectId, visibleFrom: auditEvent.visibleFrom })
    .from(auditEvent)
    .where(
      and(
        inArray(auditEvent.subjectId, [...wanted.keys()]),
        gte(auditEvent.occurredAt, today),
        eq(auditEvent.sessionHandle, actor.sessionHandle),
        eq(auditEvent.action, action),
      ),
    );
  for (const { subjectId, visibleFrom } of seen) {
    const one = subjectId === null ? undefined : wanted.get(subjectId);
    if (one && visibleFrom <= shownFrom(one, now)) wanted.delete(one.subjectId);
  }
  await recordAudits(
    tx,
    deps.vault,
    [...wanted.values()].map(({ subjectId, visibleFrom }) => ({
      action,
      actor,
      subjectId,
      purpose,
      sections: ['records'],
      visibleFrom,
      requestId,
      now,
    })),
  );
}

function shownFrom({ visibleFrom }: Listed, now: Date): Date {
  return visibleFrom ?? now;
}
