import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { keptAfterErasure } from '../data-map/define.ts';
import { moment, subjectId } from './column.ts';

/** A reason not to erase yet: on rows of one table, never on a whole person, and with an end. */
export const legalHold = pgTable(
  'legal_hold',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    /** Name of the table in the database. */
    tableName: text('table_name').notNull(),
    /** One row, or null for all rows of the subject in that table. */
    rowId: uuid('row_id'),
    ground: text('ground').notNull(),
    placedBy: text('placed_by').notNull(),
    placedAt: moment('placed_at').notNull(),
    endsAt: moment('ends_at').notNull(),
    releasedAt: moment('released_at'),
  },
  (t) => [index('legal_hold_subject').on(t.subjectId)],
);

export const legalHoldEntry = keptAfterErasure(legalHold, {
  title: 'Legal holds',
  about: 'What we may not delete yet, on which ground and until when.',
  section: 'records',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['privacy_rights'],
  recipients: [],
  retention: { period: 'P24M', from: 'endsAt' },
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
    ground: {
      kind: 'personal',
      label: 'Ground',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
    placedBy: { kind: 'technical', label: 'Placed by', erasure: 'keep' },
    placedAt: {
      kind: 'personal',
      label: 'Placed',
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
    releasedAt: {
      kind: 'personal',
      label: 'Released',
      category: 'system.operations',
      mask: 'shown',
      erasure: 'keep',
    },
  },
});
