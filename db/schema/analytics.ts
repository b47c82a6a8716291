import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject } from '../data-map/define.ts';
import { moment, subjectId } from './column.ts';

/** Use of the product's features. Partitioned by month on `occurred_at`. */
export const analyticsEvent = pgTable(
  'analytics_event',
  {
    id: uuid('id').notNull(),
    subjectId: subjectId(),
    occurredAt: moment('occurred_at').notNull(),
    name: text('name').notNull(),
    surface: text('surface').notNull(),
  },
  (t) => [primaryKey({ columns: [t.subjectId, t.occurredAt, t.id] })],
);

export const analyticsEventEntry = erasedWithSubject(analyticsEvent, {
  title: 'Product events',
  about: 'Which features of the console you used.',
  section: 'analytics',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['product_analytics'],
  recipients: ['tallymetric'],
  retention: { period: 'P13M', from: 'occurredAt' },
  order: 'occurredAt',
  columns: {
    id: { kind: 'technical', label: 'Event id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    occurredAt: { kind: 'personal', label: 'When', category: 'user.behavior', mask: 'shown' },
    name: { kind: 'personal', label: 'Event', category: 'user.behavior', mask: 'shown' },
    surface: { kind: 'personal', label: 'Where', category: 'user.behavior', mask: 'shown' },
  },
});
