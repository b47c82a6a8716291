import { expect, test } from 'vitest';
import { subjectTables, unlinkedTables } from './index.ts';
import { addPeriod, keepEnds } from './keeps.ts';
import { moments } from './moments.ts';
import { dataCategories, purposes, recipients } from './vocabulary.ts';

test('every retention counts from a column of its table, and every order is one', () => {
  for (const table of subjectTables) {
    const keys = table.columns.map((column) => column.key);
    expect(keys, table.name).toContain(table.order);
    expect(keys, table.name).toContain(table.subject);
    if (typeof table.retention !== 'string')
      expect(keys, table.name).toContain(table.retention.from);
  }
});

test('every moment that a retention counts from has words, and no words are left without one', () => {
  const counted = [...subjectTables, ...unlinkedTables].flatMap(({ retention }) =>
    typeof retention === 'string' ? [] : [retention.from],
  );
  expect(Object.keys(moments).sort()).toEqual([...new Set(counted)].sort());
});

test('every personal column has a purpose, and its recipients are registered', () => {
  for (const table of subjectTables) {
    for (const column of table.columns.filter(({ kind }) => kind === 'personal')) {
      expect(column.purposes.length, `${table.name}.${column.key}`).toBeGreaterThan(0);
      for (const recipient of column.recipients) expect(recipients).toHaveProperty(recipient);
    }
  }
});

test('categories and uses look like keys of the fideslang taxonomy', () => {
  for (const key of dataCategories) expect(key).toMatch(/^(user|system)(\.[a-z_]+)+$/);
  for (const { use } of Object.values(purposes)) expect(use).toMatch(/^[a-z_]+(\.[a-z_]+)*$/);
});

test('no personal column of an unlinked table but those of visitors and last letters', () => {
  const personal = unlinkedTables
    .filter((table) => table.key !== 'visitor')
    .flatMap((table) =>
      table.columns
        .filter(({ kind }) => kind === 'personal')
        .map(({ key }) => `${table.name}.${key}`),
    );
  expect(personal).toEqual(['farewellMail.toAddress']);
});

test('a period of months ends on the last day of a month that lacks the day', () => {
  expect(addPeriod(new Date('2027-01-31T10:00:00Z'), 'P1M').toISOString()).toBe(
    '2027-02-28T10:00:00.000Z',
  );
  expect(addPeriod(new Date('2028-02-29T10:00:00Z'), 'P1Y').toISOString()).toBe(
    '2029-02-28T10:00:00.000Z',
  );
  expect(addPeriod(new Date('2027-03-30T00:00:00Z'), 'P30D').toISOString()).toBe(
    '2027-04-29T00:00:00.000Z',
  );
});

test('German invoices stay until eight years after the end of their year', () => {
  expect(keepEnds('accounting_records', new Date('2026-03-01T00:00:00Z'), 'DE').toISOString()).toBe(
    '2035-01-01T00:00:00.000Z',
  );
});
