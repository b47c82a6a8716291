import { z } from 'zod';
import { hasUsualYear, id } from '../../trpc/input.ts';
import { procedureShape } from './entry.ts';

/** What a holder can be asked for. */
export const taskKinds = [
  'read',
  'export',
  'correct',
  'restrict',
  'erase',
  'verify_erased',
] as const;
export type TaskKind = (typeof taskKinds)[number];

/** An answer may have this many bytes as JSON (UTF-8); the listener itself takes one third more. */
export const MAX_ANSWER_BYTES = 3 * 1024 * 1024;
/** Rows and their fields, all lists together: in memory each costs many times what it is as text. */
export const MAX_ANSWER_VALUES = 200_000;
/** Tasks handed out at once. */
export const MAX_CLAIM = 20;
/** So long a claim may wait for work, in seconds. */
export const MAX_WAIT_SECONDS = 20;

const MAX_LISTS = 50;
const MAX_FIELDS = 100;
const MAX_TEXT = 20_000;
const count = z.int().min(0).max(2_000_000_000);
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,59}$/);
/** Kept as it is given; years that every calendar here has. */
const moment = z.iso.datetime({ offset: false }).refine(hasUsualYear, 'a moment');
/** Kept as it is given, so that it can be handed on as it was given. */
const given = z
  .string()
  .max(MAX_TEXT)
  .refine((value) => !value.includes('\u0000') && value.isWellFormed(), 'unusable characters');

/** Why a holder keeps something in spite of an erasure; the portal has the words. */
export const keptGrounds = ['payment_records', 'accounting_records', 'open_dispute'] as const;
export type KeptGround = (typeof keptGrounds)[number];
/** Why a holder does not do what it was asked. */
export const refusalReasons = ['not_supported', 'legal_duty', 'unknown_field'] as const;
export type RefusalReason = (typeof refusalReasons)[number];
/** Why it could not be done this time; it is asked again. */
export const failureCodes = ['port_failed', 'port_timed_out', 'unavailable'] as const;
export type FailureCode = (typeof failureCodes)[number];

/** Lists of flat rows by name: what people and programs can both read. */
const records = z.strictObject({
  /** The moment the data was as given. */
  takenAt: moment,
  data: z
    .record(
      name,
      z.array(
        z
          .record(name, z.union([given, z.number(), z.boolean(), z.null()]))
          .refine((row) => Object.keys(row).length <= MAX_FIELDS, 'too many fields'),
      ),
    )
    .refine((lists) => Object.keys(lists).length <= MAX_LISTS, 'too many lists'),
});

/** Whether a result has no more rows and fields than an answer may. Looks no deeper than rows have fields. */
export function hasFewValues(result: unknown): boolean {
  let values = 0;
  const counted = (item: unknown, deeper: number): boolean => {
    if (item === null || typeof item !== 'object') return true;
    if (Array.isArray(item)) values += item.length;
    if (values > MAX_ANSWER_VALUES) return false;
    for (const key in item) {
      if (!Array.isArray(item)) values += 1;
      if (values > MAX_ANSWER_VALUES) return false;
      if (deeper > 0 && !counted((item as Record<string, unknown>)[key], deeper - 1)) return false;
    }
    return values <= MAX_ANSWER_VALUES;
  };
  // The result, its lists, their rows, and the fields of those.
  return counted(result, 3);
}

/** What a port gives back when it did what it was asked. */
export const taskResults = {
  read: records,
  export: records,
  correct: z.strictObject({ records: count }),
  restrict: z.strictObject({ records: count }),
  erase: z.strictObject({
    records: count,
    kept: z
      .strictObject({ records: count.min(1), ground: z.enum(keptGrounds), until: moment })
      .nullable(),
  }),
  /** What is still there and not among what is kept by law. */
  verify_erased: z.strictObject({ remaining: count }),
} satisfies Record<TaskKind, z.ZodType>;
export type TaskResult<K extends TaskKind = TaskKind> = z.infer<(typeof taskResults)[K]>;

/** By what a holder finds a person: the account, and its own numbers where it gave us some. */
export const person = z.strictObject({ account: id, references: z.array(z.string()) });
export type PersonAtHolder = z.infer<typeof person>;

/** Fields that holders keep a copy of, and that people correct here. */
export const correctableFields = ['email', 'displayName', 'country'] as const;
export type CorrectableField = (typeof correctableFields)[number];

const handedOut = {
  id,
  /** Names this handing-out; the answer repeats it. */
  claim: z.int().positive(),
  person,
  /** Until then nobody else is given it. */
  leaseUntil: moment,
  dueAt: moment,
};
export const handedTask = z.discriminatedUnion('kind', [
  z.strictObject({ ...handedOut, kind: z.enum(['read', 'export', 'erase', 'verify_erased']) }),
  z.strictObject({
    ...handedOut,
    kind: z.literal('correct'),
    field: z.enum(correctableFields),
    value: z.string().nullable(),
  }),
  z.strictObject({ ...handedOut, kind: z.literal('restrict'), restricted: z.boolean() }),
]);
export type HandedTask = z.infer<typeof handedTask>;

/**
 * Takes tasks of the holder that the caller acts for; without any, waits for some. What is taken belongs
 * to the caller for half a minute. Not repeated by the client: what a lost answer took comes again by itself.
 */
export const claim = procedureShape({
  repeatable: false,
  input: z.strictObject({
    limit: z.int().min(1).max(MAX_CLAIM),
    waitSeconds: z.int().min(0).max(MAX_WAIT_SECONDS),
  }),
  output: z.strictObject({ tasks: z.array(handedTask) }),
});

/** Came as JSON and is looked at by its kind: to look through it here as well would cost more than that. */
const anyJson = z.custom<z.infer<ReturnType<typeof z.json>>>((value) => value !== undefined);

/** Answers a task. The same answer twice is one; the result is checked where the task's kind is known. */
export const answer = procedureShape({
  repeatable: true,
  input: z.strictObject({
    task: id,
    claim: z.int().positive(),
    account: id,
    answer: z.discriminatedUnion('outcome', [
      z.strictObject({ outcome: z.literal('done'), result: anyJson }),
      z.strictObject({ outcome: z.literal('failed'), code: z.enum(failureCodes) }),
      z.strictObject({ outcome: z.literal('refused'), reason: z.enum(refusalReasons) }),
    ]),
  }),
  /** `known`: the same answer was there already. */
  output: z.strictObject({ state: z.enum(['accepted', 'known']) }),
});
export type AnswerInput = z.infer<typeof answer.input>;
export type AnswerOutput = z.infer<typeof answer.output>;
