import { sql } from 'drizzle-orm';
import {
  bigint,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { erasedWithSubject, keptAfterErasure, withoutSubject } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

export const requestKinds = ['portability', 'erasure', 'rectification'] as const;
export type RequestKind = (typeof requestKinds)[number];
/**
 * `waiting`: in its grace period or held; `running`: a job works on it; `unconfirmed`: support asked for
 * it, and nothing is done before the customer says yes.
 */
export const requestStates = [
  'waiting',
  'running',
  'completed',
  'cancelled',
  'failed',
  'unconfirmed',
] as const;
export type RequestState = (typeof requestStates)[number];
/** What became of asking a customer to confirm: they said yes or no, or the time for it ran out. */
export const requestAnswers = ['confirmed', 'declined', 'lapsed'] as const;

/** A data subject request under GDPR Art. 15–21, with its clock. */
export const dataSubjectRequest = pgTable(
  'data_subject_request',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    reference: text('reference').notNull(),
    kind: text('kind', { enum: requestKinds }).notNull(),
    state: text('state', { enum: requestStates }).notNull(),
    receivedAt: moment('received_at').notNull(),
    dueAt: moment('due_at').notNull(),
    /** When an erasure starts to run: the end of the grace period. */
    executesAt: moment('executes_at'),
    /** Chapters chosen for a copy; empty for an erasure, which takes all. */
    sections: text('sections').array().notNull(),
    /** Canonical JSON (RFC 8785) of the erasure plan as confirmed; counts and rules, no values. */
    plan: text('plan'),
    planHash: text('plan_hash'),
    /** What was asked to be corrected, for a rectification. */
    field: text('field'),
    proposedValue: sealed('proposed_value'),
    receiptCodeHash: text('receipt_code_hash'),
    endedAt: moment('ended_at'),
    failure: text('failure'),
    /** Label of the member of support who asked for it; null where the customer did. */
    askedBy: text('asked_by'),
    /** The case in which the customer wanted it; of a correction its own. */
    askedTicket: text('asked_ticket'),
    /** Without an answer until then it lapses. */
    confirmBy: moment('confirm_by'),
    answer: text('answer', { enum: requestAnswers }),
    answeredAt: moment('answered_at'),
  },
  (t) => [
    uniqueIndex('data_subject_request_reference_key').on(t.reference),
    uniqueIndex('data_subject_request_open_key')
      .on(t.subjectId, t.kind)
      .where(sql`state in ('waiting', 'running') and kind <> 'rectification'`),
    uniqueIndex('data_subject_request_unconfirmed_key')
      .on(t.subjectId, t.kind)
      .where(sql`state = 'unconfirmed' and kind <> 'rectification'`),
    index('data_subject_request_due').on(t.dueAt, t.id),
    index('data_subject_request_subject').on(t.subjectId, t.receivedAt),
  ],
);

export const dataSubjectRequestEntry = keptAfterErasure(dataSubjectRequest, {
  title: 'Requests',
  about: 'What you asked of us under data protection law, and what came of it.',
  section: 'records',
  subject: 'subjectId',
  source: 'given',
  purposes: ['privacy_rights'],
  recipients: [],
  retention: { period: 'P24M', from: 'endedAt' },
  keep: 'request_records',
  order: 'receivedAt',
  columns: {
    id: { kind: 'technical', label: 'Row id', erasure: 'keep' },
    subjectId: { kind: 'technical', label: 'Account id', erasure: 'keep' },
    reference: {
      kind: 'personal',
      label: 'Reference',
      category: 'user.privacy_preferences',
      source: 'derived',
      mask: 'shown',
      erasure: 'keep',
    },
    kind: {
      kind: 'personal',
      label: 'Kind',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    state: {
      kind: 'personal',
      label: 'State',
      category: 'user.privacy_preferences',
      source: 'derived',
      mask: 'shown',
      erasure: 'keep',
    },
    receivedAt: {
      kind: 'personal',
      label: 'Received',
      category: 'user.privacy_preferences',
      source: 'observed',
      mask: 'shown',
      erasure: 'keep',
    },
    dueAt: {
      kind: 'personal',
      label: 'Due',
      category: 'user.privacy_preferences',
      source: 'derived',
      mask: 'shown',
      erasure: 'keep',
    },
    executesAt: {
      kind: 'personal',
      label: 'Runs at',
      category: 'user.privacy_preferences',
      source: 'derived',
      mask: 'shown',
      erasure: 'keep',
    },
    sections: {
      kind: 'personal',
      label: 'Categories',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    plan: { kind: 'technical', label: 'Plan', erasure: 'keep' },
    planHash: {
      kind: 'personal',
      label: 'Plan hash',
      category: 'user.privacy_preferences',
      source: 'derived',
      mask: 'shown',
      erasure: 'keep',
    },
    field: {
      kind: 'personal',
      label: 'Field',
      category: 'user.account',
      mask: 'shown',
      erasure: 'null',
    },
    proposedValue: {
      kind: 'personal',
      label: 'Proposed value',
      category: 'user.account',
      storage: 'sealed',
      erasure: 'null',
    },
    receiptCodeHash: { kind: 'secret', label: 'Receipt code, hashed', erasure: 'null' },
    endedAt: {
      kind: 'personal',
      label: 'Ended',
      category: 'user.privacy_preferences',
      source: 'observed',
      mask: 'shown',
      erasure: 'keep',
    },
    failure: { kind: 'technical', label: 'Why it failed, as a code', erasure: 'keep' },
    askedBy: {
      kind: 'personal',
      label: 'Asked for you by',
      category: 'user.privacy_preferences',
      source: 'observed',
      mask: 'shown',
      erasure: 'keep',
    },
    askedTicket: {
      kind: 'personal',
      label: 'Asked for in case',
      category: 'user.privacy_preferences',
      source: 'observed',
      mask: 'shown',
      erasure: 'keep',
    },
    confirmBy: {
      kind: 'personal',
      label: 'To be confirmed by',
      category: 'user.privacy_preferences',
      source: 'derived',
      mask: 'shown',
      erasure: 'keep',
    },
    answer: {
      kind: 'personal',
      label: 'Your answer',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    answeredAt: {
      kind: 'personal',
      label: 'Answered',
      category: 'user.privacy_preferences',
      source: 'observed',
      mask: 'shown',
      erasure: 'keep',
    },
  },
});

/** One piece of a request's work, with what it did. Counts and codes only. */
export const requestStep = pgTable(
  'request_step',
  {
    requestId: uuid('request_id').notNull(),
    position: integer('position').notNull(),
    subjectId: subjectId(),
    name: text('name').notNull(),
    state: text('state', { enum: ['waiting', 'running', 'done', 'failed'] }).notNull(),
    rowsDone: bigint('rows_done', { mode: 'number' }).notNull(),
    rowsTotal: bigint('rows_total', { mode: 'number' }),
    startedAt: moment('started_at'),
    finishedAt: moment('finished_at'),
  },
  (t) => [primaryKey({ columns: [t.requestId, t.position] })],
);

export const requestStepEntry = keptAfterErasure(requestStep, {
  title: 'Steps of requests',
  about: 'What was done for a request, with counts.',
  section: 'records',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['privacy_rights'],
  recipients: [],
  retention: { period: 'P24M', from: 'finishedAt' },
  keep: 'request_records',
  order: 'startedAt',
  columns: {
    requestId: { kind: 'technical', label: 'Request', erasure: 'keep' },
    position: { kind: 'technical', label: 'Position', erasure: 'keep' },
    subjectId: { kind: 'technical', label: 'Account id', erasure: 'keep' },
    name: {
      kind: 'personal',
      label: 'Step',
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
    rowsDone: {
      kind: 'personal',
      label: 'Rows done',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    rowsTotal: {
      kind: 'personal',
      label: 'Rows',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    startedAt: {
      kind: 'personal',
      label: 'Started',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    finishedAt: {
      kind: 'personal',
      label: 'Finished',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
  },
});

/** A finished copy: an encrypted file in the export store, its key under the subject's key. */
export const exportArchive = pgTable('export_archive', {
  requestId: uuid('request_id').primaryKey(),
  subjectId: subjectId(),
  objectName: text('object_name').notNull(),
  fileKey: sealed('file_key').notNull(),
  plainBytes: bigint('plain_bytes', { mode: 'number' }).notNull(),
  sha256: text('sha256').notNull(),
  snapshotAt: moment('snapshot_at').notNull(),
  readyAt: moment('ready_at').notNull(),
  expiresAt: moment('expires_at').notNull(),
  deletedAt: moment('deleted_at'),
  deletedBecause: text('deleted_because', { enum: ['asked', 'expired', 'account_deleted'] }),
  downloads: integer('downloads').notNull(),
  lastDownloadAt: moment('last_download_at'),
});

export const exportArchiveEntry = erasedWithSubject(exportArchive, {
  title: 'Copies of your data',
  about: 'Archives you asked for: size, hash and how long they can be downloaded.',
  section: 'records',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['privacy_rights'],
  recipients: [],
  retention: { period: 'P24M', from: 'readyAt' },
  order: 'readyAt',
  columns: {
    requestId: { kind: 'technical', label: 'Request' },
    subjectId: { kind: 'technical', label: 'Account id' },
    objectName: { kind: 'technical', label: 'Name in the store' },
    fileKey: { kind: 'secret', label: 'File key', storage: 'sealed' },
    plainBytes: {
      kind: 'personal',
      label: 'Size in bytes',
      category: 'user.privacy_preferences',
      mask: 'shown',
    },
    sha256: {
      kind: 'personal',
      label: 'SHA-256',
      category: 'user.privacy_preferences',
      mask: 'shown',
    },
    snapshotAt: {
      kind: 'personal',
      label: 'Taken at',
      category: 'user.privacy_preferences',
      mask: 'shown',
    },
    readyAt: {
      kind: 'personal',
      label: 'Ready',
      category: 'user.privacy_preferences',
      mask: 'shown',
    },
    expiresAt: {
      kind: 'personal',
      label: 'Expires',
      category: 'user.privacy_preferences',
      mask: 'shown',
    },
    deletedAt: {
      kind: 'personal',
      label: 'Deleted',
      category: 'user.privacy_preferences',
      mask: 'shown',
    },
    deletedBecause: {
      kind: 'personal',
      label: 'Deleted because',
      category: 'user.privacy_preferences',
      mask: 'shown',
    },
    downloads: {
      kind: 'personal',
      label: 'Downloads',
      category: 'user.privacy_preferences',
      mask: 'shown',
    },
    lastDownloadAt: {
      kind: 'personal',
      label: 'Last download',
      category: 'user.privacy_preferences',
      mask: 'shown',
    },
  },
});

/** Proof of an erasure, opened by its code and belonging to no account. No personal values. */
export const erasureReceipt = pgTable('erasure_receipt', {
  codeHash: text('code_hash').primaryKey(),
  reference: text('reference').notNull().unique(),
  /** Canonical JSON (RFC 8785). */
  receipt: text('receipt').notNull(),
  signature: text('signature').notNull(),
  issuedAt: moment('issued_at').notNull(),
});

export const erasureReceiptEntry = withoutSubject(erasureReceipt, {
  title: 'Erasure receipts',
  about: 'What an erasure did, for whoever holds the code.',
  key: 'system',
  retention: { period: 'P10Y', from: 'issuedAt' },
  columns: {
    codeHash: { kind: 'secret', label: 'Code, hashed' },
    reference: { kind: 'technical', label: 'Reference' },
    receipt: { kind: 'technical', label: 'Receipt' },
    signature: { kind: 'technical', label: 'Signature (Ed25519)' },
    issuedAt: { kind: 'technical', label: 'Issued' },
  },
});
