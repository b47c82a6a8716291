import { z } from 'zod';
import { count, id, line, moment, senderKey } from '../../trpc/input.ts';
import { reportShape } from './report.ts';

/** A decision a program made about a person, with what went in and what came of it (GDPR Art. 22). */
export const decisionRow = z.strictObject({
  key: senderKey,
  subjectId: id,
  kind: z.enum(['fraud_score', 'quota']),
  outcome: line(80),
  /** Thousandths. */
  milliScore: count.max(1_000).nullable(),
  inputAccountAgeDays: count.nullable(),
  inputFailedPayments: count.nullable(),
  inputCountryMismatch: z.boolean().nullable(),
  inputMonthlyGpuHours: count.nullable(),
  /** What it changed for the person, in words. */
  effect: line(300),
  decidedAt: moment,
});
export type DecisionRow = z.output<typeof decisionRow>;

/** Automated decisions, as the systems that made them report them. */
export const report = reportShape(decisionRow);
