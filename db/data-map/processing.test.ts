import { expect, test } from 'vitest';
import { registerCsv } from '../../server/oversight/register.ts';
import { subjectTables, unlinkedTables } from './index.ts';
import { processingRegister } from './processing.ts';
import { visibleColumns } from './view.ts';

test('every table that says something about a person is in the register, with why, how long and how it is kept', () => {
  const entries = processingRegister();
  const about = [...subjectTables, ...unlinkedTables.filter(({ key }) => key === 'visitor')].filter(
    (table) => visibleColumns(table).length > 0,
  );
  expect(entries.map(({ table }) => table).sort()).toEqual(about.map(({ name }) => name).sort());
  expect(entries.length).toBeGreaterThan(30);
  for (const entry of entries.filter(({ subjects }) => subjects === 'customers')) {
    expect([entry.table, entry.purposes.length > 0]).toEqual([entry.table, true]);
    expect([entry.table, entry.retention === null]).toEqual([entry.table, false]);
  }
});

test('the register names the sealed fields, the recipients with their safeguard, and the law behind a period', () => {
  const entryOf = (name: string) => processingRegister().find(({ table }) => table === name);
  expect(entryOf('account')?.sealed).toContain('E-mail address');
  expect(entryOf('invoice')?.statutory).toContainEqual({
    country: 'DE',
    period: 'P8Y',
    paragraph: '§ 147(3) AO',
  });
  expect(entryOf('outboundMail')?.recipients).toMatchObject([
    { name: 'Northmail', country: 'US', safeguard: 'Standard contractual clauses' },
  ]);
  expect(entryOf('legalHold')?.purposes).toMatchObject([{ article: 'Art. 6(1)(c) GDPR' }]);
});

test('no secret is named in the register, and its file has a line for each table', () => {
  const secrets = subjectTables.flatMap((table) =>
    table.columns.filter(({ kind }) => kind === 'secret').map(({ label }) => label),
  );
  const csv = registerCsv(processingRegister());
  expect(secrets.length).toBeGreaterThan(5);
  for (const label of secrets) expect(csv).not.toContain(label);
  const lines = csv.split('\r\n').filter((line) => line !== '');
  expect(lines).toHaveLength(processingRegister().length + 1);
});
