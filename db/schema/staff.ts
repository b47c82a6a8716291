import { sql } from 'drizzle-orm';
import { index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject, withoutSubject } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

/**
 * What makes an account one of staff: the name customers see, and the two dates on which the right to
 * view accounts depends. Name and address stand in the account, as everybody's.
 */
export const staffMember = pgTable(
  'staff_member',
  {
    accountId: uuid('account_id').primaryKey(),
    /** How customers and colleagues see the person: "Support agent S-17". */
    label: text('label').notNull(),
    trainingValidUntil: moment('training_valid_until').notNull(),
    confidentialityValidUntil: moment('confidentiality_valid_until').notNull(),
    addedAt: moment('added_at').notNull(),
    disabledAt: moment('disabled_at'),
    /** Over all of it and the account's role: nobody becomes staff, or more than they are, by SQL. */
    rowMac: text('row_mac').notNull(),
  },
  (t) => [uniqueIndex('staff_member_label_key').on(t.label)],
);

export const staffMemberEntry = withoutSubject(staffMember, {
  title: 'Staff',
  about: 'Who of EaseLLM may use the console, and until when their training and pledge hold.',
  key: 'staff',
  retention: { period: 'P24M', from: 'disabledAt' },
  columns: {
    accountId: { kind: 'technical', label: 'Account' },
    label: { kind: 'technical', label: 'Shown as' },
    trainingValidUntil: { kind: 'technical', label: 'Privacy training valid until' },
    confidentialityValidUntil: { kind: 'technical', label: 'Confidentiality pledge valid until' },
    addedAt: { kind: 'technical', label: 'Added' },
    disabledAt: { kind: 'technical', label: 'Disabled' },
    rowMac: { kind: 'technical', label: 'Proof that the row was not altered' },
  },
});

export const grantEnds = [
  'support',
  'customer',
  'time',
  'support_access_off',
  'account_deleted',
  'staff_session_ended',
] as const;
export type GrantEnd = (typeof grantEnds)[number];

/** Why support wanted to see an account, chosen before anything is seen. */
export const grantCategories = ['account', 'billing', 'usage', 'access', 'other'] as const;

/** Leave for one member of support to view one account, with its reason, scope and end. */
export const impersonationGrant = pgTable(
  'impersonation_grant',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    actorId: uuid('actor_id').notNull(),
    actorLabel: text('actor_label').notNull(),
    /** Handle of the staff session it hangs on: it ends with that. */
    staffSession: uuid('staff_session').notNull(),
    ticket: text('ticket').notNull(),
    category: text('category', { enum: grantCategories }).notNull(),
    reason: sealed('reason').notNull(),
    /** Chapters of the data map that may be opened. */
    scope: text('scope').array().notNull(),
    createdAt: moment('created_at').notNull(),
    notAfter: moment('not_after').notNull(),
    extensionAskedAt: moment('extension_asked_at'),
    extensionAnsweredAt: moment('extension_answered_at'),
    extensionAnswer: text('extension_answer', { enum: ['approved', 'declined'] }),
    endedAt: moment('ended_at'),
    endedBy: text('ended_by', { enum: grantEnds }),
    rowMac: text('row_mac').notNull(),
  },
  (t) => [
    uniqueIndex('impersonation_grant_open').on(t.actorId).where(sql`ended_at is null`),
    index('impersonation_grant_subject').on(t.subjectId, t.createdAt),
  ],
);

export const impersonationGrantEntry = erasedWithSubject(impersonationGrant, {
  title: 'Support access',
  about: 'When a member of our support viewed your account, why, and how it ended.',
  section: 'support',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['support', 'accountability'],
  recipients: [],
  retention: { period: 'P24M', from: 'createdAt' },
  order: 'createdAt',
  columns: {
    id: { kind: 'technical', label: 'Row id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    actorId: { kind: 'technical', label: 'Staff member' },
    actorLabel: { kind: 'personal', label: 'Who', category: 'system.operations', mask: 'shown' },
    staffSession: { kind: 'technical', label: 'Session' },
    ticket: { kind: 'personal', label: 'Case', category: 'user.content.private', mask: 'shown' },
    category: {
      kind: 'personal',
      label: 'About',
      category: 'user.content.private',
      mask: 'shown',
    },
    reason: {
      kind: 'personal',
      label: 'Reason',
      category: 'user.content.private',
      storage: 'sealed',
      mask: 'shown',
    },
    scope: { kind: 'personal', label: 'Chapters', category: 'system.operations', mask: 'shown' },
    createdAt: { kind: 'personal', label: 'Began', category: 'system.operations', mask: 'shown' },
    notAfter: {
      kind: 'personal',
      label: 'Ends at the latest',
      category: 'system.operations',
      source: 'derived',
      mask: 'shown',
    },
    extensionAskedAt: {
      kind: 'personal',
      label: 'More time asked',
      category: 'system.operations',
      mask: 'shown',
    },
    extensionAnsweredAt: {
      kind: 'personal',
      label: 'You answered',
      category: 'system.operations',
      mask: 'shown',
    },
    extensionAnswer: {
      kind: 'personal',
      label: 'Your answer',
      category: 'user.privacy_preferences',
      source: 'given',
      mask: 'shown',
    },
    endedAt: { kind: 'personal', label: 'Ended', category: 'system.operations', mask: 'shown' },
    endedBy: { kind: 'personal', label: 'Ended by', category: 'system.operations', mask: 'shown' },
    rowMac: { kind: 'technical', label: 'Proof that the row was not altered' },
  },
});
