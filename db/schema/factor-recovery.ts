import { sql } from 'drizzle-orm';
import { index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

/** How the recovery of lost factors ended. Each has words in the client and in the letter. */
export const recoveryEnds = [
  'enrolled',
  'refused',
  'lapsed',
  'undecided',
  'stopped_by_link',
  'stopped_signed_in',
  'stopped_by_factor',
  'stopped_by_address',
] as const;
export type RecoveryEnd = (typeof recoveryEnds)[number];

/**
 * What a case about lost factors is besides its thread: a waiting time, a proposal of one member of staff,
 * the approval of another, and an end. The database holds the waiting time and the two people.
 */
export const factorRecovery = pgTable(
  'factor_recovery',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    ticketId: uuid('ticket_id').notNull(),
    /** Keyed hash of what stands in the link that stops it. */
    stopHash: text('stop_hash').notNull(),
    openedAt: moment('opened_at').notNull(),
    proposedBy: uuid('proposed_by'),
    proposedLabel: text('proposed_label'),
    proposedAt: moment('proposed_at'),
    proposalReason: sealed('proposal_reason'),
    approvedBy: uuid('approved_by'),
    approvedLabel: text('approved_label'),
    approvedAt: moment('approved_at'),
    endedAt: moment('ended_at'),
    endedHow: text('ended_how', { enum: recoveryEnds }),
    /** After a new factor: until when nothing is taken that would carry the account away. */
    restrictedUntil: moment('restricted_until'),
  },
  (t) => [
    uniqueIndex('factor_recovery_open').on(t.subjectId).where(sql`ended_at is null`),
    uniqueIndex('factor_recovery_ticket_key').on(t.ticketId),
    uniqueIndex('factor_recovery_stop_key').on(t.stopHash),
    index('factor_recovery_subject').on(t.subjectId, t.openedAt),
  ],
);

export const factorRecoveryEntry = erasedWithSubject(factorRecovery, {
  title: 'Recoveries of lost sign-in devices',
  about:
    'When a new authenticator was asked for without the old one, who decided it, and how it ended.',
  section: 'security',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['authenticate', 'platform_security'],
  recipients: [],
  retention: { period: 'P24M', from: 'endedAt' },
  order: 'openedAt',
  columns: {
    id: { kind: 'technical', label: 'Row id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    ticketId: { kind: 'technical', label: 'Case' },
    stopHash: { kind: 'secret', label: 'Link to stop it, hashed' },
    openedAt: {
      kind: 'personal',
      label: 'Asked for',
      category: 'user.authorization',
      mask: 'shown',
    },
    proposedBy: { kind: 'technical', label: 'Account of who proposed it' },
    proposedLabel: {
      kind: 'personal',
      label: 'Proposed by',
      category: 'system.operations',
      mask: 'shown',
    },
    proposedAt: {
      kind: 'personal',
      label: 'Proposed',
      category: 'system.operations',
      mask: 'shown',
    },
    proposalReason: {
      kind: 'personal',
      label: 'Reason',
      category: 'user.content.private',
      storage: 'sealed',
      mask: 'shown',
    },
    approvedBy: { kind: 'technical', label: 'Account of who approved it' },
    approvedLabel: {
      kind: 'personal',
      label: 'Approved by',
      category: 'system.operations',
      mask: 'shown',
    },
    approvedAt: {
      kind: 'personal',
      label: 'Approved',
      category: 'system.operations',
      mask: 'shown',
    },
    endedAt: { kind: 'personal', label: 'Ended', category: 'user.authorization', mask: 'shown' },
    endedHow: {
      kind: 'personal',
      label: 'How it ended',
      category: 'user.authorization',
      mask: 'shown',
    },
    restrictedUntil: {
      kind: 'personal',
      label: 'No copies, deletion or new address until',
      category: 'user.authorization',
      source: 'derived',
      mask: 'shown',
    },
  },
});
