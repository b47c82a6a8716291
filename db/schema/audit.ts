import { sql } from 'drizzle-orm';
import { index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { keptAfterErasure } from '../data-map/define.ts';
import { moment, sealed, subjectId, xid8 } from './column.ts';

export const actorKinds = ['subject', 'staff', 'service', 'system'] as const;
export const auditOutcomes = ['done', 'refused', 'failed'] as const;

/**
 * Who did what to whose data, when and why. Partitioned by month on `occurred_at`; inserted, never
 * updated. Events about nobody's data carry the nil subject.
 */
export const auditEvent = pgTable(
  'audit_event',
  {
    id: uuid('id').notNull(),
    subjectId: subjectId(),
    occurredAt: moment('occurred_at').notNull(),
    actorKind: text('actor_kind', { enum: actorKinds }).notNull(),
    /** Account id of a person, name of a service or a job. */
    actorId: text('actor_id').notNull(),
    /** How the actor is shown: "You", "Support agent S-17", "billing". */
    actorLabel: text('actor_label').notNull(),
    action: text('action').notNull(),
    purpose: text('purpose').notNull(),
    outcome: text('outcome', { enum: auditOutcomes }).notNull(),
    /** Chapters of the data map that were seen or changed. */
    sections: text('sections').array().notNull(),
    requestId: text('request_id').notNull(),
    sessionHandle: uuid('session_handle'),
    reference: text('reference'),
    details: sealed('details'),
    /** For sealing: an event is sealed once no older transaction can still commit. */
    xid: xid8('xid').notNull().default(sql`pg_current_xact_id()`),
    logOrigin: text('log_origin').notNull(),
    visibleFrom: moment('visible_from').notNull(),
    rowMac: text('row_mac').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.subjectId, t.occurredAt, t.id] }),
    index('audit_event_session').on(t.subjectId, t.sessionHandle),
  ],
);

export const auditEventEntry = keptAfterErasure(auditEvent, {
  title: 'Who looked',
  about: 'Every act on your data: who, when, why, and how it ended.',
  section: 'records',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['accountability'],
  recipients: [],
  retention: { period: 'P24M', from: 'occurredAt' },
  keep: 'access_records',
  order: 'occurredAt',
  columns: {
    id: { kind: 'technical', label: 'Event', erasure: 'keep' },
    subjectId: { kind: 'technical', label: 'Account id', erasure: 'keep' },
    occurredAt: {
      kind: 'personal',
      label: 'When',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    actorKind: {
      kind: 'personal',
      label: 'Kind of actor',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    actorId: { kind: 'technical', label: 'Actor', erasure: 'keep' },
    actorLabel: {
      kind: 'personal',
      label: 'Who',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    action: {
      kind: 'personal',
      label: 'What',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    purpose: {
      kind: 'personal',
      label: 'Why',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    outcome: {
      kind: 'personal',
      label: 'Outcome',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    sections: {
      kind: 'personal',
      label: 'Categories',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    requestId: { kind: 'technical', label: 'Request id', erasure: 'keep' },
    sessionHandle: { kind: 'technical', label: 'Session', erasure: 'keep' },
    reference: {
      kind: 'personal',
      label: 'Reference',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    details: {
      kind: 'personal',
      label: 'Details',
      category: 'system.operations',
      storage: 'sealed',
      mask: 'hidden',
      erasure: 'shred',
    },
    xid: { kind: 'technical', label: 'Transaction', erasure: 'keep' },
    logOrigin: { kind: 'technical', label: 'Log', erasure: 'keep' },
    visibleFrom: { kind: 'technical', label: 'Visible from', erasure: 'keep' },
    rowMac: { kind: 'technical', label: 'Proof that the row was not altered', erasure: 'keep' },
  },
});
