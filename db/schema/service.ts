import { char, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject, withoutSubject } from '../data-map/define.ts';
import { moment, subjectId } from './column.ts';

/** EaseLLM's other systems that call this portal. */
export const service = pgTable('service', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  about: text('about').notNull(),
  createdAt: moment('created_at').notNull(),
});

export const serviceEntry = withoutSubject(service, {
  title: 'Services',
  about: 'Systems of ours that ask this portal.',
  key: 'system',
  retention: 'permanent',
  columns: {
    id: { kind: 'technical', label: 'Service' },
    name: { kind: 'technical', label: 'Name' },
    about: { kind: 'technical', label: 'What it does' },
    createdAt: { kind: 'technical', label: 'Added' },
  },
});

export const serviceKey = pgTable(
  'service_key',
  {
    id: text('id').primaryKey(),
    serviceId: text('service_id').notNull(),
    publicKey: text('public_key').notNull(),
    status: text('status', { enum: ['active', 'retired'] }).notNull(),
    createdAt: moment('created_at').notNull(),
    notBefore: moment('not_before').notNull(),
    notAfter: moment('not_after'),
    lastUsedAt: moment('last_used_at'),
  },
  (t) => [index('service_key_service').on(t.serviceId)],
);

export const serviceKeyEntry = withoutSubject(serviceKey, {
  title: 'Keys of services',
  about: 'Public keys that service calls are checked with.',
  key: 'system',
  retention: 'permanent',
  columns: {
    id: { kind: 'technical', label: 'Key id' },
    serviceId: { kind: 'technical', label: 'Service' },
    publicKey: { kind: 'technical', label: 'Public key' },
    status: { kind: 'technical', label: 'Status' },
    createdAt: { kind: 'technical', label: 'Added' },
    notBefore: { kind: 'technical', label: 'Not before' },
    notAfter: { kind: 'technical', label: 'Not after' },
    lastUsedAt: { kind: 'technical', label: 'Last used' },
  },
});

/** What a service may call, for what, and about how many people a day. Without a row it may not. */
export const serviceScope = pgTable(
  'service_scope',
  {
    serviceId: text('service_id').notNull(),
    procedure: text('procedure').notNull(),
    purposes: text('purposes').array().notNull(),
    /** Different people a UTC day; one asked about twice counts once. */
    maxSubjectsPerDay: integer('max_subjects_per_day').notNull(),
    grantedAt: moment('granted_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.serviceId, t.procedure] })],
);

export const serviceScopeEntry = withoutSubject(serviceScope, {
  title: 'What services may ask',
  about: 'Procedures each service may call, for which purposes, about how many people a day.',
  key: 'system',
  retention: 'permanent',
  columns: {
    serviceId: { kind: 'technical', label: 'Service' },
    procedure: { kind: 'technical', label: 'Procedure' },
    purposes: { kind: 'technical', label: 'Purposes' },
    maxSubjectsPerDay: { kind: 'technical', label: 'People a day' },
    grantedAt: { kind: 'technical', label: 'Granted' },
  },
});

/** Other systems that hold a subject's data and answer for it. */
export const holder = pgTable('holder', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  country: char('country', { length: 2 }).notNull(),
  safeguard: text('safeguard').notNull(),
  /** The service as which it asks for its tasks; null for one that is not connected to this portal. */
  serviceId: text('service_id').unique('holder_service_key'),
});

export const holderEntry = withoutSubject(holder, {
  title: 'Holders',
  about: 'Other systems that hold data of our customers.',
  key: 'system',
  retention: 'permanent',
  columns: {
    id: { kind: 'technical', label: 'Holder' },
    name: { kind: 'technical', label: 'Name' },
    country: { kind: 'technical', label: 'Country' },
    safeguard: { kind: 'technical', label: 'Transfer safeguard' },
    serviceId: { kind: 'technical', label: 'Asks as' },
  },
});

/** Each time fields of a subject left to a recipient: who, what, when, why. */
export const disclosure = pgTable(
  'disclosure',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    recipient: text('recipient').notNull(),
    tableName: text('table_name').notNull(),
    columnNames: text('column_names').array().notNull(),
    purpose: text('purpose').notNull(),
    disclosedAt: moment('disclosed_at').notNull(),
  },
  (t) => [index('disclosure_subject').on(t.subjectId, t.recipient, t.disclosedAt)],
);

export const disclosureEntry = erasedWithSubject(disclosure, {
  title: 'Disclosures',
  about: 'What we passed on to whom, when and why.',
  section: 'records',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['accountability'],
  recipients: [],
  retention: { period: 'P24M', from: 'disclosedAt' },
  order: 'disclosedAt',
  columns: {
    id: { kind: 'technical', label: 'Row id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    disclosedAt: { kind: 'personal', label: 'When', category: 'system.operations', mask: 'shown' },
    recipient: { kind: 'personal', label: 'To', category: 'system.operations', mask: 'shown' },
    tableName: { kind: 'personal', label: 'From', category: 'system.operations', mask: 'shown' },
    columnNames: {
      kind: 'personal',
      label: 'Fields',
      category: 'system.operations',
      mask: 'shown',
    },
    purpose: { kind: 'personal', label: 'Why', category: 'system.operations', mask: 'shown' },
  },
});
