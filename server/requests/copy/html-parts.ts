import { escapeHtml } from '../../escape-html.ts';

/** A wide table scrolls by itself, with the keyboard too. */
export function scrolling(name: string): string {
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(name)}">`;
}

/** Rows of a table on the page; a browser would struggle with all of a large table. */
export const HTML_ROWS = 200;
