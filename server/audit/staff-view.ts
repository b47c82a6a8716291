import { type Tx, withSubject } from '../../db/connect.ts';
import type { Section } from '../../db/data-map/vocabulary.ts';
import type { LiveSession } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { recordAudit } from './record.ts';

type Look = {
  session: LiveSession;
  /** Name of the procedure behind the page. */
  page: string;
  sections?: readonly Section[];
  /** Labels of the fields that were shown, as the customer knows them. */
  fields?: readonly string[];
  outcome?: 'done' | 'refused';
};
type Call = { deps: Deps; requestId: string; now: Date };

/** Records what support sees under a grant, before it is read: who, which page, which fields, which ticket. */
export function recordStaffView(call: Call, look: Look): Promise<void> {
  return withSubject(call.deps.connection.db, look.session.subjectId, 'read', (tx) =>
    recordStaffViewIn(tx, call, look),
  );
}

/** The same in the transaction of the read. */
export async function recordStaffViewIn(
  tx: Tx,
  { deps, requestId, now }: Call,
  { session, page, sections = [], fields = [], outcome = 'done' }: Look,
): Promise<void> {
  const { subjectId, actorId, grant, handle } = session;
  if (actorId === null || grant === null) throw new TypeError('not an impersonation');
  await recordAudit(tx, deps.vault, {
    action: 'staff.viewed',
    actor: {
      kind: 'staff',
      accountId: actorId,
      label: grant.actorLabel,
      sessionHandle: handle,
    },
    subjectId,
    purpose: 'support',
    outcome,
    sections,
    reference: grant.ticket,
    requestId,
    details: { page, ...(fields.length > 0 ? { fields: [...fields] } : {}) },
    now,
  });
}
