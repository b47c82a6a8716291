import { type SQL, sql } from 'drizzle-orm';
import { index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject, keptAfterErasure } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

/** Why law lets or makes us keep what would go. Each has words in the client. */
export const holdGrounds = [
  'authority_order',
  'legal_claims',
  'payment_dispute',
  'tax_audit',
] as const;
export type HoldGround = (typeof holdGrounds)[number];

/**
 * A reason not to erase yet: on rows of one table or on some of their fields, never on a whole person, and
 * with an end. One member of staff proposes it, and it binds once another has approved it; its release takes two as well. One
 * that ended without an approval never bound anything.
 */
export const legalHold = pgTable(
  'legal_hold',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    /** Name of the table in the database. */
    tableName: text('table_name').notNull(),
    /** One row, or null for all rows of the subject in that table. */
    rowId: uuid('row_id'),
    /** Names of columns in the database that are kept of those rows, or null for the whole of them. */
    fields: text('fields').array(),
    /** Holds from before grounds were a list have a sentence here. */
    ground: text('ground', { enum: holdGrounds }).notNull(),
    /** What the ground is based on, in a sentence. */
    reason: sealed('reason'),
    /** What the person is told besides. */
    note: sealed('note'),
    placedBy: text('placed_by').notNull(),
    placedAt: moment('placed_at').notNull(),
    endsAt: moment('ends_at').notNull(),
    /** Under a legal bar: when the person may know of it. Never after its end. */
    noticeFrom: moment('notice_from'),
    approvedBy: text('approved_by'),
    approvedAt: moment('approved_at'),
    releaseAskedBy: text('release_asked_by'),
    releaseAskedAt: moment('release_asked_at'),
    releasedBy: text('released_by'),
    releasedAt: moment('released_at'),
    /** When it ended or will: what the time counts from for which we keep the record of it. */
    overAt: moment('over_at')
      .notNull()
      .generatedAlwaysAs((): SQL => sql`least(ends_at, released_at)`),
  },
  (t) => [
    index('legal_hold_subject').on(t.subjectId),
    index('legal_hold_open').on(t.endsAt).where(sql`released_at is null`),
  ],
);

export const legalHoldEntry = keptAfterErasure(legalHold, {
  title: 'Legal holds',
  about: 'What we may not delete yet, on which ground and until when.',
  section: 'records',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['legal_holds'],
  recipients: [],
  retention: { period: 'P24M', from: 'overAt' },
  keep: 'request_records',
  order: 'placedAt',
  columns: {
    id: { kind: 'technical', label: 'Row id', erasure: 'keep' },
    subjectId: { kind: 'technical', label: 'Account id', erasure: 'keep' },
    tableName: {
      kind: 'personal',
      label: 'On',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    rowId: { kind: 'technical', label: 'Row', erasure: 'keep' },
    fields: {
      kind: 'personal',
      label: 'Only these fields',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    ground: {
      kind: 'personal',
      label: 'Ground',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    reason: {
      kind: 'personal',
      label: 'Based on',
      category: 'user.content.private',
      storage: 'sealed',
      mask: 'shown',
      erasure: 'shred',
    },
    note: {
      kind: 'personal',
      label: 'What we tell you',
      category: 'user.content.private',
      storage: 'sealed',
      mask: 'shown',
      erasure: 'shred',
    },
    placedBy: { kind: 'technical', label: 'Proposed by', erasure: 'keep' },
    placedAt: {
      kind: 'personal',
      label: 'Proposed',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    endsAt: {
      kind: 'personal',
      label: 'Ends',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    noticeFrom: { kind: 'technical', label: 'Told from', erasure: 'keep' },
    approvedBy: { kind: 'technical', label: 'Approved by', erasure: 'keep' },
    approvedAt: {
      kind: 'personal',
      label: 'Approved',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    releaseAskedBy: { kind: 'technical', label: 'Release asked by', erasure: 'keep' },
    releaseAskedAt: { kind: 'technical', label: 'Release asked', erasure: 'keep' },
    releasedBy: { kind: 'technical', label: 'Released by', erasure: 'keep' },
    releasedAt: {
      kind: 'personal',
      label: 'Released',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    overAt: { kind: 'technical', label: 'Over from', erasure: 'keep' },
  },
});

/**
 * What a hold on single fields keeps of a row that had to go: the row goes on its day, this stays until the
 * hold is over. One row for each hold, row and field.
 */
export const heldValue = pgTable(
  'held_value',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    holdId: uuid('hold_id').notNull(),
    /** Name of the table in the database. */
    tableName: text('table_name').notNull(),
    /** The row that it was a value of. */
    rowId: uuid('row_id').notNull(),
    /** Name of the column in the database. */
    field: text('field').notNull(),
    value: sealed('value').notNull(),
    setAsideAt: moment('set_aside_at').notNull(),
    /** The end of the hold. A release deletes it before. */
    keptUntil: moment('kept_until').notNull(),
  },
  (t) => [
    uniqueIndex('held_value_key').on(t.holdId, t.rowId, t.field),
    index('held_value_subject').on(t.subjectId, t.setAsideAt),
  ],
);

export const heldValueEntry = erasedWithSubject(heldValue, {
  title: 'Held values',
  about: 'What a legal hold kept of an entry that has been deleted since.',
  section: 'records',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['legal_holds'],
  recipients: [],
  retention: { period: 'P0D', from: 'keptUntil' },
  order: 'setAsideAt',
  columns: {
    id: { kind: 'technical', label: 'Row id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    holdId: { kind: 'technical', label: 'Hold' },
    tableName: {
      kind: 'personal',
      label: 'Of',
      category: 'system.operations',
      mask: 'shown',
    },
    rowId: { kind: 'technical', label: 'Row' },
    field: { kind: 'personal', label: 'Field', category: 'system.operations', mask: 'shown' },
    value: {
      kind: 'personal',
      label: 'Value',
      category: 'user.content.private',
      storage: 'sealed',
      mask: 'hidden',
    },
    setAsideAt: {
      kind: 'personal',
      label: 'Set aside',
      category: 'system.operations',
      mask: 'shown',
    },
    keptUntil: {
      kind: 'personal',
      label: 'Kept until',
      category: 'system.operations',
      mask: 'shown',
    },
  },
});
