import type { ReactNode } from 'react';
import { FormattedMessage } from 'react-intl';
import styles from './facts.module.css';
import { uiText } from './messages.ts';
import { type Provenance, ProvenanceStrip } from './provenance-strip.tsx';

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
      {provenance && (
        <dd className={styles.strip}>
          <ProvenanceStrip {...provenance} />
        </dd>
      )}
    </div>
  );
}
