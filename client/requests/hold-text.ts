import type { IntlShape } from 'react-intl';
import type { HoldGround } from '../../db/schema/hold.ts';
import { formatList } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';

const groundText = defineMessages<HoldGround>({
  authority_order: { id: 'ground.authority_order', defaultMessage: 'An authority ordered it' },
  legal_claims: { id: 'ground.legal_claims', defaultMessage: 'It is needed for a legal claim' },
  payment_dispute: { id: 'ground.payment_dispute', defaultMessage: 'A payment is in dispute' },
  tax_audit: { id: 'ground.tax_audit', defaultMessage: 'It is needed for a tax audit' },
});

const text = defineMessages({
  held: {
    id: 'heldWords.held',
    defaultMessage:
      '{some, select, true {{fields} in } other {}}{oneRow, select, true {one entry of {title}} other {{title}}}',
  },
});

/** What a hold keeps, as a part of a sentence: “Message in one entry of Support messages”. */
export function heldWords(
  intl: IntlShape,
  { title, oneRow, fields }: { title: string; oneRow: boolean; fields: readonly string[] },
): string {
  const some = fields.length > 0;
  return intl.formatMessage(text.held, { title, oneRow, some, fields: formatList(fields) });
}

/** Why something is held, in words; holds from before grounds were a list have a sentence of their own. */
export function groundWords(intl: IntlShape, ground: string): string {
  return Object.hasOwn(groundText, ground)
    ? intl.formatMessage(groundText[ground as HoldGround])
    : ground;
}
