import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { erasedWithSubject } from '../data-map/define.ts';
import { moment, subjectId } from './column.ts';

/** Where somebody signed in: each place has a budget of wrong passwords that nobody else can use up. */
export const knownPlace = pgTable(
  'known_place',
  {
    subjectId: subjectId(),
    kind: text('kind', { enum: ['browser', 'network'] }).notNull(),
    /** Keyed hash of the person with the browser's cookie, or with the coarse network. */
    placeHash: text('place_hash').notNull(),
    firstSeenAt: moment('first_seen_at').notNull(),
    lastSeenAt: moment('last_seen_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.subjectId, t.placeHash] })],
);

export const knownPlaceEntry = erasedWithSubject(knownPlace, {
  title: 'Known browsers and networks',
  about:
    'Where you signed in before, as hashes: wrong passwords that others enter elsewhere do not lock you out there.',
  section: 'security',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['platform_security'],
  recipients: [],
  retention: { period: 'P180D', from: 'lastSeenAt' },
  order: 'lastSeenAt',
  columns: {
    subjectId: { kind: 'technical', label: 'Account id' },
    kind: { kind: 'personal', label: 'Kind', category: 'user.device', mask: 'shown' },
    placeHash: { kind: 'secret', label: 'Browser or network, hashed' },
    firstSeenAt: { kind: 'personal', label: 'First seen', category: 'user.device', mask: 'shown' },
    lastSeenAt: { kind: 'personal', label: 'Last seen', category: 'user.device', mask: 'shown' },
  },
});
