import { boolean, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject } from '../data-map/define.ts';
import { moment, subjectId } from './column.ts';

export const contactReasons = [
  'service_message',
  'consented',
  'never_asked',
  'withdrawn',
  'account_closing',
  'being_erased',
] as const;

/** What a service was answered when it asked whether a person may be written to. Never updated. */
export const contactDecision = pgTable(
  'contact_decision',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    serviceId: text('service_id').notNull(),
    topic: text('topic').notNull(),
    channel: text('channel').notNull(),
    allowed: boolean('allowed').notNull(),
    reason: text('reason', { enum: contactReasons }).notNull(),
    /** The choice it rests on, by its receipt id. */
    receiptId: uuid('receipt_id'),
    purpose: text('purpose').notNull(),
    decidedAt: moment('decided_at').notNull(),
  },
  (t) => [index('contact_decision_subject').on(t.subjectId, t.decidedAt)],
);

export const contactDecisionEntry = erasedWithSubject(contactDecision, {
  title: 'Whether we may write to you',
  about: 'Each time a service asked whether it may send you a message, and what it was answered.',
  section: 'communication',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['privacy_rights', 'accountability'],
  recipients: [],
  retention: { period: 'P12M', from: 'decidedAt' },
  order: 'decidedAt',
  columns: {
    id: {
      kind: 'pseudonymous',
      label: 'Decision id',
      category: 'user.privacy_preferences',
      mask: 'shown',
    },
    subjectId: { kind: 'technical', label: 'Account id' },
    decidedAt: {
      kind: 'personal',
      label: 'When',
      category: 'user.privacy_preferences',
      mask: 'shown',
    },
    serviceId: { kind: 'personal', label: 'Service', category: 'system.operations', mask: 'shown' },
    topic: { kind: 'personal', label: 'Topic', category: 'system.operations', mask: 'shown' },
    channel: { kind: 'personal', label: 'Channel', category: 'system.operations', mask: 'shown' },
    allowed: {
      kind: 'personal',
      label: 'Allowed',
      category: 'user.privacy_preferences',
      mask: 'shown',
    },
    reason: {
      kind: 'personal',
      label: 'Because',
      category: 'user.privacy_preferences',
      mask: 'shown',
    },
    receiptId: {
      kind: 'pseudonymous',
      label: 'Your choice, by its receipt id',
      category: 'user.privacy_preferences',
      mask: 'shown',
    },
    purpose: { kind: 'personal', label: 'Why', category: 'system.operations', mask: 'shown' },
  },
});
