import { sql } from 'drizzle-orm';
import { bigint, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject, withoutSubject } from '../data-map/define.ts';
import { moment, subjectId, xid8 } from './column.ts';

export const subjectEventKinds = [
  'account.provisioned',
  'account.corrected',
  'consent.changed',
  'deletion.begun',
  'deletion.cancelled',
] as const;

/** That something of a person changed which services act on: ids and codes, never a value. */
export const subjectEvent = pgTable(
  'subject_event',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    kind: text('kind', { enum: subjectEventKinds }).notNull(),
    /** Names of fields, or topics with their channel. */
    codes: text('codes').array().notNull(),
    occurredAt: moment('occurred_at').notNull(),
    /** An event gets its position once no older transaction can still commit. */
    xid: xid8('xid').notNull().default(sql`pg_current_xact_id()`),
    /** Its place in the order in which services are told; null until it has one. */
    position: bigint('position', { mode: 'number' }),
  },
  (t) => [
    index('subject_event_subject').on(t.subjectId, t.occurredAt),
    index('subject_event_position').on(t.position),
    index('subject_event_waiting').on(t.xid).where(sql`position is null`),
  ],
);

export const subjectEventEntry = erasedWithSubject(subjectEvent, {
  title: 'What our services are told',
  about: 'That a choice, a correction or a deletion of yours concerns our other systems.',
  section: 'records',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['privacy_rights'],
  recipients: [],
  retention: { period: 'P90D', from: 'occurredAt' },
  order: 'occurredAt',
  columns: {
    id: { kind: 'technical', label: 'Event' },
    subjectId: { kind: 'technical', label: 'Account id' },
    occurredAt: { kind: 'personal', label: 'When', category: 'system.operations', mask: 'shown' },
    kind: { kind: 'personal', label: 'What', category: 'system.operations', mask: 'shown' },
    codes: { kind: 'personal', label: 'Which', category: 'system.operations', mask: 'shown' },
    xid: { kind: 'technical', label: 'Transaction' },
    position: { kind: 'technical', label: 'Place in the order' },
  },
});

/** An account id whose deletion is complete: nobody's any more, told to services that held data by it. */
export const erasedAccount = pgTable(
  'erased_account',
  {
    accountId: uuid('account_id').primaryKey(),
    erasedAt: moment('erased_at').notNull(),
    xid: xid8('xid').notNull().default(sql`pg_current_xact_id()`),
    position: bigint('position', { mode: 'number' }),
  },
  (t) => [
    index('erased_account_position').on(t.position),
    index('erased_account_waiting').on(t.xid).where(sql`position is null`),
  ],
);

export const erasedAccountEntry = withoutSubject(erasedAccount, {
  title: 'Deleted accounts',
  about: 'Random ids of accounts that are gone, so that other systems learn of it.',
  key: 'system',
  retention: { period: 'P90D', from: 'erasedAt' },
  columns: {
    accountId: { kind: 'technical', label: 'Account id' },
    erasedAt: { kind: 'technical', label: 'Deleted' },
    xid: { kind: 'technical', label: 'Transaction' },
    position: { kind: 'technical', label: 'Place in the order' },
  },
});
