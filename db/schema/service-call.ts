import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { erasedWithSubject, withoutSubject } from '../data-map/define.ts';
import { moment, subjectId } from './column.ts';

/** Ids of signed calls that were taken: a call is good once. */
export const spentCall = pgTable(
  'spent_call',
  {
    serviceId: text('service_id').notNull(),
    callId: text('call_id').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.serviceId, t.callId] }),
    index('spent_call_expiry').on(t.expiresAt),
  ],
);

export const spentCallEntry = withoutSubject(spentCall, {
  title: 'Calls taken',
  about: 'Ids of signed calls of services, so that none is taken twice.',
  key: 'system',
  // Longer than any call is valid: clocks of several machines may differ.
  retention: { period: 'P1D', from: 'expiresAt' },
  columns: {
    serviceId: { kind: 'technical', label: 'Service' },
    callId: { kind: 'technical', label: 'Id of the call' },
    expiresAt: { kind: 'technical', label: 'Call valid until' },
  },
});

/** About how many people a service called a procedure on a UTC day, with those it asked for in vain. */
export const serviceDay = pgTable(
  'service_day',
  {
    serviceId: text('service_id').notNull(),
    procedure: text('procedure').notNull(),
    day: moment('day').notNull(),
    subjects: integer('subjects').notNull(),
  },
  (t) => [primaryKey({ columns: [t.serviceId, t.procedure, t.day] })],
);

export const serviceDayEntry = withoutSubject(serviceDay, {
  title: 'Services’ days',
  about: 'About how many people each service called each procedure, by day.',
  key: 'system',
  retention: { period: 'P90D', from: 'day' },
  columns: {
    serviceId: { kind: 'technical', label: 'Service' },
    procedure: { kind: 'technical', label: 'Procedure' },
    day: { kind: 'technical', label: 'Day' },
    subjects: { kind: 'technical', label: 'People' },
  },
});

/** That a person was counted on that day already. */
export const serviceDaySubject = pgTable(
  'service_day_subject',
  {
    serviceId: text('service_id').notNull(),
    procedure: text('procedure').notNull(),
    day: moment('day').notNull(),
    subjectId: subjectId(),
  },
  (t) => [
    primaryKey({ columns: [t.serviceId, t.procedure, t.day, t.subjectId] }),
    index('service_day_subject_subject').on(t.subjectId),
  ],
);

export const serviceDaySubjectEntry = erasedWithSubject(serviceDaySubject, {
  title: 'Counted for a service’s day',
  about: 'Which services called about you lately; each may call about so many people a day only.',
  section: 'records',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['accountability'],
  recipients: [],
  retention: { period: 'P2D', from: 'day' },
  order: 'day',
  columns: {
    day: { kind: 'personal', label: 'Day', category: 'system.operations', mask: 'shown' },
    serviceId: { kind: 'personal', label: 'Service', category: 'system.operations', mask: 'shown' },
    procedure: {
      kind: 'personal',
      label: 'Procedure',
      category: 'system.operations',
      mask: 'shown',
    },
    subjectId: { kind: 'technical', label: 'Account id' },
  },
});
