import { atDoor } from './door.ts';
import { intl } from './intl.tsx';
import { defineMessages } from './messages.ts';

const text = defineMessages({
  portal: { id: 'title.portal', defaultMessage: '{page} – EaseLLM Privacy' },
  console: { id: 'title.console', defaultMessage: '{page} – EaseLLM staff console' },
  view: { id: 'title.view', defaultMessage: 'Viewing as support: {page} – EaseLLM' },
});

/** The document's title: the page, and at a glance among tabs where one is. */
export function titleOf(page: string): string {
  return intl.formatMessage(atDoor(text), { page });
}
