import { sql } from 'drizzle-orm';
import { index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

/**
 * A question is answered; of a correction, a review and a dispute the law asks a decision, with its reason and
 * in time. Lost factors are decided by two people.
 */
export const caseKinds = [
  'question',
  'correction',
  'human_review',
  'dispute',
  'lost_factors',
] as const;
export type CaseKind = (typeof caseKinds)[number];
/** `open`: waits for us; `waiting`: for the customer. */
export const caseStates = ['open', 'waiting', 'closed'] as const;
export const caseDecisions = ['granted', 'partly', 'refused', 'answered', 'withdrawn'] as const;
export type CaseDecision = (typeof caseDecisions)[number];

export const supportTicket = pgTable(
  'support_ticket',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    reference: text('reference').notNull().unique(),
    subjectLine: sealed('subject_line').notNull(),
    kind: text('kind', { enum: caseKinds }).notNull(),
    state: text('state', { enum: caseStates }).notNull(),
    openedAt: moment('opened_at').notNull(),
    /** Last moment for the answer. */
    dueAt: moment('due_at').notNull(),
    closedAt: moment('closed_at'),
    /** Account of the member of staff who works on it. */
    assignedTo: uuid('assigned_to'),
    assignedLabel: text('assigned_label'),
    /** A field as table and column, a decision, or an entry of the log; null for a question. */
    aboutKind: text('about_kind', { enum: ['field', 'decision', 'entry'] }),
    aboutId: text('about_id'),
    proposedValue: sealed('proposed_value'),
    /** The request under GDPR Art. 16 that a correction is at the same time. */
    requestReference: text('request_reference'),
    decision: text('decision', { enum: caseDecisions }),
    decisionReason: sealed('decision_reason'),
    decidedBy: text('decided_by'),
    decidedAt: moment('decided_at'),
  },
  (t) => [
    index('support_ticket_subject').on(t.subjectId),
    index('support_ticket_queue').on(t.dueAt, t.id),
    uniqueIndex('support_ticket_about_key')
      .on(t.subjectId, t.aboutKind, t.aboutId)
      .where(sql`state <> 'closed'`),
  ],
);

export const supportTicketEntry = erasedWithSubject(supportTicket, {
  title: 'Cases',
  about: 'What you asked our support.',
  section: 'support',
  subject: 'subjectId',
  source: 'given',
  purposes: ['support'],
  recipients: [],
  retention: { period: 'P24M', from: 'closedAt' },
  order: 'openedAt',
  columns: {
    id: { kind: 'technical', label: 'Row id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    reference: {
      kind: 'personal',
      label: 'Case',
      category: 'user.content.private',
      source: 'derived',
      mask: 'shown',
    },
    subjectLine: {
      kind: 'personal',
      label: 'About',
      category: 'user.content.private',
      storage: 'sealed',
    },
    kind: {
      kind: 'personal',
      label: 'Kind',
      category: 'user.content.private',
      source: 'derived',
      mask: 'shown',
    },
    state: {
      kind: 'personal',
      label: 'State',
      category: 'user.content.private',
      source: 'derived',
      mask: 'shown',
    },
    openedAt: {
      kind: 'personal',
      label: 'Opened',
      category: 'user.content.private',
      source: 'observed',
      mask: 'shown',
    },
    dueAt: {
      kind: 'personal',
      label: 'Answer by',
      category: 'user.content.private',
      source: 'derived',
      mask: 'shown',
    },
    closedAt: {
      kind: 'personal',
      label: 'Closed',
      category: 'user.content.private',
      source: 'observed',
      mask: 'shown',
    },
    assignedTo: { kind: 'technical', label: 'Account of who works on it' },
    assignedLabel: {
      kind: 'personal',
      label: 'Worked on by',
      category: 'user.content.private',
      source: 'observed',
      mask: 'shown',
    },
    aboutKind: {
      kind: 'personal',
      label: 'About what kind of thing',
      category: 'user.content.private',
      source: 'derived',
      mask: 'shown',
    },
    aboutId: { kind: 'technical', label: 'About which' },
    proposedValue: {
      kind: 'personal',
      label: 'Value you proposed',
      category: 'user.content.private',
      storage: 'sealed',
    },
    requestReference: {
      kind: 'personal',
      label: 'Request',
      category: 'user.content.private',
      source: 'derived',
      mask: 'shown',
    },
    decision: {
      kind: 'personal',
      label: 'Decision',
      category: 'user.content.private',
      source: 'derived',
      mask: 'shown',
    },
    decisionReason: {
      kind: 'personal',
      label: 'Reason of the decision',
      category: 'user.content.private',
      storage: 'sealed',
    },
    decidedBy: {
      kind: 'personal',
      label: 'Decided by',
      category: 'user.content.private',
      source: 'observed',
      mask: 'shown',
    },
    decidedAt: {
      kind: 'personal',
      label: 'Decided',
      category: 'user.content.private',
      source: 'observed',
      mask: 'shown',
    },
  },
});

export const supportMessage = pgTable(
  'support_message',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    ticketId: uuid('ticket_id').notNull(),
    author: text('author', { enum: ['customer', 'support'] }).notNull(),
    authorLabel: text('author_label').notNull(),
    body: sealed('body').notNull(),
    sentAt: moment('sent_at').notNull(),
  },
  (t) => [index('support_message_subject').on(t.subjectId, t.sentAt)],
);

export const supportMessageEntry = erasedWithSubject(supportMessage, {
  title: 'Support messages',
  about: 'What you and our support wrote to each other.',
  section: 'support',
  subject: 'subjectId',
  source: 'given',
  purposes: ['support'],
  recipients: [],
  retention: { period: 'P30M', from: 'sentAt' },
  order: 'sentAt',
  columns: {
    id: { kind: 'technical', label: 'Row id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    ticketId: { kind: 'technical', label: 'Case' },
    author: {
      kind: 'personal',
      label: 'From',
      category: 'user.content.private',
      source: 'observed',
      mask: 'shown',
    },
    authorLabel: {
      kind: 'personal',
      label: 'Written by',
      category: 'user.content.private',
      source: 'observed',
      mask: 'shown',
    },
    body: { kind: 'personal', label: 'Text', category: 'user.content.private', storage: 'sealed' },
    sentAt: {
      kind: 'personal',
      label: 'Sent',
      category: 'user.content.private',
      source: 'observed',
      mask: 'shown',
    },
  },
});
