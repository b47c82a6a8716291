import { expect } from 'vitest';
import { service } from '../../db/schema/service.ts';
import { recordDisclosures } from '../services/disclose.ts';
import { testDeps } from '../testing/deps.ts';
import { test } from '../testing/pg.ts';
import { access, visitor } from './testing.ts';

const DAY_MS = 86_400_000;

test('each table says what was passed on last to whom, and nothing of anybody else', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const [ada, eve] = [await visitor(deps, 'ada'), await visitor(deps, 'eve')];
  const now = deps.clock();
  const at = (days: number) => new Date(now.getTime() - days * DAY_MS);
  await connection.db
    .insert(service)
    .values({ id: 'billing', name: 'Billing', about: 'x', createdAt: now });
  const left = { table: 'invoice', columns: ['number'], purpose: 'billing' } as const;
  await connection.db.transaction((tx) =>
    recordDisclosures(tx, [
      { ...left, subjectId: ada.subjectId, recipient: 'paylane', now: at(9) },
      { ...left, subjectId: ada.subjectId, recipient: 'paylane', now: at(2) },
      {
        subjectId: ada.subjectId,
        recipient: 'billing',
        table: 'account',
        columns: ['country', 'displayName'],
        purpose: 'billing',
        now: at(1),
      },
      { ...left, subjectId: eve.subjectId, recipient: 'tallymetric', now: at(1) },
    ]),
  );
  const { tables } = await access(deps, ada).section({ section: 'billing' });
  const [invoices] = tables.filter(({ name }) => name === 'invoice');
  expect(invoices?.disclosed).toEqual([
    {
      recipient: 'paylane',
      name: 'Paylane',
      country: 'IE',
      safeguard: 'Within the European Economic Area',
      data: ['Number'],
      purpose: 'To bill what you used',
      at: at(2),
    },
  ]);
  expect(tables.find(({ name }) => name === 'invoiceLine')?.disclosed).toEqual([]);
  const account = await access(deps, ada).table({ table: 'account' });
  expect(account.disclosed).toMatchObject([
    { name: 'Billing', country: null, safeguard: null, data: ['Country', 'Name'] },
  ]);
  // The record itself says it in the same words, not in those of the database.
  const record = await access(deps, ada).table({ table: 'disclosure' });
  const [to, on, data] = ['recipient', 'tableName', 'columnNames'].map((key) =>
    record.columns.findIndex((column) => column.key === key),
  ) as [number, number, number];
  expect(record.rows.map(({ values }) => [values[to], values[on], values[data]])).toEqual([
    ['billing', 'Account', ['Country', 'Name']],
    ['paylane', 'Invoices', ['Number']],
    ['paylane', 'Invoices', ['Number']],
    // A place that the map does not have, as it was written.
    [
      'ada in disclosure.recipient',
      'ada in disclosure.table_name',
      ['ada in disclosure.column_names'],
    ],
  ]);
});
