import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { keptAfterErasure } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

/** What a holder can be asked for, once for each request. */
export const taskKinds = [
  'read',
  'export',
  'correct',
  'restrict',
  'erase',
  'verify_erased',
] as const;
export type TaskKind = (typeof taskKinds)[number];
/** `missing`: not answered when it was due, and still asked for. */
export const taskStates = ['waiting', 'claimed', 'acknowledged', 'refused', 'missing'] as const;
export type TaskState = (typeof taskStates)[number];

/** Something another system has to do about a person's data, and what it answered. */
export const holderTask = pgTable(
  'holder_task',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    requestId: uuid('request_id').notNull(),
    holderId: text('holder_id').notNull(),
    kind: text('kind', { enum: taskKinds }).notNull(),
    state: text('state', { enum: taskStates }).notNull(),
    /** By what the holder finds the person. Emptied when the task is over. */
    payload: sealed('payload'),
    /** What a holder gave for a copy, until a copy contains it. */
    answer: sealed('answer'),
    createdAt: moment('created_at').notNull(),
    dueAt: moment('due_at').notNull(),
    /** From when on it may be handed out; null while it may not. */
    availableAt: moment('available_at'),
    claimedAt: moment('claimed_at'),
    leaseUntil: moment('lease_until'),
    /** When it last answered, whether we could use that answer or not: `state` and `lastError` say which. */
    answeredAt: moment('answered_at'),
    endedAt: moment('ended_at'),
    /** When its answer went into a copy. */
    usedAt: moment('used_at'),
    /** Since when it needs a person of ours. */
    escalatedAt: moment('escalated_at'),
    /** Counts how often it was handed out; an answer names the number it belongs to. */
    attempts: integer('attempts').notNull(),
    /** SHA-256 of the answer's canonical JSON. */
    answerHash: text('answer_hash'),
    records: integer('records'),
    keptRecords: integer('kept_records'),
    keptGround: text('kept_ground'),
    keptUntil: moment('kept_until'),
    lastError: text('last_error'),
  },
  (t) => [
    uniqueIndex('holder_task_once_key').on(t.requestId, t.holderId, t.kind),
    index('holder_task_subject').on(t.subjectId, t.createdAt),
    index('holder_task_open').on(t.holderId, t.availableAt).where(sql`ended_at is null`),
  ],
);

export const holderTaskEntry = keptAfterErasure(holderTask, {
  title: 'Questions to other systems',
  about: 'What we asked of other systems that hold your data, and what they answered.',
  section: 'records',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['privacy_rights'],
  recipients: [],
  retention: { period: 'P24M', from: 'endedAt' },
  keep: 'request_records',
  order: 'createdAt',
  columns: {
    id: { kind: 'technical', label: 'Row id', erasure: 'keep' },
    subjectId: { kind: 'technical', label: 'Account id', erasure: 'keep' },
    requestId: { kind: 'technical', label: 'Request', erasure: 'keep' },
    holderId: {
      kind: 'personal',
      label: 'System',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    kind: {
      kind: 'personal',
      label: 'Asked to',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    state: {
      kind: 'personal',
      label: 'State',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    payload: {
      kind: 'technical',
      label: 'By what you are found there',
      storage: 'sealed',
      erasure: 'null',
    },
    // Not a datum of ours: the person has it from the copies it goes into, whole and as it was given.
    answer: {
      kind: 'technical',
      label: 'Answer, until a copy contains it',
      storage: 'sealed',
      erasure: 'null',
    },
    createdAt: {
      kind: 'personal',
      label: 'Asked',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    dueAt: {
      kind: 'personal',
      label: 'Expected by',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    availableAt: { kind: 'technical', label: 'Handed out from', erasure: 'keep' },
    claimedAt: {
      kind: 'personal',
      label: 'Taken',
      category: 'user.privacy_preferences',
      source: 'observed',
      mask: 'shown',
      erasure: 'keep',
    },
    leaseUntil: { kind: 'technical', label: 'Taken until', erasure: 'keep' },
    answeredAt: {
      kind: 'personal',
      label: 'Answered',
      category: 'user.privacy_preferences',
      source: 'observed',
      mask: 'shown',
      erasure: 'keep',
    },
    endedAt: { kind: 'technical', label: 'Over', erasure: 'keep' },
    usedAt: {
      kind: 'personal',
      label: 'Put into a copy',
      category: 'user.privacy_preferences',
      source: 'observed',
      mask: 'shown',
      erasure: 'keep',
    },
    escalatedAt: {
      kind: 'personal',
      label: 'Needs a person since',
      category: 'user.privacy_preferences',
      source: 'observed',
      mask: 'shown',
      erasure: 'keep',
    },
    attempts: { kind: 'technical', label: 'Handed out so often', erasure: 'keep' },
    answerHash: {
      kind: 'personal',
      label: 'SHA-256 of the answer',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    records: {
      kind: 'personal',
      label: 'Records concerned',
      category: 'user.privacy_preferences',
      source: 'third_party',
      mask: 'shown',
      erasure: 'keep',
    },
    keptRecords: {
      kind: 'personal',
      label: 'Records kept there',
      category: 'user.privacy_preferences',
      source: 'third_party',
      mask: 'shown',
      erasure: 'keep',
    },
    keptGround: {
      kind: 'personal',
      label: 'Why they are kept there',
      category: 'user.privacy_preferences',
      source: 'third_party',
      mask: 'shown',
      erasure: 'keep',
    },
    keptUntil: {
      kind: 'personal',
      label: 'Kept there until',
      category: 'user.privacy_preferences',
      source: 'third_party',
      mask: 'shown',
      erasure: 'keep',
    },
    lastError: { kind: 'technical', label: 'Last error, as a code', erasure: 'keep' },
  },
});
