import { boolean, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject } from '../data-map/define.ts';
import { moment, subjectId } from './column.ts';

/** Decisions a program made about a person, with what went in and what came of it (GDPR Art. 22). */
export const automatedDecision = pgTable(
  'automated_decision',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    kind: text('kind', { enum: ['fraud_score', 'quota'] }).notNull(),
    outcome: text('outcome').notNull(),
    /** Thousandths: 70 is 0.070. */
    milliScore: integer('milli_score'),
    inputAccountAgeDays: integer('input_account_age_days'),
    inputFailedPayments: integer('input_failed_payments'),
    inputCountryMismatch: boolean('input_country_mismatch'),
    inputMonthlyGpuHours: integer('input_monthly_gpu_hours'),
    effect: text('effect').notNull(),
    decidedAt: moment('decided_at').notNull(),
    reviewedAt: moment('reviewed_at'),
  },
  (t) => [index('automated_decision_subject').on(t.subjectId, t.decidedAt)],
);

export const automatedDecisionEntry = erasedWithSubject(automatedDecision, {
  title: 'Automated decisions',
  about: 'What a program decided about you, from what, and with which effect.',
  section: 'decisions',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['fraud_detection', 'provide_compute'],
  recipients: [],
  retention: { period: 'P24M', from: 'decidedAt' },
  order: 'decidedAt',
  columns: {
    id: { kind: 'technical', label: 'Row id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    decidedAt: { kind: 'personal', label: 'Decided', category: 'user.account', mask: 'shown' },
    kind: { kind: 'personal', label: 'Decision', category: 'user.account', mask: 'shown' },
    outcome: { kind: 'personal', label: 'Outcome', category: 'user.account', mask: 'shown' },
    milliScore: {
      kind: 'personal',
      label: 'Score (thousandths)',
      category: 'user.account',
      mask: 'shown',
    },
    inputAccountAgeDays: {
      kind: 'personal',
      label: 'Input: age of the account (days)',
      category: 'user.account',
      mask: 'shown',
    },
    inputFailedPayments: {
      kind: 'personal',
      label: 'Input: failed payments',
      category: 'user.payment',
      mask: 'shown',
    },
    inputCountryMismatch: {
      kind: 'personal',
      label: 'Input: card from another country',
      category: 'user.payment',
      mask: 'shown',
    },
    inputMonthlyGpuHours: {
      kind: 'personal',
      label: 'Input: GPU hours a month',
      category: 'user.telemetry',
      mask: 'shown',
    },
    effect: { kind: 'personal', label: 'Effect on you', category: 'user.account', mask: 'shown' },
    reviewedAt: {
      kind: 'personal',
      label: 'Looked at by a person',
      category: 'user.account',
      source: 'observed',
      mask: 'shown',
    },
  },
});
