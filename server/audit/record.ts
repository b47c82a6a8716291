import type { Tx } from '../../db/connect.ts';
import type { Purpose, Section } from '../../db/data-map/vocabulary.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { type Actor, actorId, actorLabel, NO_SUBJECT } from '../actor.ts';
import { canonicalJson, type Json } from '../crypto/canonical.ts';
import { newId } from '../crypto/token.ts';
import type { Vault } from '../crypto/vault.ts';
import type { AuditAction } from './actions.ts';

/** Name of this log; a restored database starts a new one. */
export const LOG_ORIGIN = 'easellm-privacy/1';

export type AuditInput = {
  action: AuditAction;
  actor: Actor;
  /** Null for events about nobody's data. */
  subjectId: string | null;
  purpose: Purpose;
  outcome?: 'done' | 'refused' | 'failed';
  sections?: readonly Section[];
  /** Reference of the request or ticket it belongs to. */
  reference?: string | null;
  requestId: string;
  /** Sealed under the subject's key. Codes and names of fields; never values. */
  details?: { readonly [key: string]: Json };
  now: Date;
};

/**
 * Records who did what, in the transaction of the act: both commit or neither. Takes a `Tx`, so that a
 * record cannot come apart from its act.
 */
export async function recordAudit(tx: Tx, vault: Vault, input: AuditInput): Promise<void> {
  const {
    action,
    actor,
    purpose,
    now,
    requestId,
    outcome = 'done',
    sections = [],
    reference = null,
  } = input;
  const subjectId = input.subjectId ?? NO_SUBJECT;
  const id = newId(now);
  const details =
    input.details && input.subjectId
      ? vault.seal(
          await vault.subjectKey(tx, input.subjectId),
          'audit_event.details',
          canonicalJson(input.details),
        )
      : null;
  const row = {
    id,
    subjectId,
    occurredAt: now,
    actorKind: actor.kind,
    actorId: actorId(actor),
    actorLabel: actorLabel(actor),
    action,
    purpose,
    outcome,
    sections: [...sections],
    requestId,
    sessionHandle: actor.kind === 'subject' || actor.kind === 'staff' ? actor.sessionHandle : null,
    reference,
    details,
    logOrigin: LOG_ORIGIN,
    visibleFrom: now,
  };
  await tx.insert(auditEvent).values({ ...row, rowMac: auditMac(vault, row) });
}

type MacRow = Omit<typeof auditEvent.$inferInsert, 'xid' | 'rowMac'>;

/** MAC over everything but the position in the log. */
export function auditMac(vault: Vault, row: MacRow): string {
  return vault.rowMac('audit_event', [
    row.id,
    row.subjectId,
    row.occurredAt.toISOString(),
    row.actorKind,
    row.actorId,
    row.actorLabel,
    row.action,
    row.purpose,
    row.outcome,
    row.sections.join(','),
    row.requestId,
    row.sessionHandle ?? null,
    row.reference ?? null,
    row.details ?? null,
    row.logOrigin,
    row.visibleFrom.toISOString(),
  ]);
}
