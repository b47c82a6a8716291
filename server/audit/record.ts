import type { Tx } from '../../db/connect.ts';
import type { Purpose, Section } from '../../db/data-map/vocabulary.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { type Actor, actorId, actorLabel, NO_SUBJECT } from '../actor.ts';
import { canonicalJson, type Json } from '../crypto/canonical.ts';
import { newId } from '../crypto/token.ts';
import type { DataKey, Vault } from '../crypto/vault.ts';
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
  /** Sealed under the subject's key. Codes, names of fields, what staff gave as their ground; never values. */
  details?: { readonly [key: string]: Json };
  /**
   * Under a legal bar, the latest moment from which its subject may see it: as soon as nothing bars it any
   * more they do (`db/data-map/shown.ts`). At once in all other cases.
   */
  visibleFrom?: Date | null;
  now: Date;
};

/**
 * Records who did what, in the transaction of the act: both commit or neither. Takes a `Tx`, so that a
 * record cannot come apart from its act.
 */
export async function recordAudit(tx: Tx, vault: Vault, input: AuditInput): Promise<void> {
  await recordAudits(tx, vault, [input]);
}

/** The same for an act that concerns many: an event for each of them, in one insert. */
export async function recordAudits(
  tx: Tx,
  vault: Vault,
  inputs: readonly AuditInput[],
): Promise<void> {
  if (inputs.length === 0) return;
  const sealedFor = inputs.flatMap(({ details, subjectId }) =>
    details && subjectId ? [subjectId] : [],
  );
  const keys = await vault.subjectKeys(tx, sealedFor);
  const rows = inputs.map((input) => eventRow(vault, input, keys));
  await tx.insert(auditEvent).values(rows.map((row) => ({ ...row, rowMac: auditMac(vault, row) })));
}

function eventRow(
  vault: Vault,
  input: AuditInput,
  keys: ReadonlyMap<string, DataKey>,
): MacRow & { id: string } {
  const { action, actor, purpose, now, requestId } = input;
  const { outcome = 'done', sections = [], reference = null, details, subjectId } = input;
  const { visibleFrom } = input;
  const key = details && subjectId ? keys.get(subjectId) : undefined;
  return {
    id: newId(now),
    subjectId: subjectId ?? NO_SUBJECT,
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
    details: key && details ? vault.seal(key, 'audit_event.details', canonicalJson(details)) : null,
    logOrigin: LOG_ORIGIN,
    visibleFrom: visibleFrom && visibleFrom > now ? visibleFrom : now,
  };
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
