import type { ReactNode } from 'react';
import { FormattedMessage } from 'react-intl';
import { formatList } from '../lib/format.ts';
import { uiText } from './messages.ts';
import styles from './provenance-strip.module.css';

export type Recipient = {
  name: string;
  /** ISO country or its name. */
  country?: string;
  /** What allows the transfer: "SCC", "adequacy". */
  safeguard?: string;
};

/** Where a value comes from, why it is held, who received it, when it goes. */
export type Provenance = {
  /** "Given", "Observed", "Derived", "Third party". */
  source: ReactNode;
  /** "To run your account". */
  purpose: ReactNode;
  /** "contract", "legitimate interest". */
  basis: ReactNode;
  recipients: readonly Recipient[];
  /** "30 days after closure", "14 March 2027". */
  deletes: ReactNode;
};

/** Four short sentences, each always at the same place, so that facts can be compared at a glance. */
export function ProvenanceStrip({ source, purpose, basis, recipients, deletes }: Provenance) {
  return (
    <div className={styles.strip}>
      <div className={styles.half}>
        <span>
          <b>{source}</b>
        </span>
        <span>
          <FormattedMessage {...uiText.receivedBy} />{' '}
          <b>
            {recipients.length === 0 ? (
              <FormattedMessage {...uiText.nobody} />
            ) : (
              formatList(recipients.map(recipientWords))
            )}
          </b>
        </span>
      </div>
      <div className={styles.half}>
        <span>
          {purpose} <b>({basis})</b>
        </span>
        <span>
          <FormattedMessage {...uiText.deletes} /> <b>{deletes}</b>
        </span>
      </div>
    </div>
  );
}

function recipientWords({ name, country, safeguard }: Recipient): string {
  const place = country ? `${name}, ${country}` : name;
  return safeguard ? `${place} (${safeguard})` : place;
}
