import { createHash } from 'node:crypto';
import type { Snapshot } from '../../../db/data-map/export.ts';
import type { MapColumn } from '../../../db/data-map/index.ts';
import { describeTable, retentionOf } from '../../../db/data-map/register.ts';
import { type Value, visibleColumns } from '../../../db/data-map/view.ts';
import { type Section, sections } from '../../../db/data-map/vocabulary.ts';
import { escapeHtml } from '../../escape-html.ts';
import { retentionText } from '../../retention/text.ts';
import { type Contents, type CountedTable, csvPath, jsonPath } from './contents.ts';
import type { HolderRecords } from './holder-in-copy.ts';
import { holderLinks, holdersHtml } from './holders-html.ts';
import { HTML_ROWS, scrolling } from './html-parts.ts';
import { style } from './html-style.ts';

const STYLE_HASH = createHash('sha256').update(style).digest('base64');
/** Nothing is loaded and nothing runs: this page's own style sheet is the only thing allowed. */
const CSP = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

/** More columns than stand beside one another: each row is a card then. */
const SIDE_BY_SIDE = 7;
const meaning = ['Field', 'Source', 'Purpose and legal basis', 'Recipients'];
const numbers = new Intl.NumberFormat('en');
const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });
const moments = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
  timeZoneName: 'short',
});

/** The whole copy as one page that needs no network. */
export async function* htmlText(
  contents: Contents,
  {
    snapshot,
    answerOf,
  }: { snapshot: Snapshot; answerOf: (taskId: string) => Promise<HolderRecords> },
): AsyncGenerator<string> {
  const { reference, takenAt, tables, holders } = contents;
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${CSP}">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer"><title>Copy of your data, ${escapeHtml(reference)}</title><style>${style}</style></head>
<body><main><h1>A copy of your data at EaseLLM</h1>
<p class="lede">What we hold ourselves is below as it was at ${escapeHtml(momentText(takenAt.toISOString()))}. Reference ${escapeHtml(reference)}.</p>
<p>The same is in the folders <code>csv</code> and <code>json</code> for programs. What each field means, why it is held and who receives it stands under each heading and in <a href="manifest.json">manifest.json</a>.</p>
<nav aria-label="Contents">${contents.sections.map((section) => chapterLinks(section, tables)).join('')}${holderLinks(holders)}</nav>
`;
  for (const section of contents.sections) {
    yield `<section aria-labelledby="chapter-${section}"><h2 id="chapter-${section}">${escapeHtml(sections[section].title)}</h2>\n`;
    for (const counted of tables)
      if (counted.table.section === section) yield* tableHtml(counted, snapshot);
    yield '</section>\n';
  }
  yield* holdersHtml(holders, answerOf);
  yield '</main></body></html>\n';
}

function chapterLinks(section: Section, tables: readonly CountedTable[]): string {
  const links = tables
    .filter(({ table }) => table.section === section)
    .map(
      ({ table, rows }) =>
        `<li><a href="#${table.name}">${escapeHtml(table.title)}</a> <span>${numbers.format(rows)}</span></li>`,
    );
  return links.length === 0
    ? ''
    : `<div><h2>${escapeHtml(sections[section].title)}</h2><ul>${links.join('')}</ul></div>`;
}

async function* tableHtml(
  { table, rows }: CountedTable,
  snapshot: Snapshot,
): AsyncGenerator<string> {
  const columns = visibleColumns(table);
  const files = `<a href="${csvPath(table)}">CSV</a> and <a href="${jsonPath(table)}">JSON</a>`;
  yield `<article aria-labelledby="${table.name}"><h3 id="${table.name}">${escapeHtml(table.title)}</h3><p>${escapeHtml(table.about)} ${escapeHtml(retentionText(retentionOf(table)))}</p>\n`;
  yield `<details><summary>Where it comes from, what it is for, who receives it</summary>${scrolling(`${table.title}: meaning`)}<table><thead><tr>${meaning.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>${meaningRows(table)}</tbody></table></div></details>\n`;
  if (rows === 0) {
    yield '<p class="none">We hold none of this about you.</p></article>\n';
    return;
  }
  const caption =
    rows > HTML_ROWS
      ? `The first ${HTML_ROWS} of ${numbers.format(rows)} entries, newest first. All of them are in ${files}.`
      : rows === 1
        ? `1 entry. Also as ${files}.`
        : `${numbers.format(rows)} entries, newest first. Also as ${files}.`;
  const many = columns.length > SIDE_BY_SIDE ? ' class="records"' : '';
  yield `${scrolling(table.title)}<table${many}><caption>${caption}</caption><thead><tr>${columns.map(({ label }) => `<th scope="col">${escapeHtml(label)}</th>`).join('')}</tr></thead><tbody>\n`;
  for await (const batch of snapshot.rows(table, { limit: HTML_ROWS })) {
    yield batch
      .map(
        (row) =>
          `<tr>${row.map((value, index) => labelled(columns[index]?.label ?? '', cell(value, columns[index]))).join('')}</tr>\n`,
      )
      .join('');
  }
  yield '</tbody></table></div></article>\n';
}

function meaningRows(table: CountedTable['table']): string {
  return describeTable(table)
    .columns.map(({ label, source, purposes, recipients }) => {
      const why = purposes
        .map(({ text, basis, article }) => `${text} (${basis}, ${article})`)
        .join('; ');
      const who = recipients
        .map(({ name, role, country, safeguard }) => `${name} (${country}), ${role}; ${safeguard}`)
        .join('. ');
      const said = [label, source, why, who || 'Nobody outside EaseLLM'];
      return `<tr>${said.map((words, index) => labelled(meaning[index] ?? '', escapeHtml(words))).join('')}</tr>`;
    })
    .join('');
}

/** A cell that can stand as a card's line: it carries the name of its column. */
function labelled(label: string, html: string): string {
  return `<td data-label="${escapeHtml(label)}">${html}</td>`;
}

function cell(value: Value, column: MapColumn | undefined): string {
  if (value === null) return '<span class="none">–</span>';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return escapeHtml(value.join(', '));
  if (column?.sqlType.startsWith('timestamp')) return escapeHtml(momentText(value));
  if (column?.category === 'user.contact.address.country')
    return escapeHtml(`${countries.of(value) ?? value} (${value})`);
  return escapeHtml(value);
}

/** "24 Nov 2026, 09:30:00 UTC". */
function momentText(iso: string): string {
  return moments.format(new Date(iso));
}
