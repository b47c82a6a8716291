import { boolean, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject, withoutSubject } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

/** Every message that left or will leave. */
export const outboundMail = pgTable(
  'outbound_mail',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    template: text('template').notNull(),
    optional: boolean('optional').notNull(),
    toAddress: sealed('to_address').notNull(),
    subjectLine: sealed('subject_line').notNull(),
    bodyText: sealed('body_text').notNull(),
    /** The same event never writes twice. */
    dedupeKey: text('dedupe_key').notNull(),
    state: text('state', { enum: ['queued', 'sent', 'withheld'] }).notNull(),
    createdAt: moment('created_at').notNull(),
    sentAt: moment('sent_at'),
  },
  (t) => [
    uniqueIndex('outbound_mail_dedupe_key').on(t.dedupeKey),
    index('outbound_mail_subject').on(t.subjectId, t.createdAt),
  ],
);

export const outboundMailEntry = erasedWithSubject(outboundMail, {
  title: 'E-mails we sent',
  about: 'Each message we sent to you, as it was sent.',
  section: 'communication',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['service_notices', 'marketing'],
  recipients: ['northmail'],
  retention: { period: 'P24M', from: 'createdAt' },
  order: 'createdAt',
  columns: {
    id: { kind: 'technical', label: 'Message' },
    subjectId: { kind: 'technical', label: 'Account id' },
    template: { kind: 'personal', label: 'Kind', category: 'user.account', mask: 'shown' },
    optional: { kind: 'technical', label: 'Optional' },
    toAddress: {
      kind: 'personal',
      label: 'To',
      category: 'user.contact.email',
      storage: 'sealed',
      source: 'given',
    },
    subjectLine: {
      kind: 'personal',
      label: 'Subject',
      category: 'user.content.private',
      storage: 'sealed',
    },
    bodyText: {
      kind: 'personal',
      label: 'Text',
      category: 'user.content.private',
      storage: 'sealed',
      mask: 'hidden',
    },
    dedupeKey: { kind: 'technical', label: 'Event' },
    state: {
      kind: 'personal',
      label: 'State',
      category: 'user.account',
      source: 'observed',
      mask: 'shown',
    },
    createdAt: {
      kind: 'personal',
      label: 'Written',
      category: 'user.account',
      source: 'observed',
      mask: 'shown',
    },
    sentAt: {
      kind: 'personal',
      label: 'Sent',
      category: 'user.account',
      source: 'observed',
      mask: 'shown',
    },
  },
});

/** The last letter of an erased account: under a key of its own, gone once it is sent. */
export const farewellMail = pgTable('farewell_mail', {
  id: uuid('id').primaryKey(),
  keepId: uuid('keep_id').notNull(),
  dedupeKey: text('dedupe_key').notNull().unique(),
  toAddress: sealed('to_address'),
  subjectLine: text('subject_line').notNull(),
  bodyText: text('body_text').notNull(),
  state: text('state', { enum: ['queued', 'sent'] }).notNull(),
  createdAt: moment('created_at').notNull(),
  sentAt: moment('sent_at'),
});

export const farewellMailEntry = withoutSubject(farewellMail, {
  title: 'Last letters',
  about: 'The message that an account is gone; its address is deleted as soon as it is sent.',
  key: 'system',
  retention: { period: 'P30D', from: 'createdAt' },
  columns: {
    id: { kind: 'technical', label: 'Message' },
    keepId: { kind: 'technical', label: 'Key of this letter' },
    dedupeKey: { kind: 'technical', label: 'Event' },
    toAddress: { kind: 'personal', label: 'To', category: 'user.contact.email', storage: 'sealed' },
    subjectLine: { kind: 'technical', label: 'Subject' },
    bodyText: { kind: 'technical', label: 'Text, the same for everybody' },
    state: { kind: 'technical', label: 'State' },
    createdAt: { kind: 'technical', label: 'Written' },
    sentAt: { kind: 'technical', label: 'Sent' },
  },
});
