import { index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

export const device = pgTable(
  'device',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    family: text('family').notNull(),
    label: sealed('label'),
    firstSeenAt: moment('first_seen_at').notNull(),
    lastSeenAt: moment('last_seen_at').notNull(),
  },
  (t) => [index('device_subject').on(t.subjectId)],
);

export const deviceEntry = erasedWithSubject(device, {
  title: 'Devices',
  about: 'Browsers and machines you connected with.',
  section: 'devices',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['platform_security'],
  recipients: [],
  retention: { period: 'P13M', from: 'lastSeenAt' },
  order: 'lastSeenAt',
  columns: {
    id: { kind: 'technical', label: 'Device id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    family: {
      kind: 'personal',
      label: 'Browser and system',
      category: 'user.device',
      mask: 'shown',
    },
    label: {
      kind: 'personal',
      label: 'Your name for it',
      category: 'user.device',
      source: 'given',
      storage: 'sealed',
    },
    firstSeenAt: { kind: 'personal', label: 'First seen', category: 'user.device', mask: 'shown' },
    lastSeenAt: { kind: 'personal', label: 'Last seen', category: 'user.device', mask: 'shown' },
  },
});

/** Sign-ins and machine connections, by network. Partitioned by month on `occurred_at`. */
export const connectionEvent = pgTable(
  'connection_event',
  {
    id: uuid('id').notNull(),
    subjectId: subjectId(),
    occurredAt: moment('occurred_at').notNull(),
    event: text('event').notNull(),
    ipPrefix: text('ip_prefix').notNull(),
    userAgentFamily: text('user_agent_family').notNull(),
  },
  (t) => [primaryKey({ columns: [t.subjectId, t.occurredAt, t.id] })],
);

export const connectionEventEntry = erasedWithSubject(connectionEvent, {
  title: 'Connections',
  about: 'From which networks your account was used.',
  section: 'devices',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['platform_security', 'fraud_detection'],
  recipients: [],
  retention: { period: 'P6M', from: 'occurredAt' },
  order: 'occurredAt',
  columns: {
    id: { kind: 'technical', label: 'Event id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    occurredAt: { kind: 'personal', label: 'When', category: 'user.device', mask: 'shown' },
    event: { kind: 'personal', label: 'What', category: 'user.device', mask: 'shown' },
    ipPrefix: { kind: 'personal', label: 'Network', category: 'user.device.ip_address' },
    userAgentFamily: {
      kind: 'personal',
      label: 'Browser and system',
      category: 'user.device',
      mask: 'shown',
    },
  },
});
