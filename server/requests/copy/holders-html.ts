import { escapeHtml } from '../../escape-html.ts';
import { holderPath } from './contents.ts';
import type { HolderInCopy, HolderRecords } from './holder-in-copy.ts';
import { holderSentence } from './holder-text.ts';
import { HTML_ROWS, scrolling } from './html-parts.ts';

const TITLE = 'Other systems that hold your data';
type Row = HolderRecords['data'][string][number];

/** The part of the table of contents for other systems. */
export function holderLinks(holders: readonly HolderInCopy[]): string {
  if (holders.length === 0) return '';
  const links = holders.map(
    ({ id, name }) => `<li><a href="#holder-${escapeHtml(id)}">${escapeHtml(name)}</a></li>`,
  );
  return `<h2>${TITLE}</h2><ul>${links.join('')}</ul>`;
}

/** What each holder gave, list by list, or why there is nothing of it. One answer at a time is in memory. */
export async function* holdersHtml(
  holders: readonly HolderInCopy[],
  answerOf: (taskId: string) => Promise<HolderRecords>,
): AsyncGenerator<string> {
  if (holders.length === 0) return;
  yield `<section aria-labelledby="holders"><h2 id="holders">${TITLE}</h2>\n`;
  for (const holder of holders) {
    const { id, name, country, safeguard, taskId } = holder;
    yield `<h3 id="holder-${escapeHtml(id)}">${escapeHtml(name)} (${escapeHtml(country)})</h3><p>${escapeHtml(holderSentence(holder))} ${escapeHtml(safeguard)}.</p>\n`;
    if (!taskId) continue;
    const path = holderPath(holder);
    const { takenAt, data } = await answerOf(taskId);
    yield `<p>As of ${escapeHtml(takenAt)}. As it was given: <a href="${escapeHtml(path)}">JSON</a>.</p>\n`;
    if (Object.keys(data).length === 0) yield '<p class="none">It holds nothing about you.</p>\n';
    for (const [list, rows] of Object.entries(data)) yield listHtml(`${name}: ${list}`, rows);
  }
  yield '</section>\n';
}

function listHtml(title: string, rows: readonly Row[]): string {
  const keys = [...new Set(rows.slice(0, HTML_ROWS).flatMap((row) => Object.keys(row)))];
  const caption =
    rows.length > HTML_ROWS
      ? `${title}: the first ${HTML_ROWS} of ${rows.length} rows`
      : `${title}: ${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`;
  const head = keys.map((key) => `<th scope="col">${escapeHtml(key)}</th>`).join('');
  const body = rows
    .slice(0, HTML_ROWS)
    .map((row) => `<tr>${keys.map((key) => `<td>${cell(row[key])}</td>`).join('')}</tr>\n`)
    .join('');
  return `${scrolling(title)}<table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>\n${body}</tbody></table></div>\n`;
}

function cell(value: Row[string] | undefined): string {
  if (value === null || value === undefined) return '<span class="none">none</span>';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return escapeHtml(String(value));
}
