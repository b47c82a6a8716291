import type { ReactNode } from 'react';
import { FormattedMessage } from 'react-intl';
import { formatList } from '../lib/format.ts';
import styles from './facts.module.css';
import { uiText } from './messages.ts';

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
  /** Continues the source: "by you, 3 March 2024". */
  sourceDetail?: ReactNode;
  /** "To run your account". */
  purpose: ReactNode;
  /** "contract", "legitimate interest". */
  basis: ReactNode;
  recipients: readonly Recipient[];
  /** "30 days after closure", "14 March 2027". */
  deletes: ReactNode;
};

/** A summary list; stands in a Panel. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl>{children}</dl>;
}

type FactProps = {
  name: ReactNode;
  /** Null shows "Not provided". */
  value: ReactNode | null;
  /** One Button or LinkButton, `look="quiet"`, with `hiddenName`. */
  action?: ReactNode;
  provenance?: Provenance;
};

/** One thing that is held: its name, its value, what can be done about it. */
export function Fact({ name, value, action, provenance }: FactProps) {
  const absent = value === null || value === undefined || value === '';
  return (
    <div className={styles.fact}>
      <dt className={styles.key}>{name}</dt>
      <dd className={absent ? styles.absent : styles.value}>
        {absent ? <FormattedMessage {...uiText.notProvided} /> : value}
      </dd>
      {action && <dd className={styles.action}>{action}</dd>}
      {provenance && <ProvenanceStrip {...provenance} />}
    </div>
  );
}

function ProvenanceStrip({
  source,
  sourceDetail,
  purpose,
  basis,
  recipients,
  deletes,
}: Provenance) {
  return (
    <dd className={styles.strip}>
      <span>
        <b>{source}</b> {sourceDetail}
      </span>
      <span>
        {purpose} <b>({basis})</b>
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
      <span>
        <FormattedMessage {...uiText.deletes} /> <b>{deletes}</b>
      </span>
    </dd>
  );
}

function recipientWords({ name, country, safeguard }: Recipient): string {
  const place = country ? `${name}, ${country}` : name;
  return safeguard ? `${place} (${safeguard})` : place;
}
