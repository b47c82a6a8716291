import type { IntlShape } from 'react-intl';
import type { HoldGround } from '../../db/schema/hold.ts';
import { defineMessages } from '../lib/messages.ts';

const groundText = defineMessages<HoldGround>({
  authority_order: { id: 'ground.authority_order', defaultMessage: 'An authority ordered it' },
  legal_claims: { id: 'ground.legal_claims', defaultMessage: 'It is needed for a legal claim' },
  payment_dispute: { id: 'ground.payment_dispute', defaultMessage: 'A payment is in dispute' },
  tax_audit: { id: 'ground.tax_audit', defaultMessage: 'It is needed for a tax audit' },
});

/** Why something is held, in words; holds from before grounds were a list have a sentence of their own. */
export function groundWords(intl: IntlShape, ground: string): string {
  return Object.hasOwn(groundText, ground)
    ? intl.formatMessage(groundText[ground as HoldGround])
    : ground;
}
