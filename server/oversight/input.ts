import { z } from 'zod';
import type { HoldGround } from '../../db/schema/hold.ts';
import { cursor, direction, id, line, text } from '../trpc/input.ts';

/** By what an officer finds a customer; never by name, and never a list of people. */
export const customerBy = ['reference', 'account', 'email'] as const;

const grounds = [
  'authority_order',
  'legal_claims',
  'payment_dispute',
  'tax_audit',
] as const satisfies readonly HoldGround[];
const REASON_MIN = 20;
const REASON_MAX = 300;
const NOTE_MAX = 500;
const FIELDS_MAX = 40;

const sentence = line(REASON_MAX).refine((value) => value.length >= REASON_MIN, 'a sentence');
/** The order of an authority that forbids to tell the customer: what is done for it is kept back at first. */
const silencedBy = sentence.optional();

export const findInput = z.strictObject({
  by: z.enum(customerBy),
  value: line(254),
  silencedBy,
});

const table = z.string().regex(/^[a-z][A-Za-z]{1,39}$/);
export const entriesInput = z.strictObject({
  subjectId: id,
  table,
  silencedBy,
  cursor: cursor.optional(),
});

const day = z.iso.date();
export const proposeInput = z.strictObject({
  subjectId: id,
  table,
  /** One row, or all rows of the customer in the table. */
  rowId: id.optional(),
  /** Some columns of those rows, by the map's names, or the whole of them. */
  fields: z
    .array(z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/))
    .min(1)
    .max(FIELDS_MAX)
    .optional(),
  ground: z.enum(grounds),
  reason: sentence,
  note: text(NOTE_MAX).optional(),
  /** The last day of the hold, in UTC. */
  endsOn: day,
  /** Under a legal bar: the first day on which the customer may know. */
  noticeOn: day.optional(),
});

export const holdStates = ['waiting', 'open', 'past'] as const;
export const holdsInput = z.strictObject({ state: z.enum(holdStates) });

export const answerInput = z.strictObject({ id, answer: z.enum(['approved', 'declined']) });
export const holdInput = z.strictObject({ id });

const queueKinds = ['all', 'portability', 'erasure', 'rectification'] as const;
const queueStates = [
  'open',
  'unconfirmed',
  'waiting',
  'running',
  'completed',
  'cancelled',
  'failed',
  'all',
] as const;
export const queueInput = z.strictObject({
  kind: z.enum(queueKinds),
  state: z.enum(queueStates),
  overdue: z.boolean(),
  cursor: cursor.optional(),
  direction,
});

export const jobInput = z.strictObject({ reference: line(20), jobId: id });
