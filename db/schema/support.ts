import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

export const supportTicket = pgTable(
  'support_ticket',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    reference: text('reference').notNull().unique(),
    subjectLine: sealed('subject_line').notNull(),
    state: text('state', { enum: ['open', 'waiting', 'closed'] }).notNull(),
    openedAt: moment('opened_at').notNull(),
    closedAt: moment('closed_at'),
  },
  (t) => [index('support_ticket_subject').on(t.subjectId)],
);

export const supportTicketEntry = erasedWithSubject(supportTicket, {
  title: 'Support tickets',
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
      label: 'Ticket',
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
    closedAt: {
      kind: 'personal',
      label: 'Closed',
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
    ticketId: { kind: 'technical', label: 'Ticket' },
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
