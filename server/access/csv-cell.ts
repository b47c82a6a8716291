import type { Value } from '../../db/data-map/view.ts';

/** One cell. What a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection). */
export function csvCell(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'string' && !Array.isArray(value)) return String(value);
  const text = Array.isArray(value) ? value.join('; ') : String(value);
  return /^[=+\-@＝＋－＠\t\r\n\0]/.test(text) ? `'${text}` : text;
}
