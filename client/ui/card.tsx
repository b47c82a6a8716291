import type { ReactNode } from 'react';
import styles from './panel.module.css';

/** A list of state cards. */
export function Cards({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={styles.cards} aria-label={label}>
      {children}
    </ul>
  );
}

type CardProps = {
  tag?: ReactNode;
  title: ReactNode;
  /** The state in one sentence. */
  children: ReactNode;
  /** The one thing to do about it: a link or a button. */
  action?: ReactNode;
};

/** One job: its state in one sentence, one action. Stands in Cards. */
export function Card({ tag, title, children, action }: CardProps) {
  return (
    <li className={styles.card}>
      <div>{tag}</div>
      <h2>{title}</h2>
      <p className={styles.sentence}>{children}</p>
      {action && <div className={styles.action}>{action}</div>}
    </li>
  );
}
