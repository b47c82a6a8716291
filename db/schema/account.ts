import { boolean, char, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

export const accountRoles = ['customer', 'support', 'officer', 'administrator'] as const;
export type AccountRole = (typeof accountRoles)[number];
export const staffRoles = ['support', 'officer', 'administrator'] as const;
export type StaffRole = (typeof staffRoles)[number];
export const accountStatuses = ['active', 'pending_deletion', 'erasing'] as const;
export type AccountStatus = (typeof accountStatuses)[number];

export const account = pgTable(
  'account',
  {
    subjectId: subjectId().primaryKey(),
    role: text('role', { enum: accountRoles }).notNull(),
    status: text('status', { enum: accountStatuses }).notNull(),
    email: sealed('email').notNull(),
    /** Keyed hash of the normalised address: finds an account without storing the address. */
    emailIndex: text('email_index').notNull(),
    emailVerifiedAt: moment('email_verified_at'),
    displayName: sealed('display_name').notNull(),
    phone: sealed('phone'),
    company: sealed('company'),
    country: char('country', { length: 2 }).notNull(),
    region: text('region'),
    language: text('language').notNull(),
    timeZone: text('time_zone').notNull(),
    theme: text('theme', { enum: ['auto', 'light', 'dark'] }).notNull(),
    createdAt: moment('created_at').notNull(),
    /** Raised to end every session of the account at once. */
    sessionEpoch: integer('session_epoch').notNull(),
    supportAccess: boolean('support_access').notNull(),
  },
  (t) => [uniqueIndex('account_email_index_key').on(t.emailIndex)],
);

export const accountEntry = erasedWithSubject(account, {
  title: 'Account',
  about: 'Who you are to us and how your account is set up.',
  section: 'account',
  subject: 'subjectId',
  source: 'given',
  purposes: ['operate_account'],
  recipients: [],
  retention: 'account',
  order: 'createdAt',
  columns: {
    subjectId: {
      kind: 'pseudonymous',
      label: 'Account id',
      category: 'user.unique_id.pseudonymous',
      source: 'derived',
      mask: 'shown',
    },
    role: { kind: 'technical', label: 'Role' },
    status: {
      kind: 'personal',
      label: 'Status',
      category: 'user.account',
      source: 'derived',
      mask: 'shown',
    },
    email: {
      kind: 'personal',
      label: 'E-mail address',
      category: 'user.contact.email',
      storage: 'sealed',
      purposes: ['operate_account', 'authenticate', 'service_notices', 'billing', 'marketing'],
      recipients: ['northmail', 'paylane'],
    },
    emailIndex: { kind: 'technical', label: 'Keyed hash of the e-mail address' },
    emailVerifiedAt: {
      kind: 'personal',
      label: 'E-mail address confirmed',
      category: 'user.account',
      source: 'observed',
      mask: 'shown',
    },
    displayName: {
      kind: 'personal',
      label: 'Name',
      category: 'user.name',
      storage: 'sealed',
      purposes: ['operate_account', 'billing'],
      recipients: ['northmail', 'paylane'],
      selfEditable: true,
    },
    phone: {
      kind: 'personal',
      label: 'Phone number',
      category: 'user.contact.phone_number',
      storage: 'sealed',
      selfEditable: true,
    },
    company: {
      kind: 'personal',
      label: 'Company',
      category: 'user.contact.organization',
      storage: 'sealed',
      selfEditable: true,
    },
    country: {
      kind: 'personal',
      label: 'Country',
      category: 'user.contact.address.country',
      purposes: ['operate_account', 'billing', 'privacy_rights'],
      recipients: ['paylane'],
      selfEditable: true,
      mask: 'shown',
    },
    region: {
      kind: 'personal',
      label: 'State or region',
      category: 'user.contact.address.state',
      purposes: ['operate_account', 'privacy_rights'],
      selfEditable: true,
      mask: 'shown',
    },
    language: {
      kind: 'personal',
      label: 'Language',
      category: 'user.demographic.language',
      selfEditable: true,
      mask: 'shown',
    },
    timeZone: {
      kind: 'personal',
      label: 'Time zone',
      category: 'user.account.settings',
      selfEditable: true,
      mask: 'shown',
    },
    theme: {
      kind: 'personal',
      label: 'Appearance',
      category: 'user.account.settings',
      selfEditable: true,
      mask: 'shown',
    },
    createdAt: {
      kind: 'personal',
      label: 'Account opened',
      category: 'user.account',
      source: 'observed',
      mask: 'shown',
    },
    sessionEpoch: { kind: 'technical', label: 'Generation of sessions' },
    supportAccess: {
      kind: 'personal',
      label: 'Support may view the account',
      category: 'user.privacy_preferences',
      purposes: ['support'],
      mask: 'shown',
    },
  },
});

export const accountChange = pgTable('account_change', {
  id: uuid('id').primaryKey(),
  subjectId: subjectId(),
  field: text('field').notNull(),
  oldValue: sealed('old_value'),
  newValue: sealed('new_value'),
  changedBy: text('changed_by', { enum: ['you', 'support', 'system'] }).notNull(),
  changedAt: moment('changed_at').notNull(),
});

export const accountChangeEntry = erasedWithSubject(accountChange, {
  title: 'Changes to your account',
  about: 'What was corrected, from what to what, and when.',
  section: 'account',
  subject: 'subjectId',
  source: 'given',
  purposes: ['operate_account'],
  recipients: [],
  retention: { period: 'P24M', from: 'changedAt' },
  order: 'changedAt',
  columns: {
    id: { kind: 'technical', label: 'Row id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    field: { kind: 'personal', label: 'Field', category: 'user.account', mask: 'shown' },
    oldValue: { kind: 'personal', label: 'Before', category: 'user.account', storage: 'sealed' },
    newValue: { kind: 'personal', label: 'After', category: 'user.account', storage: 'sealed' },
    changedBy: {
      kind: 'personal',
      label: 'Changed by',
      category: 'user.account',
      source: 'observed',
      mask: 'shown',
    },
    changedAt: {
      kind: 'personal',
      label: 'Changed',
      category: 'user.account',
      source: 'observed',
      mask: 'shown',
    },
  },
});

export const emailChange = pgTable(
  'email_change',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    oldEmail: sealed('old_email').notNull(),
    newEmail: sealed('new_email').notNull(),
    newEmailIndex: text('new_email_index').notNull(),
    confirmHash: text('confirm_hash').notNull(),
    undoHash: text('undo_hash').notNull(),
    requestedAt: moment('requested_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    confirmedAt: moment('confirmed_at'),
    undoUntil: moment('undo_until').notNull(),
    endedAt: moment('ended_at'),
  },
  (t) => [
    uniqueIndex('email_change_confirm_key').on(t.confirmHash),
    uniqueIndex('email_change_undo_key').on(t.undoHash),
  ],
);

export const emailChangeEntry = erasedWithSubject(emailChange, {
  title: 'E-mail address changes',
  about: 'A new address you asked for, until it is confirmed, and the way back to the old one.',
  section: 'account',
  subject: 'subjectId',
  source: 'given',
  purposes: ['operate_account', 'platform_security'],
  recipients: ['northmail'],
  retention: { period: 'P30D', from: 'requestedAt' },
  order: 'requestedAt',
  columns: {
    id: { kind: 'technical', label: 'Row id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    oldEmail: {
      kind: 'personal',
      label: 'Old address',
      category: 'user.contact.email',
      storage: 'sealed',
    },
    newEmail: {
      kind: 'personal',
      label: 'New address',
      category: 'user.contact.email',
      storage: 'sealed',
    },
    newEmailIndex: { kind: 'technical', label: 'Keyed hash of the new address' },
    confirmHash: { kind: 'secret', label: 'Confirmation token, hashed' },
    undoHash: { kind: 'secret', label: 'Undo token, hashed' },
    requestedAt: {
      kind: 'personal',
      label: 'Asked',
      category: 'user.account',
      source: 'observed',
      mask: 'shown',
    },
    expiresAt: { kind: 'technical', label: 'Confirmation possible until' },
    confirmedAt: {
      kind: 'personal',
      label: 'Confirmed',
      category: 'user.account',
      source: 'observed',
      mask: 'shown',
    },
    undoUntil: { kind: 'technical', label: 'Undo possible until' },
    endedAt: { kind: 'technical', label: 'Ended without a change' },
  },
});
