import { createHash } from 'node:crypto';
import type { Snapshot } from '../../../db/data-map/export.ts';
import type { MapColumn } from '../../../db/data-map/index.ts';
import { describeTable } from '../../../db/data-map/register.ts';
import { type Value, visibleColumns } from '../../../db/data-map/view.ts';
import { type Section, sections } from '../../../db/data-map/vocabulary.ts';
import {
  type Contents,
  type CountedTable,
  csvPath,
  jsonPath,
  retentionText,
  titlesOf,
} from './contents.ts';
import { escapeHtml, HTML_ROWS, scrolling } from './escape-html.ts';
import type { HolderRecords } from './holder-in-copy.ts';
import { holderLinks, holdersHtml } from './holders-html.ts';

const STYLE = `
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:75rem;margin:0 auto;padding:1.5rem}
h1,h2,h3{line-height:1.2}h2{margin-top:3rem;border-bottom:2px solid}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:.25rem 0}th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8888;max-width:30rem;overflow-wrap:break-word}
th{white-space:nowrap}summary{cursor:pointer}.none{opacity:.7}nav ul{columns:18rem;padding-left:1.25rem}nav h2{font-size:1rem;border:0;margin:1rem 0 0}`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
/** Nothing is loaded and nothing runs: this page's own style sheet is the only thing allowed. */
const CSP = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

const numbers = new Intl.NumberFormat('en');

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
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer"><title>Copy of your data, ${escapeHtml(reference)}</title><style>${STYLE}</style></head>
<body><main><h1>A copy of your data at EaseLLM</h1>
<p>Reference ${escapeHtml(reference)}. Everything below is as it was at ${escapeHtml(momentText(takenAt.toISOString()))}. Chapters: ${escapeHtml(titlesOf(contents.sections).join(', '))}.</p>
<p>What each column means, why it is held and who receives it also stands in <a href="manifest.json">manifest.json</a>.</p>
<nav aria-label="Tables">${contents.sections.map((section) => chapterLinks(section, tables)).join('')}${holderLinks(holders)}</nav>
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
        `<li><a href="#${table.name}">${escapeHtml(table.title)}</a> (${numbers.format(rows)})</li>`,
    );
  return links.length === 0
    ? ''
    : `<h2>${escapeHtml(sections[section].title)}</h2><ul>${links.join('')}</ul>`;
}

async function* tableHtml(
  { table, rows }: CountedTable,
  snapshot: Snapshot,
): AsyncGenerator<string> {
  const columns = visibleColumns(table);
  const files = `<a href="${csvPath(table)}">CSV</a> and <a href="${jsonPath(table)}">JSON</a>`;
  yield `<h3 id="${table.name}">${escapeHtml(table.title)}</h3><p>${escapeHtml(table.about)} ${escapeHtml(retentionText(table))}</p>\n`;
  yield `<details><summary>Where it comes from and what it is for</summary>${scrolling(`${table.title}: meaning`)}<table><thead><tr><th scope="col">Data</th><th scope="col">Source</th><th scope="col">Purpose and legal basis</th><th scope="col">Recipients</th></tr></thead><tbody>${meaningRows(table)}</tbody></table></div></details>\n`;
  if (rows === 0) {
    yield '<p class="none">We hold no rows here about you.</p>\n';
    return;
  }
  const caption =
    rows > HTML_ROWS
      ? `The first ${HTML_ROWS} of ${numbers.format(rows)} rows, newest first. The whole is in ${files}.`
      : `${numbers.format(rows)} ${rows === 1 ? 'row' : 'rows'}, newest first. Also as ${files}.`;
  yield `${scrolling(table.title)}<table><caption>${caption}</caption><thead><tr>${columns.map(({ label }) => `<th scope="col">${escapeHtml(label)}</th>`).join('')}</tr></thead><tbody>\n`;
  for await (const batch of snapshot.rows(table, { limit: HTML_ROWS })) {
    yield batch
      .map(
        (row) =>
          `<tr>${row.map((value, index) => `<td>${cell(value, columns[index])}</td>`).join('')}</tr>\n`,
      )
      .join('');
  }
  yield '</tbody></table></div>\n';
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
      return `<tr><td>${escapeHtml(label)}</td><td>${escapeHtml(source)}</td><td>${escapeHtml(why)}</td><td>${escapeHtml(who || 'Nobody outside EaseLLM')}</td></tr>`;
    })
    .join('');
}

function cell(value: Value, column: MapColumn | undefined): string {
  if (value === null) return '<span class="none">none</span>';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return escapeHtml(value.join(', '));
  return escapeHtml(column?.sqlType.startsWith('timestamp') ? momentText(value) : value);
}

/** `2026-01-31 09:30:00 UTC` */
function momentText(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}
