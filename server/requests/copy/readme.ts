import { type Contents, holderPath, sectionsLeftOut, titlesOf, withheld } from './contents.ts';
import { holderSentence } from './holder-text.ts';

/** The first file a person opens: what this is, how to read it, how to check it, what else they may ask. */
export function readmeText(contents: Contents): string {
  const { reference, takenAt, sections, tables, holders } = contents;
  const left = sectionsLeftOut(contents);
  const secrets = withheld(contents);
  return [
    'A copy of your data at EaseLLM',
    '==============================',
    '',
    `Reference:   ${reference}`,
    `Taken at:    ${takenAt.toISOString()} (what we hold ourselves, as of this one moment)`,
    `Chapters:    ${titlesOf(sections).join(', ')}`,
    `Not chosen:  ${left.length > 0 ? titlesOf(left).join(', ') : 'nothing'}`,
    '',
    'What is in it',
    '-------------',
    'index.html      to read: open it in a browser. It needs no network and runs no scripts.',
    'csv/            every table in full, for spreadsheets (UTF-8, comma, CRLF).',
    'json/           every table in full, for programs: one array, one row a line.',
    'holders/        what other systems gave us of the data they hold about you, as they gave it and when.',
    'manifest.json   size, number of rows and SHA-256 of each file; of each column: what it means, where it',
    '                comes from, why we hold it and on which legal basis, who receives it, how long it stays.',
    '',
    'Moments are UTC, as in 2026-01-31T09:30:00.000Z. The first line of a CSV file, and the keys of JSON,',
    'are the names of columns in manifest.json. In CSV, a text that a spreadsheet would take for a formula',
    'has an apostrophe in front; JSON has it exactly. An empty cell of CSV is null in JSON, or an empty text.',
    '',
    ...tables.map(
      ({ table, rows }) =>
        `  ${table.name.padEnd(22)} ${String(rows).padStart(9)}  ${table.title}: ${table.about}`,
    ),
    '',
    'Other systems',
    '-------------',
    ...(holders.length > 0
      ? [
          'They know nothing of our chapters: those that your choice concerns give all they hold about you.',
          ...holders.map(
            (holder) =>
              `  ${holderSentence(holder)}${holder.taskId ? ` See ${holderPath(holder)}.` : ''}`,
          ),
        ]
      : ['  Nobody outside EaseLLM receives anything of these chapters.']),
    '',
    'What is left out',
    '----------------',
    'Identifiers that only connect our own tables, and what is secret even in a copy, because with it somebody',
    'could sign in as you or act in your name:',
    ...(secrets.length > 0
      ? secrets.map(({ table, columns }) => `  ${table}: ${columns.join(', ')}`)
      : ['  nothing in these chapters']),
    '',
    'How to check it',
    '---------------',
    'Compare the SHA-256 of a file with the one in manifest.json: `sha256sum csv/account.csv` (Linux),',
    '`shasum -a 256 csv/account.csv` (macOS), `Get-FileHash csv\\account.csv` (Windows). The SHA-256 of the whole',
    'archive stands on the page of the request. manifest.json carries our Ed25519 signature over itself and the',
    'key it is checked with; "over" says how. Ask us whether the key is ours, with the reference above.',
    '',
    'Your rights',
    '-----------',
    'You may have wrong data corrected, have data erased or its use restricted, object to a use, and take this',
    'copy to anybody you like (GDPR Art. 16-21). You may complain to a supervisory authority, for instance that',
    'of the place where you live or work (Art. 77). Questions: privacy@easellm.com, with the reference above.',
    '',
    'This archive is not encrypted. Keep it where only you can read it.',
    '',
  ].join('\r\n');
}
