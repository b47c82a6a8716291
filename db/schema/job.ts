import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { withoutSubject } from '../data-map/define.ts';
import { moment } from './column.ts';

/** Work that survives a crash. The payload holds ids and codes, never personal data. */
export const job = pgTable(
  'job',
  {
    id: uuid('id').primaryKey(),
    kind: text('kind').notNull(),
    subjectId: uuid('subject_id'),
    payload: jsonb('payload').$type<Record<string, string | number>>().notNull(),
    runAt: moment('run_at').notNull(),
    /** Attempts begun; names files. */
    attempts: integer('attempts').notNull(),
    /** Attempts that ended with an error. */
    failures: integer('failures').notNull().default(0),
    /** Attempts of which no end is known: the one under way, and those whose process was killed. */
    unended: integer('unended').notNull().default(0),
    /** So many failures and the job is dead. */
    maxAttempts: integer('max_attempts').notNull(),
    state: text('state', { enum: ['ready', 'done', 'dead'] }).notNull(),
    lastError: text('last_error'),
    /** A second job with the same key is not inserted while the first is not done. */
    dedupeKey: text('dedupe_key'),
    createdAt: moment('created_at').notNull(),
    finishedAt: moment('finished_at'),
  },
  (t) => [
    index('job_ready').on(t.runAt).where(sql`state = 'ready'`),
    uniqueIndex('job_dedupe_key').on(t.dedupeKey).where(sql`state = 'ready'`),
  ],
);

export const jobEntry = withoutSubject(job, {
  title: 'Jobs',
  about: 'Work waiting or done, by ids only.',
  key: 'system',
  retention: { period: 'P30D', from: 'finishedAt' },
  columns: {
    id: { kind: 'technical', label: 'Job' },
    kind: { kind: 'technical', label: 'Kind' },
    subjectId: { kind: 'technical', label: 'Account id' },
    payload: { kind: 'technical', label: 'Ids it works on' },
    runAt: { kind: 'technical', label: 'Not before' },
    attempts: { kind: 'technical', label: 'Attempts' },
    failures: { kind: 'technical', label: 'Attempts that failed' },
    unended: { kind: 'technical', label: 'Attempts without a known end' },
    maxAttempts: { kind: 'technical', label: 'Failures allowed' },
    state: { kind: 'technical', label: 'State' },
    lastError: { kind: 'technical', label: 'Last error, as a code' },
    dedupeKey: { kind: 'technical', label: 'Once per' },
    createdAt: { kind: 'technical', label: 'Made' },
    finishedAt: { kind: 'technical', label: 'Finished' },
  },
});
