import { char, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject, withoutSubject } from '../data-map/define.ts';
import { moment, subjectId } from './column.ts';

export const organisation = pgTable('organisation', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  country: char('country', { length: 2 }).notNull(),
  createdAt: moment('created_at').notNull(),
});

export const organisationEntry = withoutSubject(organisation, {
  title: 'Organisations',
  about: 'Companies that share resources; they belong to no single person.',
  key: 'organisation',
  retention: 'permanent',
  columns: {
    id: { kind: 'technical', label: 'Organisation' },
    name: { kind: 'technical', label: 'Name' },
    country: { kind: 'technical', label: 'Country' },
    createdAt: { kind: 'technical', label: 'Created' },
  },
});

/** The edge between a person and an organisation: it goes with the person, the organisation stays. */
export const membership = pgTable(
  'membership',
  {
    organisationId: uuid('organisation_id').notNull(),
    subjectId: subjectId(),
    role: text('role', { enum: ['owner', 'member'] }).notNull(),
    joinedAt: moment('joined_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.subjectId] }),
    index('membership_subject').on(t.subjectId),
  ],
);

export const membershipEntry = erasedWithSubject(membership, {
  title: 'Organisations you belong to',
  about: 'Your part in an organisation. Other members and what is theirs stay untouched.',
  section: 'account',
  subject: 'subjectId',
  source: 'given',
  purposes: ['operate_account'],
  recipients: [],
  retention: 'account',
  order: 'joinedAt',
  columns: {
    organisationId: {
      kind: 'pseudonymous',
      label: 'Organisation',
      category: 'user.contact.organization',
      mask: 'shown',
    },
    subjectId: { kind: 'technical', label: 'Account id' },
    role: { kind: 'personal', label: 'Role', category: 'user.account', mask: 'shown' },
    joinedAt: {
      kind: 'personal',
      label: 'Joined',
      category: 'user.account',
      source: 'observed',
      mask: 'shown',
    },
  },
});
