import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject, withoutSubject } from '../data-map/define.ts';
import { moment, subjectId } from './column.ts';

/** Versions of the policy, by the hash of what was published. */
export const policyVersion = pgTable('policy_version', {
  version: text('version').primaryKey(),
  contentHash: text('content_hash').notNull(),
  publishedAt: moment('published_at').notNull(),
  effectiveAt: moment('effective_at').notNull(),
});

export const policyVersionEntry = withoutSubject(policyVersion, {
  title: 'Policy versions',
  about: 'Which wording was in force from when.',
  key: 'system',
  retention: 'permanent',
  columns: {
    version: { kind: 'technical', label: 'Version' },
    contentHash: { kind: 'technical', label: 'Hash of the wording' },
    publishedAt: { kind: 'technical', label: 'Published' },
    effectiveAt: { kind: 'technical', label: 'In force from' },
  },
});

/** The in-app inbox: what mail only points to. The text is the client's, by `kind`. */
export const notice = pgTable(
  'notice',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    kind: text('kind').notNull(),
    reference: text('reference'),
    createdAt: moment('created_at').notNull(),
    readAt: moment('read_at'),
  },
  (t) => [index('notice_subject').on(t.subjectId, t.createdAt)],
);

export const noticeEntry = erasedWithSubject(notice, {
  title: 'Notices',
  about: 'What we told you in the portal.',
  section: 'communication',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['service_notices'],
  recipients: [],
  retention: { period: 'P24M', from: 'createdAt' },
  order: 'createdAt',
  columns: {
    id: { kind: 'technical', label: 'Notice' },
    subjectId: { kind: 'technical', label: 'Account id' },
    kind: { kind: 'personal', label: 'About', category: 'user.account', mask: 'shown' },
    reference: { kind: 'personal', label: 'Reference', category: 'user.account', mask: 'shown' },
    createdAt: {
      kind: 'personal',
      label: 'When',
      category: 'user.account',
      source: 'observed',
      mask: 'shown',
    },
    readAt: {
      kind: 'personal',
      label: 'Read',
      category: 'user.account',
      source: 'observed',
      mask: 'shown',
    },
  },
});
