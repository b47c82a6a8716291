import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  integer,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { keptAfterErasure, withoutSubject } from '../data-map/define.ts';
import { moment, subjectId } from './column.ts';

/** What a person can say yes or no to. */
export const consentTopics = [
  'product_news',
  'events',
  'surveys',
  'research',
  'cookies_functional',
  'cookies_statistics',
] as const;
export type ConsentTopic = (typeof consentTopics)[number];
export const consentChannels = ['email', 'in_app', 'browser'] as const;
export type ConsentChannel = (typeof consentChannels)[number];

/**
 * One recorded yes or no. Never updated: the last row of a topic and channel is what holds. The
 * database refuses a yes that no act of the person stands behind (session, and actor `subject`).
 */
export const consentEvent = pgTable(
  'consent_event',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    topic: text('topic', { enum: consentTopics }).notNull(),
    channel: text('channel', { enum: consentChannels }).notNull(),
    granted: boolean('granted').notNull(),
    actorKind: text('actor_kind', { enum: ['subject', 'staff', 'service', 'system'] }).notNull(),
    /** The session in which the person acted. */
    sessionHandle: uuid('session_handle'),
    source: text('source', {
      enum: [
        'preferences_page',
        'cookie_page',
        'cookie_banner',
        'gpc_signal',
        'account_deletion',
        'undo',
        'unsubscribe_link',
      ],
    }).notNull(),
    policyVersion: text('policy_version').notNull(),
    occurredAt: moment('occurred_at').notNull(),
    /** Order of arrival, given by the database: of two choices on one topic the higher one holds. */
    sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
  },
  (t) => [
    uniqueIndex('consent_event_current').on(t.subjectId, t.topic, t.channel, t.sequence),
    check(
      'consent_raise_needs_the_person',
      sql`not granted or (actor_kind = 'subject' and session_handle is not null and source in ('preferences_page', 'cookie_page', 'cookie_banner', 'undo'))`,
    ),
  ],
);

export const consentEventEntry = keptAfterErasure(consentEvent, {
  title: 'Your choices, one by one',
  about: 'Each yes and no with its receipt id, when and where you said it.',
  section: 'choices',
  subject: 'subjectId',
  source: 'given',
  purposes: ['privacy_rights'],
  recipients: [],
  retention: { period: 'P36M', from: 'occurredAt' },
  keep: 'consent_proof',
  order: 'occurredAt',
  columns: {
    id: {
      kind: 'pseudonymous',
      label: 'Receipt id',
      category: 'user.privacy_preferences',
      source: 'derived',
      mask: 'shown',
      erasure: 'keep',
    },
    subjectId: { kind: 'technical', label: 'Account id', erasure: 'keep' },
    topic: {
      kind: 'personal',
      label: 'Topic',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    channel: {
      kind: 'personal',
      label: 'Channel',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    granted: {
      kind: 'personal',
      label: 'Allowed',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    actorKind: { kind: 'technical', label: 'Who acted', erasure: 'keep' },
    sessionHandle: { kind: 'technical', label: 'Session', erasure: 'keep' },
    source: {
      kind: 'personal',
      label: 'Said where',
      category: 'user.privacy_preferences',
      source: 'observed',
      mask: 'shown',
      erasure: 'keep',
    },
    policyVersion: {
      kind: 'personal',
      label: 'Policy at the time',
      category: 'user.privacy_preferences',
      source: 'observed',
      mask: 'shown',
      erasure: 'keep',
    },
    occurredAt: {
      kind: 'personal',
      label: 'When',
      category: 'user.privacy_preferences',
      source: 'observed',
      mask: 'shown',
      erasure: 'keep',
    },
    sequence: { kind: 'technical', label: 'Order of arrival', erasure: 'keep' },
  },
});

/** Cookie choices of a browser that belongs to no account yet. */
export const cookieChoice = pgTable('cookie_choice', {
  visitorId: uuid('visitor_id').primaryKey(),
  functional: boolean('functional').notNull(),
  statistics: boolean('statistics').notNull(),
  source: text('source', { enum: ['cookie_page', 'cookie_banner', 'gpc_signal'] }).notNull(),
  registerVersion: integer('register_version').notNull(),
  /** Whether the browser sent an opt-out signal when it chose: a yes said then is said in spite of it. */
  underSignal: boolean('under_signal').notNull(),
  chosenAt: moment('chosen_at').notNull(),
});

export const cookieChoiceEntry = withoutSubject(cookieChoice, {
  title: 'Cookie choices of visitors',
  about: 'What a browser chose before anybody signed in, under a random number of its own.',
  key: 'visitor',
  retention: { period: 'P12M', from: 'chosenAt' },
  columns: {
    visitorId: { kind: 'pseudonymous', label: 'Visitor', category: 'user.device.cookie' },
    functional: {
      kind: 'personal',
      label: 'Functional cookies',
      category: 'user.privacy_preferences',
    },
    statistics: {
      kind: 'personal',
      label: 'Statistics cookies',
      category: 'user.privacy_preferences',
    },
    source: { kind: 'technical', label: 'Said where' },
    registerVersion: { kind: 'technical', label: 'Version of the cookie list' },
    underSignal: { kind: 'technical', label: 'Chosen while the opt-out signal was sent' },
    chosenAt: { kind: 'personal', label: 'When', category: 'user.privacy_preferences' },
  },
});

/** Visits to this portal, counted only in browsers that allow it. */
export const portalVisit = pgTable('portal_visit', {
  id: uuid('id').primaryKey(),
  visitId: uuid('visit_id').notNull(),
  path: text('path').notNull(),
  occurredAt: moment('occurred_at').notNull(),
});

export const portalVisitEntry = withoutSubject(portalVisit, {
  title: 'Visits to this portal',
  about: 'Which page was opened, under a random number of the browser that allowed it.',
  key: 'visitor',
  retention: { period: 'P30D', from: 'occurredAt' },
  columns: {
    id: { kind: 'technical', label: 'Row id' },
    visitId: { kind: 'pseudonymous', label: 'Browser', category: 'user.device.cookie' },
    path: { kind: 'personal', label: 'Page', category: 'user.behavior.browsing_history' },
    occurredAt: { kind: 'personal', label: 'When', category: 'user.behavior.browsing_history' },
  },
});

/** An opt-out signal (Global Privacy Control) that a signed-in browser sent. */
export const optOutSignal = pgTable('opt_out_signal', {
  subjectId: subjectId().primaryKey(),
  firstSeenAt: moment('first_seen_at').notNull(),
  lastSeenAt: moment('last_seen_at').notNull(),
  userAgentFamily: text('user_agent_family').notNull(),
});

export const optOutSignalEntry = keptAfterErasure(optOutSignal, {
  title: 'Opt-out signal',
  about: 'That your browser asks not to be tracked (Global Privacy Control), and since when.',
  section: 'choices',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['privacy_rights'],
  recipients: [],
  retention: { period: 'P36M', from: 'lastSeenAt' },
  keep: 'consent_proof',
  order: 'lastSeenAt',
  columns: {
    subjectId: { kind: 'technical', label: 'Account id', erasure: 'keep' },
    firstSeenAt: {
      kind: 'personal',
      label: 'First seen',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    lastSeenAt: {
      kind: 'personal',
      label: 'Last seen',
      category: 'user.privacy_preferences',
      mask: 'shown',
      erasure: 'keep',
    },
    userAgentFamily: {
      kind: 'personal',
      label: 'Browser',
      category: 'user.device',
      mask: 'shown',
      erasure: { overwrite: 'erased' },
    },
  },
});
