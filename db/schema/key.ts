import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject, withoutSubject } from '../data-map/define.ts';
import { moment, subjectId } from './column.ts';

/** One data key per subject, wrapped by a key outside the database. Deleting the row shreds. */
export const subjectKey = pgTable('subject_key', {
  subjectId: subjectId().primaryKey(),
  kekVersion: integer('kek_version').notNull(),
  wrapped: text('wrapped').notNull(),
  createdAt: moment('created_at').notNull(),
});

export const subjectKeyEntry = erasedWithSubject(subjectKey, {
  title: 'Encryption key',
  about: 'The key your sealed data is encrypted with, itself encrypted.',
  section: 'security',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['platform_security'],
  recipients: [],
  retention: 'account',
  order: 'createdAt',
  columns: {
    subjectId: { kind: 'technical', label: 'Account id' },
    kekVersion: { kind: 'technical', label: 'Version of the wrapping key' },
    wrapped: { kind: 'secret', label: 'Wrapped key' },
    createdAt: { kind: 'technical', label: 'Made' },
  },
});

/** A key for what a law keeps after an erasure; it dies when the keep ends. */
export const keepKey = pgTable('keep_key', {
  id: uuid('id').primaryKey(),
  kekVersion: integer('kek_version').notNull(),
  wrapped: text('wrapped').notNull(),
  ground: text('ground').notNull(),
  createdAt: moment('created_at').notNull(),
  endsAt: moment('ends_at').notNull(),
});

export const keepKeyEntry = withoutSubject(keepKey, {
  title: 'Keys of what is kept by law',
  about: 'One key for each keep of an erased account; deleted on the day the keep ends.',
  key: 'system',
  retention: { period: 'P0D', from: 'endsAt' },
  columns: {
    id: { kind: 'technical', label: 'Keep' },
    kekVersion: { kind: 'technical', label: 'Version of the wrapping key' },
    wrapped: { kind: 'secret', label: 'Wrapped key' },
    ground: { kind: 'technical', label: 'Ground' },
    createdAt: { kind: 'technical', label: 'Made' },
    endsAt: { kind: 'technical', label: 'Ends' },
  },
});

/** A known text under each wrapping key: a wrong or missing key is noticed before anything is served. */
export const keyCheck = pgTable('key_check', {
  kekVersion: integer('kek_version').primaryKey(),
  sealedText: text('sealed_text').notNull(),
  createdAt: moment('created_at').notNull(),
  /** From then on the database takes no key under this version; nothing is under it any more. */
  retiredAt: moment('retired_at'),
});

export const keyCheckEntry = withoutSubject(keyCheck, {
  title: 'Key check',
  about: 'Shows at start whether the key outside the database is the right one.',
  key: 'system',
  retention: 'permanent',
  columns: {
    kekVersion: { kind: 'technical', label: 'Version of the wrapping key' },
    sealedText: { kind: 'technical', label: 'Known text, sealed' },
    createdAt: { kind: 'technical', label: 'Made' },
    retiredAt: { kind: 'technical', label: 'Retired' },
  },
});
