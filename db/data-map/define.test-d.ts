import { pgTable, text } from 'drizzle-orm/pg-core';
import { moment, sealed, subjectId } from '../schema/column.ts';
import * as schema from '../schema/index.ts';
import { type DataMapOf, erasedWithSubject, keptAfterErasure } from './define.ts';
import { dataMap } from './index.ts';

/** What must not compile. A line that compiles after all fails the type check. */
const person = pgTable('person', {
  subjectId: subjectId().primaryKey(),
  name: sealed('name').notNull(),
  nickname: text('nickname'),
  city: text('city').notNull(),
  password: text('password').notNull(),
  createdAt: moment('created_at').notNull(),
});

const common = {
  title: 'People',
  about: 'A table of this test.',
  section: 'account',
  subject: 'subjectId',
  source: 'given',
  purposes: ['operate_account'],
  recipients: [],
  retention: 'account',
  order: 'createdAt',
} as const;

const columns = {
  subjectId: { kind: 'technical', label: 'Account id' },
  name: { kind: 'personal', label: 'Name', category: 'user.name', storage: 'sealed' },
  nickname: { kind: 'personal', label: 'Nickname', category: 'user.name' },
  city: { kind: 'personal', label: 'City', category: 'user.contact.address' },
  password: { kind: 'secret', label: 'Password' },
  createdAt: { kind: 'technical', label: 'Created' },
} as const;

erasedWithSubject(person, { ...common, columns });

const { city: _city, ...withoutCity } = columns;
// @ts-expect-error a column without an entry
erasedWithSubject(person, { ...common, columns: withoutCity });

// @ts-expect-error an entry for no column
erasedWithSubject(person, { ...common, columns: { subjectId: columns.subjectId, name: columns.name, nickname: columns.nickname, city: columns.city, password: columns.password, createdAt: columns.createdAt, street: { kind: 'technical', label: 'x' } } });

// @ts-expect-error a subject that is not a column
erasedWithSubject(person, { ...common, subject: 'personId', columns });

// @ts-expect-error a retention that counts from a column which holds no time
erasedWithSubject(person, { ...common, retention: { period: 'P1D', from: 'city' }, columns });

// @ts-expect-error a sealed column that claims to be plain
erasedWithSubject(person, { ...common, columns: { ...columns, name: { kind: 'personal', label: 'Name', category: 'user.name' } } });

// @ts-expect-error a category that is not in the taxonomy
erasedWithSubject(person, { ...common, columns: { ...columns, city: { kind: 'personal', label: 'City', category: 'user.city' } } });

// @ts-expect-error a secret has no category, no mask and no way out
erasedWithSubject(person, { ...common, columns: { ...columns, password: { kind: 'secret', label: 'Password', category: 'user.account', export: 'include' } } });

const kept = {
  subjectId: { ...columns.subjectId, erasure: 'keep' },
  name: { ...columns.name, erasure: 'reseal' },
  nickname: { ...columns.nickname, erasure: 'null' },
  city: { ...columns.city, erasure: { overwrite: 'erased' } },
  password: { ...columns.password, erasure: { overwrite: '' } },
  createdAt: { ...columns.createdAt, erasure: 'keep' },
} as const;

keptAfterErasure(person, { ...common, keep: 'request_records', columns: kept });

// @ts-expect-error a kept row must say what becomes of every column
keptAfterErasure(person, { ...common, keep: 'request_records', columns });

// @ts-expect-error null on a column that is NOT NULL
keptAfterErasure(person, { ...common, keep: 'request_records', columns: { ...kept, city: { ...columns.city, erasure: 'null' } } });

// @ts-expect-error an overwrite of the wrong type
keptAfterErasure(person, { ...common, keep: 'request_records', columns: { ...kept, city: { ...columns.city, erasure: { overwrite: 7 } } } });

// @ts-expect-error resealing what was never sealed
keptAfterErasure(person, { ...common, keep: 'request_records', columns: { ...kept, city: { ...columns.city, erasure: 'reseal' } } });

// @ts-expect-error a ground that is not on the list
keptAfterErasure(person, { ...common, keep: 'because', columns: kept });

const { account: _account, ...withoutAccount } = dataMap;
// @ts-expect-error a table of the schema that the map lacks
withoutAccount satisfies DataMapOf<typeof schema>;
