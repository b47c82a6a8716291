import type { ReactNode } from 'react';
import styles from './disclosure.module.css';

/** Words for those who need them, one press away; the platform's own element. */
export function Disclosure({ summary, children }: { summary: ReactNode; children: ReactNode }) {
  return (
    <details className={styles.disclosure}>
      <summary>{summary}</summary>
      <div className={styles.body}>{children}</div>
    </details>
  );
}
