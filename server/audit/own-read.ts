import { and, eq, gte, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import type { Section } from '../../db/data-map/vocabulary.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import type { Vault } from '../crypto/vault.ts';
import { recordAudit } from './record.ts';

type SeenBy = { handle: string; createdAt: Date };

/**
 * Records a person's own look at a chapter, once a session: who looked shows it, and a thousand pages
 * do not bury the rest.
 */
export async function recordOwnRead(
  tx: Tx,
  vault: Vault,
  {
    subjectId,
    session,
    section,
    requestId,
    now,
  }: {
    subjectId: string;
    session: SeenBy;
    section: Section;
    requestId: string;
    now: Date;
  },
): Promise<void> {
  if (await seen(tx, { subjectId, session, section })) return;
  // Of pages that open at once, one records; the others wait here and then see its event.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${session.handle}, 0))`);
  if (await seen(tx, { subjectId, session, section })) return;
  await recordAudit(tx, vault, {
    action: 'data.viewed',
    actor: { kind: 'subject', subjectId, sessionHandle: session.handle },
    subjectId,
    purpose: 'privacy_rights',
    sections: [section],
    requestId,
    now,
  });
}

async function seen(
  tx: Tx,
  { subjectId, session, section }: { subjectId: string; session: SeenBy; section: Section },
): Promise<boolean> {
  const [event] = await tx
    .select({ id: auditEvent.id })
    .from(auditEvent)
    .where(
      and(
        eq(auditEvent.subjectId, subjectId),
        eq(auditEvent.sessionHandle, session.handle),
        // Lets the planner leave out the months before this session.
        gte(auditEvent.occurredAt, session.createdAt),
        eq(auditEvent.action, 'data.viewed'),
        sql`${auditEvent.sections} @> array[${section}]::text[]`,
      ),
    )
    .limit(1);
  return event !== undefined;
}
