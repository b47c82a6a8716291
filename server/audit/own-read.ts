import { and, eq, gte, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import type { Section } from '../../db/data-map/vocabulary.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import type { Vault } from '../crypto/vault.ts';
import { recordAudit } from './record.ts';

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
    session: { handle: string; createdAt: Date };
    section: Section;
    requestId: string;
    now: Date;
  },
): Promise<void> {
  const [seen] = await tx
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
  if (seen) return;
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
