import { char, index, pgTable, text } from 'drizzle-orm/pg-core';
import { erasedWithSubject } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

/**
 * Somebody wants an account and has not proved the mailbox yet. It has a subject and a key from the start,
 * so that its letter and its link hang on it; after a day all of that goes, or becomes an account.
 */
export const signUp = pgTable(
  'sign_up',
  {
    subjectId: subjectId().primaryKey(),
    email: sealed('email').notNull(),
    /** Not unique: what somebody else asks for an address must not end the link of who reads its mailbox. */
    emailIndex: text('email_index').notNull(),
    displayName: sealed('display_name').notNull(),
    country: char('country', { length: 2 }).notNull(),
    timeZone: text('time_zone').notNull(),
    requestedAt: moment('requested_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [index('sign_up_email').on(t.emailIndex)],
);

export const signUpEntry = erasedWithSubject(signUp, {
  title: 'Sign-ups',
  about: 'What was entered for a new account, until its mailbox is proved or a day has passed.',
  section: 'account',
  subject: 'subjectId',
  source: 'given',
  purposes: ['operate_account'],
  recipients: ['northmail'],
  retention: { period: 'P1D', from: 'requestedAt' },
  order: 'requestedAt',
  columns: {
    subjectId: { kind: 'technical', label: 'Account id' },
    email: {
      kind: 'personal',
      label: 'E-mail address',
      category: 'user.contact.email',
      storage: 'sealed',
    },
    emailIndex: { kind: 'technical', label: 'Keyed hash of the e-mail address' },
    displayName: { kind: 'personal', label: 'Name', category: 'user.name', storage: 'sealed' },
    country: { kind: 'personal', label: 'Country', category: 'user.contact.address.country' },
    timeZone: {
      kind: 'personal',
      label: 'Time zone',
      category: 'user.account.settings',
      source: 'observed',
    },
    requestedAt: {
      kind: 'personal',
      label: 'Asked',
      category: 'user.account',
      source: 'observed',
      mask: 'shown',
    },
    expiresAt: { kind: 'technical', label: 'Can be finished until' },
  },
});
